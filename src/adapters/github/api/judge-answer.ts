// What an unsuccessful answer means, from its status and headers. Rate limits come first, because GitHub answers 403
// for them as well as for missing permissions.

import { HOUR_MS, MINUTE_MS } from "../../../core/values/durations.ts";
import type { Budget, HostFailure } from "../../../ports/git/pull-request-host.ts";
import { type Connection, failure } from "./connection.ts";
import type { HttpAnswer } from "./exchange.ts";

/** Null for success, and for 304. */
export function judgeAnswer(answer: HttpAnswer, { token, nowMs }: Connection): HostFailure | null {
  const { status, headers } = answer;
  if (status === 200 || status === 304) return null;
  if (status === 401) return failure("auth", "GitHub refused the token (401)", token.renewal);
  if (isRateLimited(answer)) return rateLimit(headers, nowMs());
  if (status === 403) return asksForSignOn(headers) ? NEEDS_SIGN_ON : maySee("GitHub refused access (403)");
  if (MISSING.has(status)) return missing(status);
  if (status >= 500) {
    const failed = failure("server", `GitHub had an internal error (${status})`);
    const retryAtMs = readRetryAfter(headers, nowMs());
    return { ...failed, notBeforeMs: retryAtMs === null ? null : boundWait(retryAtMs, nowMs()) };
  }
  return failure("malformed", `GitHub gave an unexpected answer (${status})`);
}

/** The budget is used up, or there were too many requests; the headers say when to retry. */
export function rateLimit(headers: Headers, nowMs: number): HostFailure {
  const usedUp = headers.get("x-ratelimit-remaining") === "0";
  const resetAtMs = usedUp ? readReset(headers) : null;
  const notBeforeMs = boundWait(readRetryAfter(headers, nowMs) ?? resetAtMs ?? 0, nowMs);
  const message = usedUp
    ? "GitHub's rate limit for this token is used up"
    : "GitHub received too many requests in a short time (secondary rate limit)";
  return { reason: "rate_limit", message, remedy: null, notBeforeMs };
}

/** Null if the host does not count, which Enterprise can be configured to. */
export function readBudget(headers: Headers): Budget | null {
  const limit = readCount(headers, "x-ratelimit-limit");
  const remaining = readCount(headers, "x-ratelimit-remaining");
  const resetAtMs = readReset(headers);
  return limit === null || remaining === null || resetAtMs === null ? null : { limit, remaining, resetAtMs };
}

/** In the message of a 403 without a header that says when to retry. */
export const LIMIT_WORDS = /secondary rate limit|rate limit (?:already )?exceeded|abuse detection/i;

/** A refusal that another token, or more permissions for this one, would fix. */
export function maySee(message: string): HostFailure {
  return failure(
    "auth",
    message,
    "The token needs read access to pull requests, checks, statuses and Actions",
  );
}

export function missing(status: number | null = null): HostFailure {
  const message = "GitHub has no such repository, or this token may not see it";
  return failure(
    "missing",
    status === null ? message : `${message} (${status})`,
    "Check github.repository, and that the token has access to it",
  );
}

export const NEEDS_SIGN_ON: HostFailure = failure(
  "auth",
  "The organization requires single sign-on (SSO) for the token",
  "Authorize the token for the organization's single sign-on in GitHub's token settings",
);

/** Gone, and blocked for legal reasons, count as missing. */
const MISSING = new Set([404, 410, 451]);
/** GitHub's advice for limits without a time. */
const WAIT_DEFAULT_MS = MINUTE_MS;
/** Budgets are hourly: a later time is wrong, or from another clock. */
const WAIT_MAX_MS = HOUR_MS;

function isRateLimited({ status, headers, text }: HttpAnswer): boolean {
  if (status !== 403 && status !== 429) return false;
  if (status === 429 || headers.has("retry-after")) return true;
  return headers.get("x-ratelimit-remaining") === "0" || LIMIT_WORDS.test(text.slice(0, WORDS_LENGTH_MAX));
}

/** A time in the past means that the clocks differ: then the default wait. */
function boundWait(retryAtMs: number, nowMs: number): number {
  return retryAtMs > nowMs ? Math.min(retryAtMs, nowMs + WAIT_MAX_MS) : nowMs + WAIT_DEFAULT_MS;
}

/** Enough for any of GitHub's messages. */
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
