// What the demo's worker says of its work: event lines, as docs/workers.md describes them, one JSON object per line.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

/** Per answer of a model, as if one had given it. */
const TOKENS = { input: 14_200, cached: 12_600, output: 380 };
const USD = 0.031;
/** How full the context gets with each answer. */
const CONTEXT_PERCENT = 3;

let answers = 0;

function line(tasks, fields) {
  console.log(JSON.stringify({ tasks, ...fields }));
}

export function begins() {
  line("session", { id: randomUUID(), model: "demo" });
}

/** A message of an agent; each costs what an answer of a model costs. */
export function says(text) {
  line("message", { text });
  answers += 1;
  line("usage", { ...TOKENS, context_percent: Math.min(90, answers * CONTEXT_PERCENT) });
  line("cost", { usd: USD, is_estimate: true });
}

export function thinks(text) {
  line("reasoning", { text });
}

/** The steps before `at` are done, that one is at work. */
export function plans(steps, at) {
  const state = (index) => (index < at ? "done" : index === at ? "active" : "pending");
  line("plan", { entries: steps.map((text, index) => ({ text, state: state(index) })) });
}

/** Something that takes `ms`; a failure is shown with its output. */
export async function runs(command, ms, { exitCode = 0, output = "" } = {}) {
  await uses({ name: "Bash", does: "run", input: command }, ms, { exit_code: exitCode, output });
}

export async function reads(path) {
  await uses({ name: "Read", does: "read", input: path }, 200, { state: "ok" });
}

export async function searches(pattern, output) {
  await uses({ name: "Grep", does: "search", input: pattern }, 300, { state: "ok", output });
}

export async function edits(path, added, removed) {
  await uses({ name: "Edit", does: "edit", input: path }, 200, { state: "ok", added, removed });
}

async function uses(tool, ms, result) {
  const id = randomUUID();
  line("tool", { id, ...tool });
  await sleep(ms);
  line("tool", { id, ms, ...result });
}

export function isDenied(command, why) {
  line("denied", { tool: "Bash", input: command, why });
}

export function retries(status, why) {
  line("retrying", { retry: 1, retries_max: 10, delay_ms: 1000, status, why });
}

/** The usage limit of its account is reached; its turn ends with that. */
export function meetsLimit(resetsAtMs) {
  const resets_at = new Date(resetsAtMs).toISOString();
  line("limit", { status: "reached", window: "five_hour", used_percent: 100, resets_at });
  line("error", { code: "limit", status: 429, why: "The usage limit is reached." });
  line("ended", { how: "failed" });
}
