// What an answer without the thing asked for means, from its status and headers: limits first, because GitHub says 403 for
// them as well as for what a token may not see.

import { HOUR_MS, MINUTE_MS } from "../../../core/values/durations.ts";
import type { Budget, HostFailure } from "../../../ports/git/pull-request-host.ts";
import type { Connection } from "./connection.ts";
import type { HttpAnswer } from "./exchange.ts";

/** Null for an answer that says what was asked, or that nothing changed. */
export function judgeAnswer(answer: HttpAnswer, { token, nowMs }: Connection): HostFailure | null {
  const { status, headers } = answer;
  if (status === 200 || status === 304) return null;
  if (status === 401) return failure("auth", "GitHub refused the token (401)", token.renewal);
  if (isRateLimited(answer)) return rateLimit(headers, nowMs());
  if (status === 403) return asksForSignOn(headers) ? NEEDS_SIGN_ON : maySee("GitHub refused access (403)");
  if (MISSING.has(status)) return missing(status);
  if (status >= 500) {
    const failed = failure("server", `GitHub has a fault of its own (${status})`, null);
    const saidMs = readRetryAfter(headers, nowMs());
    return { ...failed, notBeforeMs: saidMs === null ? null : boundWait(saidMs, nowMs()) };
  }
  return failure("malformed", `GitHub gave an answer that is none (${status})`, null);
}

/** The budget is used up, or too much was asked in too short a time: what the headers say of when to ask again. */
export function rateLimit(headers: Headers, nowMs: number): HostFailure {
  const usedUp = headers.get("x-ratelimit-remaining") === "0";
  const resetAtMs = usedUp ? readReset(headers) : null;
  const notBeforeMs = boundWait(readRetryAfter(headers, nowMs) ?? resetAtMs ?? 0, nowMs);
  const message = usedUp
    ? "GitHub's limit for this token is used up"
    : "GitHub was asked too much in too short a time (secondary limit)";
  return { reason: "rate_limit", message, remedy: null, notBeforeMs };
}

/** Null when the host does not count, as Enterprise may be told. */
export function readBudget(headers: Headers): Budget | null {
  const limit = readCount(headers, "x-ratelimit-limit");
  const remaining = readCount(headers, "x-ratelimit-remaining");
  const resetAtMs = readReset(headers);
  return limit === null || remaining === null || resetAtMs === null ? null : { limit, remaining, resetAtMs };
}

/** GitHub has it in messages only where it says 403 without a header that tells when to ask again. */
export const LIMIT_WORDS = /secondary rate limit|rate limit (?:already )?exceeded|abuse detection/i;

/** A refusal that another token, or more rights for this one, would mend. */
export function maySee(message: string): HostFailure {
  return failure(
    "auth",
    message,
    "The token needs read access to pull requests, checks, statuses and Actions",
  );
}

export function missing(status: number | null = null): HostFailure {
  const message = "GitHub knows no such repository, or does not show it to this token";
  return failure(
    "missing",
    status === null ? message : `${message} (${status})`,
    "Check github.repository, and that the token has access to it",
  );
}

export const NEEDS_SIGN_ON: HostFailure = failure(
  "auth",
  "The organization wants the token to be signed on (SSO)",
  "Authorize the token for the organization's single sign-on, in GitHub's settings of tokens",
);

export function failure(reason: HostFailure["reason"], message: string, remedy: string | null): HostFailure {
  return { reason, message, remedy, notBeforeMs: null };
}

/** Gone, and blocked for legal reasons, are as good as missing. */
const MISSING = new Set([404, 410, 451]);
/** GitHub's advice for limits that say no time. */
const WAIT_UNSAID_MS = MINUTE_MS;
/** Budgets are counted by the hour: whoever names more is wrong, or has another clock. */
const WAIT_MAX_MS = HOUR_MS;

function isRateLimited({ status, headers, text }: HttpAnswer): boolean {
  if (status !== 403 && status !== 429) return false;
  if (status === 429 || headers.has("retry-after")) return true;
  return headers.get("x-ratelimit-remaining") === "0" || LIMIT_WORDS.test(text.slice(0, WORDS_LENGTH_MAX));
}

/** A time that has passed says that our clock is another: then as long as when nothing was said. */
function boundWait(saidMs: number, nowMs: number): number {
  return saidMs > nowMs ? Math.min(saidMs, nowMs + WAIT_MAX_MS) : nowMs + WAIT_UNSAID_MS;
}

/** Enough for any message of GitHub's. */
const WORDS_LENGTH_MAX = 4000;

function asksForSignOn(headers: Headers): boolean {
  return /^\s*required/i.test(headers.get("x-github-sso") ?? "");
}

/** Seconds, or a date. */
function readRetryAfter(headers: Headers, nowMs: number): number | null {
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return nowMs + Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : date;
}

function readReset(headers: Headers): number | null {
  const seconds = readCount(headers, "x-ratelimit-reset");
  return seconds === null ? null : seconds * 1000;
}

function readCount(headers: Headers, name: string): number | null {
  const text = headers.get(name) ?? "";
  return /^\d{1,12}$/.test(text) ? Number(text) : null;
}
