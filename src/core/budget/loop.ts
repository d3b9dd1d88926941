// Whether an agent repeats itself, from its events, in bounded memory: the same tool with the same input and the same
// result, the same class of error, or a part of its budget without a change in the worktree.
//
// Results count from the last change on: an edit that went well, or a person's message, starts again. Errors go on through
// edits, since editing between two failures is the loop, and end when the same tool and input goes well. While a wait that
// its worker declared lasts, nothing counts: a poll is no loop.

import type { ActivityLoop } from "../agent/activity/agent-activity.ts";
import { type AgentEvent, cutText, type ToolEvent } from "../agent/contract/agent-event.ts";
import { OTHER_START, textHash } from "../text/text-hash.ts";

export type Repeats = {
  /** By tool, input and result. */
  readonly results: ReadonlyMap<string, number>;
  /** By class. */
  readonly errors: ReadonlyMap<string, Repeated>;
  /** The newest; null once what it repeated is over. */
  readonly loop: ActivityLoop | null;
  /** How often it was seen, each time after as many further repetitions: the second time a person is asked. */
  readonly seen: number;
  /** Of the loop: which count it is. */
  readonly of: string | null;
};

type Repeated = {
  readonly times: number /** Tool and input that fail; null for the agent's own. */;
  readonly call: string | null;
};

export const NO_REPEATS: Repeats = { results: new Map(), errors: new Map(), loop: null, seen: 0, of: null };

export const SAME_RESULTS = 5;
export const SAME_ERRORS = 10;
/** Oldest first out. */
const KEPT_MAX = 50;
const TEXT_SHOWN = 200;
const CLASS_LENGTH = 200;

type When = { readonly atMs: number /** Its worker declared a wait. */; readonly isWaiting: boolean };

export function noteRepeats(repeats: Repeats, event: AgentEvent, when: When): Repeats {
  if (event.kind === "message" && event.from !== "agent")
    return event.from.person === "tasks" ? repeats : NO_REPEATS;
  if (when.isWaiting) return repeats;
  if (event.kind === "tool" && event.state !== "running") return afterTool(repeats, event, when.atMs);
  if (event.kind === "error" && !OUTAGES.has(event.code))
    return countError(
      repeats,
      { name: `${event.code}: ${classOf(event.why)}`, call: null, text: event.why },
      when.atMs,
    );
  return repeats;
}

/** A quarter of its budget without a change in the worktree. `times`: how many quarters. */
export function noteNoChange(
  repeats: Repeats,
  { quarters, text, atMs }: { readonly quarters: number; readonly text: string; readonly atMs: number },
): Repeats {
  return withLoop(repeats, { kind: "no_change", times: quarters, text, sinceMs: atMs }, "no_change");
}

/** There is a change. */
export function noteChange(repeats: Repeats): Repeats {
  return endLoop(repeats, "no_change");
}

/** Twice the numbers: a person is asked. */
export function isStuck({ loop, seen }: Repeats): boolean {
  return loop !== null && seen >= 2;
}

/** These pause an account or a host; they are not the agent's repetition. */
const OUTAGES: ReadonlySet<string> = new Set(["limit", "signed_out", "billing", "overloaded", "network"]);

function afterTool(before: Repeats, event: ToolEvent, atMs: number): Repeats {
  const call = digest(`${event.name}\n${event.input}`);
  const result = digest(`${call}\n${event.state} ${event.exitCode}\n${event.output ?? ""}`);
  if (event.state === "ok") {
    const isProgress = event.does === "edit" && !before.results.has(result);
    const repeats = endErrors(isProgress ? endResults(before) : before, call);
    return countResult(repeats, result, event, atMs);
  }
  const repeats = countResult(before, result, event, atMs);
  const why = lastLine(event.output) ?? String(event.exitCode ?? event.state);
  return countError(repeats, { name: `${event.name}: ${classOf(why)}`, call, text: why }, atMs);
}

function countResult(repeats: Repeats, result: string, { input, name }: ToolEvent, atMs: number): Repeats {
  const times = (repeats.results.get(result) ?? 0) + 1;
  const counted = { ...repeats, results: keep(repeats.results, result, times) };
  if (times % SAME_RESULTS !== 0) return counted;
  const text = cutText(input === "" ? name : input, TEXT_SHOWN);
  return withLoop(counted, { kind: "tool", times, text, sinceMs: atMs }, result);
}

function countError(
  repeats: Repeats,
  { name, call, text }: { readonly name: string; readonly call: string | null; readonly text: string },
  atMs: number,
): Repeats {
  const key = digest(name);
  const times = (repeats.errors.get(key)?.times ?? 0) + 1;
  const counted = { ...repeats, errors: keep(repeats.errors, key, { times, call }) };
  if (times % SAME_ERRORS !== 0) return counted;
  return withLoop(
    counted,
    { kind: "error", times, text: cutText(text.trim(), TEXT_SHOWN), sinceMs: atMs },
    key,
  );
}

/** The same one again is seen once more; another one is seen for the first time. */
function withLoop(repeats: Repeats, loop: ActivityLoop, of: string): Repeats {
  const isSame = repeats.of === of && repeats.loop !== null;
  const sinceMs = isSame ? (repeats.loop?.sinceMs ?? loop.sinceMs) : loop.sinceMs;
  return { ...repeats, loop: { ...loop, sinceMs }, of, seen: isSame ? repeats.seen + 1 : 1 };
}

function endLoop(repeats: Repeats, of: string): Repeats {
  return repeats.of === of ? { ...repeats, loop: null, of: null, seen: 0 } : repeats;
}

function endResults(repeats: Repeats): Repeats {
  const ended = repeats.loop?.kind === "tool" ? endLoop(repeats, repeats.of ?? "") : repeats;
  return { ...ended, results: new Map() };
}

/** The call that failed goes well. */
function endErrors(repeats: Repeats, call: string): Repeats {
  const over = [...repeats.errors].filter(([, error]) => error.call === call).map(([key]) => key);
  if (over.length === 0) return repeats;
  const errors = new Map([...repeats.errors].filter(([key]) => !over.includes(key)));
  return over.reduce(endLoop, { ...repeats, errors });
}

/** With the newest last. */
function keep<Value>(map: ReadonlyMap<string, Value>, key: string, value: Value): ReadonlyMap<string, Value> {
  const next = new Map(map);
  next.delete(key);
  next.set(key, value);
  const [oldest] = next.keys();
  if (next.size > KEPT_MAX && oldest !== undefined) next.delete(oldest);
  return next;
}

/** Without what differs from one time to the next: numbers, addresses, temporary names. */
function classOf(text: string): string {
  return text
    .trim()
    .slice(0, CLASS_LENGTH)
    .toLowerCase()
    .replaceAll(/[0-9a-f]{6,}|\d+/g, "#");
}

function lastLine(output: string | null): string | null {
  return output?.trimEnd().split("\n").at(-1)?.trim() || null;
}

/** Two hashes and the length, so that a long output takes no memory: other texts hardly ever have the same. */
function digest(text: string): string {
  return `${textHash(text).toString(36)}.${textHash(text, OTHER_START).toString(36)}.${text.length}`;
}
