// Whether an attempt, or a turn that continues, met something that is not its task's fault: a usage limit, an outage, an account
// that is signed out. Only events decide, never the text of a message.

import type { PauseCause, PauseScope } from "../../records/scoped-pause.ts";
import { DAY_MS } from "../../values/durations.ts";
import { type AgentErrorCode, type AgentEvent, cutText } from "../contract/agent-event.ts";

export type Met = {
  readonly cause: PauseCause;
  readonly scope: PauseScope;
  /** For people: "5-hour limit reached", "503, overloaded". */
  readonly why: string;
  /** When it is over, as far as the agent says. */
  readonly untilMs: number | null;
  /** Of the limit, as the agent names it. */
  readonly window: string | null;
};

/** Where the agent works. */
export type Place = { readonly account: string; readonly host: string };

type LimitEvent = Extract<AgentEvent, { kind: "limit" }>;
type RetryingEvent = Extract<AgentEvent, { kind: "retrying" }>;

/** By what an agent says of its end; null: its task's own, or unknown. */
const CAUSES: Readonly<Record<AgentErrorCode, PauseCause | null>> = {
  limit: "limit",
  signed_out: "signed_out",
  billing: "billing",
  overloaded: "overloaded",
  network: "network",
  context_full: null,
  session_gone: null,
  own_limit: null,
  other: null,
};

/** The longest windows are a week: a time after that is a mistake. */
const UNTIL_MAX_MS = 8 * DAY_MS;
const WHY_MAX = 200;

export type EndedBy = {
  /** What the agent said last about why it failed. */
  readonly error: { readonly code: AgentErrorCode; readonly why: string } | null;
  /** Its newest limit event. */
  readonly limit: LimitEvent | null;
};

/** What ended an attempt that did not finish. */
export function metAtEnd({ error, limit }: EndedBy, place: Place, nowMs: number): Met | null {
  const cause = error === null ? null : CAUSES[error.code];
  if (error === null || cause === null) return null;
  if (cause === "limit") return metLimit(limit?.status === "reached" ? limit : null, place, nowMs);
  return outage(cause, error.why, place);
}

/**
 * Services answer 529 now and then: the first repetition says nothing. One without an answer keeps the whole host waiting, and
 * a stream is cut now and then as well.
 */
const RETRIES_MIN = 2;
const UNANSWERED_MIN = 3;

/** What an event in the middle of a turn says is met; null for every other event. */
export function metInTurn(event: AgentEvent, place: Place, nowMs: number): Met | null {
  if (event.kind === "limit") return event.status === "reached" ? metLimit(event, place, nowMs) : null;
  if (event.kind !== "retrying") return null;
  const cause = causeOfStatus(event.status);
  if (cause === null || event.retry < (cause === "network" ? UNANSWERED_MIN : RETRIES_MIN)) return null;
  return outage(cause, whyRetried(event), place);
}

/**
 * Whether an event shows that the model answered. Tokens do not: some kinds count them at the end of a turn that failed. Nor
 * does the end of a tool, which may have run meanwhile.
 */
export function isAnswer(event: AgentEvent): boolean {
  if (event.kind === "message") return event.from === "agent";
  return event.kind === "reasoning" || (event.kind === "tool" && event.state === "running");
}

/** A sign-in and a 429 are repeated by the agent for a while, and end its turn if that does not help. */
function causeOfStatus(status: number | null): PauseCause | null {
  if (status === null) return "network";
  return status >= 500 ? "overloaded" : null;
}

function whyRetried({ status, why }: RetryingEvent): string {
  return status === null ? why : `${status}${why === "" ? "" : `, ${why}`}`;
}

function metLimit(limit: LimitEvent | null, { account }: Place, nowMs: number): Met {
  const window = limit?.window ?? null;
  const resetsAtMs = limit?.resetsAtMs ?? null;
  const isKnown = resetsAtMs !== null && resetsAtMs > nowMs;
  return {
    cause: "limit",
    scope: { kind: "account", name: account },
    why: limitWords(window),
    untilMs: isKnown ? Math.min(resetsAtMs, nowMs + UNTIL_MAX_MS) : null,
    window,
  };
}

function outage(cause: PauseCause, why: string, { account, host }: Place): Met {
  const scope: PauseScope =
    cause === "network" ? { kind: "host", name: host } : { kind: "account", name: account };
  return { cause, scope, why: cutText(why.trim(), WHY_MAX), untilMs: null, window: null };
}

const WINDOW_WORDS: Readonly<Record<string, string>> = {
  five_hour: "5-hour",
  seven_day: "weekly",
  seven_day_opus: "weekly",
  seven_day_sonnet: "weekly",
};

function limitWords(window: string | null): string {
  const words = window !== null && Object.hasOwn(WINDOW_WORDS, window) ? WINDOW_WORDS[window] : undefined;
  return `${words ?? "usage"} limit reached`;
}
