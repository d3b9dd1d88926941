// An event as a line of `events` in the run's folder. Reading accepts what an older or newer version wrote: a line that is
// no event of ours becomes `unparsed`, a torn one at the end of a file is left out.

import {
  AGENT_ERROR_CODES,
  type AgentEvent,
  cutText,
  PLAN_ENTRIES_MAX,
  TEXT_MAX,
  type TimedEvent,
} from "../contract/agent-event.ts";
import { countOf, numberOf, parseRecord, recordOf } from "./json-value.ts";

/** No event is longer: texts are cut when it is made. A plan may take most of it. */
export const EVENT_LENGTH_MAX = 64_000;

/** A line without its line feed. `clean` takes secrets out of a text. */
export function encodeEvent(event: TimedEvent, clean: (text: string) => string): string {
  const line = JSON.stringify(bounded(event), (_, value) =>
    typeof value === "string" ? clean(value) : value,
  );
  if (line.length <= EVENT_LENGTH_MAX) return line;
  const { atMs, attempt, kind } = event;
  const why = `an event of ${line.length} characters (${kind})`;
  return JSON.stringify({ atMs, attempt, kind: "unparsed", line: cutText(line, TEXT_MAX.line), why });
}

function bounded(event: TimedEvent): TimedEvent {
  if (event.kind !== "plan" || event.entries.length <= PLAN_ENTRIES_MAX) return event;
  return { ...event, entries: event.entries.slice(0, PLAN_ENTRIES_MAX) };
}

export function decodeEvent(line: string): TimedEvent {
  const record = parseRecord(line);
  const atMs = countOf(record?.["atMs"]);
  const attempt = countOf(record?.["attempt"]);
  if (record === null || !isEvent(record)) {
    return { atMs, attempt, kind: "unparsed", line: cutText(line, TEXT_MAX.line), why: "no event of ours" };
  }
  return { ...(record as AgentEvent), atMs, attempt };
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === "string";
const isCount: Check = (value) => numberOf(value) !== null;
const isFlag: Check = (value) => typeof value === "boolean";
const isList: Check = (value) => Array.isArray(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    typeof value === "string" && values.includes(value);

/** What must hold of each field; everything else of a line is left alone. */
const FIELDS: Readonly<Record<AgentEvent["kind"], Readonly<Record<string, Check>>>> = {
  session: { id: isText, model: orNull(isText), version: orNull(isText) },
  message: {
    from: (value) => value === "agent" || isText(recordOf(value)["person"]),
    text: isText,
    part: orNull(isText),
    delivered: orNull(oneOf("prompt", "turn", "mid_turn")),
  },
  reasoning: { text: isText, part: orNull(isText) },
  tool: {
    id: isText,
    name: isText,
    does: oneOf("run", "edit", "read", "search", "web", "plan", "agent", "other"),
    input: isText,
    state: oneOf("running", "ok", "failed", "denied"),
    exitCode: orNull(isCount),
    ms: orNull(isCount),
    output: orNull(isText),
    lines: orNull((value) => isCount(recordOf(value)["added"]) && isCount(recordOf(value)["removed"])),
  },
  plan: {
    entries: (value) =>
      isList(value) &&
      (value as unknown[]).every((entry) => {
        const { text, state } = recordOf(entry);
        return isText(text) && oneOf("pending", "active", "done")(state);
      }),
  },
  usage: { input: isCount, output: isCount, cached: isCount, contextPercent: orNull(isCount) },
  cost: { usd: isCount, isEstimate: isFlag },
  limit: {
    status: oneOf("warning", "reached"),
    window: orNull(isText),
    usedPercent: orNull(isCount),
    resetsAtMs: orNull(isCount),
  },
  denied: { tool: isText, input: isText, why: isText },
  asked: {
    id: isText,
    about: oneOf("permission", "question"),
    text: isText,
    choices: (value) => isList(value) && (value as unknown[]).every(isText),
  },
  retrying: {
    retry: isCount,
    retriesMax: orNull(isCount),
    delayMs: orNull(isCount),
    status: orNull(isCount),
    why: isText,
  },
  error: { code: oneOf(...AGENT_ERROR_CODES), status: orNull(isCount), why: isText },
  ended: { how: oneOf("completed", "failed", "interrupted") },
  unparsed: { line: isText, why: isText },
};

function isEvent(record: Readonly<Record<string, unknown>>): boolean {
  const { kind } = record;
  if (typeof kind !== "string" || !Object.hasOwn(FIELDS, kind)) return false;
  const fields = FIELDS[kind as AgentEvent["kind"]];
  return Object.entries(fields).every(([name, check]) => check(record[name]));
}
