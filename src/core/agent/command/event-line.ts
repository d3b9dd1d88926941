// Event lines: what a worker of kind `command` may print so that its run has a transcript, a plan and a cost. A line is one
// JSON object whose key `tasks` names the event: {"tasks":"message","text":"I look at the ledger first."}
//
// docs/workers.md is the contract. It grows by tolerance: keys that this version does not know are ignored, and what may be
// left out has a default. Any other line is plain output.

import {
  AGENT_ERROR_CODES,
  type AgentEvent,
  PLAN_ENTRIES_MAX,
  type PlanEntry,
  TEXT_MAX,
} from "../contract/agent-event.ts";
import { asRecord, parseRecord, textOf } from "../lines/json-value.ts";
import type { CommandTools } from "./command-tools.ts";
import { LineFields } from "./line-fields.ts";

const KEY = "tasks";

/** `wrong`: it says to be an event, but is none; why. `plain`: output like any other. */
export type EventLine =
  | { readonly kind: "event"; readonly event: AgentEvent }
  | { readonly kind: "wrong"; readonly why: string }
  | { readonly kind: "plain" };

export function readEventLine(line: string, tools: CommandTools): EventLine {
  // Most lines are plain: these cost no parsing.
  if (!line.trimStart().startsWith("{")) return { kind: "plain" };
  const record = parseRecord(line);
  const name = textOf(record?.[KEY]);
  if (record === null || name === null) return { kind: "plain" };
  if (name === "asked") return { kind: "wrong", why: "a worker of this kind asks with `tasks ask`" };
  const read = READERS.get(name);
  if (read === undefined) return { kind: "wrong", why: "an event line that this version does not know" };
  const fields = new LineFields(record);
  const event = read(fields, tools);
  const [problem] = fields.problems;
  return problem === undefined ? { kind: "event", event } : { kind: "wrong", why: problem };
}

type Reader = (fields: LineFields, tools: CommandTools) => AgentEvent;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["session", readSession],
  ["message", readMessage],
  ["reasoning", (fields) => ({ kind: "reasoning", ...wordsOf(fields) })],
  ["tool", (fields, tools) => tools.event(fields)],
  ["plan", readPlan],
  ["usage", readUsage],
  ["cost", readCost],
  ["limit", readLimit],
  ["denied", readDenied],
  ["retrying", readRetrying],
  ["error", readError],
  [
    "ended",
    (fields) => ({
      kind: "ended",
      how: fields.oneOf("how", ["completed", "failed", "interrupted"], "completed"),
    }),
  ],
]);

/** For the test of the docs. */
export const EVENT_LINE_NAMES: readonly string[] = [...READERS.keys()];

function readSession(fields: LineFields): AgentEvent {
  const [id, model, version] = [
    fields.text("id"),
    fields.optionalText("model"),
    fields.optionalText("version"),
  ];
  return { kind: "session", id, model, version };
}

function readMessage(fields: LineFields): AgentEvent {
  return { kind: "message", from: "agent", ...wordsOf(fields), delivered: null };
}

function wordsOf(fields: LineFields) {
  return { text: fields.text("text", TEXT_MAX.message), part: fields.optionalText("part") };
}

/** An entry may be its text alone. */
function readPlan(fields: LineFields): AgentEvent {
  const entries = fields
    .list("entries")
    .slice(0, PLAN_ENTRIES_MAX)
    .map((entry) => readEntry(entry, fields));
  return { kind: "plan", entries };
}

function readEntry(value: unknown, fields: LineFields): PlanEntry {
  const entry = asRecord(value);
  const inner = new LineFields(entry ?? { text: value });
  const read = {
    text: inner.text("text"),
    state: inner.oneOf("state", ["pending", "active", "done"], "pending"),
  };
  for (const problem of inner.problems) fields.problems.push(`an entry: ${problem}`);
  return read;
}

function readUsage(fields: LineFields): AgentEvent {
  const [input, output, cached] = [
    fields.number("input", 0),
    fields.number("output", 0),
    fields.number("cached", 0),
  ];
  return { kind: "usage", input, output, cached, contextPercent: fields.optionalNumber("context_percent") };
}

function readCost(fields: LineFields): AgentEvent {
  return { kind: "cost", usd: fields.number("usd"), isEstimate: fields.flag("is_estimate") };
}

function readLimit(fields: LineFields): AgentEvent {
  return {
    kind: "limit",
    status: fields.oneOf("status", ["warning", "reached"], "reached"),
    window: fields.optionalText("window"),
    usedPercent: fields.optionalNumber("used_percent"),
    resetsAtMs: fields.optionalTime("resets_at"),
  };
}

function readDenied(fields: LineFields): AgentEvent {
  return {
    kind: "denied",
    tool: fields.text("tool"),
    input: fields.line("input"),
    why: fields.text("why", TEXT_MAX.why, ""),
  };
}

function readRetrying(fields: LineFields): AgentEvent {
  return {
    kind: "retrying",
    retry: fields.number("retry"),
    retriesMax: fields.optionalNumber("retries_max"),
    delayMs: fields.optionalNumber("delay_ms"),
    status: fields.optionalNumber("status"),
    why: fields.text("why", TEXT_MAX.why, ""),
  };
}

function readError(fields: LineFields): AgentEvent {
  const code = fields.oneOf("code", AGENT_ERROR_CODES, "other");
  return {
    kind: "error",
    code,
    status: fields.optionalNumber("status"),
    why: fields.text("why", TEXT_MAX.why),
  };
}
