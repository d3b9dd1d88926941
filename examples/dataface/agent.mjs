// The demo's worker: a small program that plays what agents do. Which part it plays depends on the task, so that the
// page shows one of each: one gets on, one finishes, one waits, one asks, one falls silent, one fails.
//
// It is started as any worker is (worker.command in tasks/config.yaml) and talks to the task manager with the `tasks`
// program that stands first on its PATH.

import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/** The demo is looked at for minutes; a worker that plays on for hours would only warm the room. */
const PLAYS_AT_MOST_MS = 60 * MINUTE_MS;

const [slug = ""] = process.argv.slice(2);

/** Tells the task manager how it is going. */
function tasks(...words) {
  return execFileSync("tasks", words, { encoding: "utf8", shell: process.platform === "win32" }).trim();
}

/** Changes a file in the worktree and commits it, as somebody who gets on does. */
function commit(message) {
  appendFileSync("NOTES.md", `- ${message}\n`);
  git("add", "NOTES.md");
  git("commit", "--quiet", `--message=${message}`);
}

function git(...words) {
  const identity = ["-c", "user.name=Demo worker", "-c", "user.email=worker@example.com", "-c", "commit.gpgSign=false"];
  execFileSync("git", [...identity, ...words], { stdio: ["ignore", "ignore", "inherit"] });
}

async function getsOn() {
  const steps = ["read the code that is there", "wrote the failing test", "made it pass", "tidied up"];
  const untilMs = Date.now() + PLAYS_AT_MOST_MS;
  for (let at = 0; Date.now() < untilMs; at += 1) {
    const step = steps[at % steps.length];
    console.log(`step ${at + 1}: ${step}`);
    appendFileSync("NOTES.md", `- ${step}\n`);
    // Lines that were printed before are no sign of progress; in the demo a worker is a person's after one minute.
    tasks("report", "--progress", step);
    await sleep(20 * SECOND_MS);
  }
}

async function finishes() {
  console.log("reading the task");
  await sleep(2 * SECOND_MS);
  commit("Reject unknown keys, and name the line");
  await sleep(3 * SECOND_MS);
  commit("Test every key of the schema");
  tasks("finish", "--outcome", "done", "--note", "Two commits, all tests pass.");
}

async function waits() {
  commit("Reconcile when HEAD moved");
  console.log("pushed; waiting for CI");
  const until = new Date(Date.now() + 15 * MINUTE_MS).toISOString();
  tasks("report", "--waiting-on", "CI 8812", "--until", until);
  await sleep(PLAYS_AT_MOST_MS);
}

async function asks() {
  console.log("the questions still hold names of people; a person has to decide");
  const answer = tasks("ask", "May the set hold customers' own words?", "--choice", "yes", "--choice", "no", "--wait");
  console.log(`the answer is ${answer}`);
  commit(`Customers' own words: ${answer}`);
  tasks("finish", "--outcome", "done", "--note", `200 questions, customers' own words: ${answer}.`);
}

async function fallsSilent() {
  console.log("loading the sample data …");
  await sleep(PLAYS_AT_MOST_MS);
}

async function fails() {
  console.log("npm test");
  await sleep(SECOND_MS);
  console.error("Error: 12 invoices of March have no row in the ledger");
  process.exitCode = 2;
}

const PARTS = {
  "rank-tables-by-real-usage": getsOn,
  "reject-unknown-keys-in-face-files": finishes,
  "startup-and-post-pull-reconcile-hooks": waits,
  "evaluation-set-of-200-analyst-questions": asks,
  "quickstart-dashboard-for-salesforce": fallsSilent,
  "reconcile-arr-with-the-billing-ledger": fails,
};

await (PARTS[slug] ?? finishes)();
