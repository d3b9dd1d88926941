// The course of a run as one bar: what it was doing from when to when. Read from the run itself and from what its events
// say of questions and limits; nothing in it is guessed: where only an end is known, a part begins at the one before.

import type { Run } from "../../contract/run.ts";
import type { TimedEvent } from "../contract/agent-event.ts";

export type CoursePart = {
  readonly what: "queued" | "working" | "asked" | "limited" | "asleep";
  readonly fromMs: number;
  /** The present for the last part of a live run. */
  readonly toMs: number;
  /** Of the attempt that worked; 0 for queued. */
  readonly attempt: number;
};

type CourseFacts = Pick<
  Run,
  "queued" | "attempts" | "attempt" | "startedAtMs" | "state" | "sinceMs" | "question"
>;

/** A time in which its host slept. */
export type SleptFor = Pick<CoursePart, "fromMs" | "toMs">;

/**
 * Oldest first, without gaps, each longer than nothing. `events` may begin late: old ones are dropped. `sleeps`: oldest
 * first; whatever the run was doing, it did nothing in them.
 */
export function courseOf(
  run: CourseFacts,
  events: readonly TimedEvent[],
  { nowMs, sleeps = [] }: { readonly nowMs: number; readonly sleeps?: readonly SleptFor[] },
): readonly CoursePart[] {
  return awakeParts(run, events, nowMs).flatMap((part) => cutBySleeps(part, sleeps));
}

function awakeParts(run: CourseFacts, events: readonly TimedEvent[], nowMs: number): readonly CoursePart[] {
  const spans = attemptSpans(run, nowMs);
  const halts = [...haltsOf(run, events, nowMs)].toSorted((a, b) => a.fromMs - b.fromMs);
  const parts: CoursePart[] = [];
  let atMs = run.queued.atMs;
  for (const span of spans) {
    push(parts, { what: "queued", fromMs: atMs, toMs: span.fromMs, attempt: 0 });
    splitSpan(parts, span, halts);
    atMs = Math.max(atMs, span.toMs);
  }
  if (run.state === "queued") push(parts, { what: "queued", fromMs: atMs, toMs: nowMs, attempt: 0 });
  return parts;
}

type Span = { readonly attempt: number; readonly fromMs: number; readonly toMs: number };

function attemptSpans(run: CourseFacts, nowMs: number): readonly Span[] {
  const past = run.attempts.map(({ number, startedAtMs, endedAtMs }) => ({
    attempt: number,
    fromMs: startedAtMs,
    toMs: endedAtMs,
  }));
  const isLive = run.state === "running" || run.state === "dispatching";
  if (!isLive || run.startedAtMs === null) return past;
  return [...past, { attempt: run.attempt, fromMs: run.startedAtMs, toMs: nowMs }];
}

type Halt = { readonly what: "asked" | "limited"; readonly fromMs: number; readonly toMs: number };

/** A halt lasts until the agent, or a person's answer, is heard again. */
function* haltsOf({ question }: CourseFacts, events: readonly TimedEvent[], nowMs: number): Iterable<Halt> {
  let open: { readonly what: Halt["what"]; readonly fromMs: number } | null = null;
  for (const event of events) {
    const isAsked = event.kind === "asked";
    const isLimited = event.kind === "limit" && event.status === "reached";
    if (isAsked || isLimited) {
      open ??= { what: isAsked ? "asked" : "limited", fromMs: event.atMs };
    } else if (open !== null && endsHalt(event)) {
      yield { ...open, toMs: event.atMs };
      open = null;
    }
  }
  if (open !== null) yield { ...open, toMs: nowMs };
  // Asked with `tasks ask` by a kind without events.
  const isKnown = events.some(({ kind, atMs }) => kind === "asked" && atMs === question?.askedAtMs);
  if (question !== null && !isKnown && open?.what !== "asked")
    yield { what: "asked", fromMs: question.askedAtMs, toMs: question.answer?.atMs ?? nowMs };
}

function endsHalt({ kind }: TimedEvent): boolean {
  return kind === "message" || kind === "tool" || kind === "reasoning" || kind === "session";
}

function cutBySleeps(part: CoursePart, sleeps: readonly SleptFor[]): readonly CoursePart[] {
  const parts: CoursePart[] = [];
  let atMs = part.fromMs;
  for (const sleep of sleeps) {
    const fromMs = Math.max(atMs, sleep.fromMs);
    const toMs = Math.min(part.toMs, sleep.toMs);
    if (toMs <= fromMs) continue;
    push(parts, { ...part, fromMs: atMs, toMs: fromMs });
    push(parts, { ...part, what: "asleep", fromMs, toMs });
    atMs = toMs;
  }
  push(parts, { ...part, fromMs: atMs });
  return parts;
}

function splitSpan(parts: CoursePart[], { attempt, fromMs, toMs }: Span, halts: readonly Halt[]): void {
  let atMs = fromMs;
  for (const halt of halts) {
    const from = Math.max(atMs, halt.fromMs);
    const to = Math.min(toMs, halt.toMs);
    if (to <= from) continue;
    push(parts, { what: "working", fromMs: atMs, toMs: from, attempt });
    push(parts, { what: halt.what, fromMs: from, toMs: to, attempt });
    atMs = to;
  }
  push(parts, { what: "working", fromMs: atMs, toMs, attempt });
}

function push(parts: CoursePart[], part: CoursePart): void {
  if (part.toMs > part.fromMs) parts.push(part);
}
