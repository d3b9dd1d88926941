// Why a turn failed, as a code. The fields of the last answer and of the result decide; only a lost connection of older
// versions is known by its text.

import type { AgentErrorCode } from "../contract/agent-event.ts";
import { type JsonRecord, numberOf, textOf } from "../lines/json-value.ts";

/** `server_error` is left to the status: a lost connection has that name too. */
const BY_ERROR: ReadonlyMap<string, AgentErrorCode> = new Map([
  ["rate_limit", "limit"],
  ["authentication_failed", "signed_out"],
  ["oauth_org_not_allowed", "signed_out"],
  ["account_on_hold", "signed_out"],
  ["verification_required", "signed_out"],
  ["cloud_credential_error", "signed_out"],
  ["billing_error", "billing"],
  ["overloaded", "overloaded"],
]);

const OWN_LIMITS: ReadonlySet<unknown> = new Set([
  ...["error_max_turns", "error_max_budget_usd", "error_max_structured_output_retries"],
  ...["max_turns", "budget_exhausted"],
]);

const CONTEXT_FULL: ReadonlySet<unknown> = new Set([
  ...["prompt_too_long", "blocking_limit", "rapid_refill_breaker"],
]);

/** `answer`: the agent's own last message, with the field that names the failure. */
export function failureCode(result: JsonRecord, answer: JsonRecord): AgentErrorCode {
  const { subtype, terminal_reason: reason } = result;
  if (OWN_LIMITS.has(subtype) || OWN_LIMITS.has(reason)) return "own_limit";
  if (CONTEXT_FULL.has(reason)) return "context_full";
  if (isGone(result)) return "session_gone";
  if ((result["api_error"] ?? answer["api_error"]) === "connection_failed") return "network";
  const byName = BY_ERROR.get(textOf(answer["error"]) ?? "");
  const byStatus = codeOfStatus(numberOf(result["api_error_status"]));
  return byName ?? byStatus ?? (isLost(result) ? "network" : "other");
}

export function failureText(result: JsonRecord): string {
  const errors = Array.isArray(result["errors"]) ? result["errors"].map(textOf).filter(Boolean) : [];
  const said = (textOf(result["result"]) ?? "") || errors.join(" ");
  return said || OWN_WORDS.get(textOf(result["subtype"]) ?? "") || "It failed without saying why.";
}

const OWN_WORDS: ReadonlyMap<string, string> = new Map([
  ["error_max_turns", "It reached the greatest number of turns that its settings allow."],
  ["error_max_budget_usd", "It reached the budget that its settings allow."],
]);

/** No field says it; the same words stand on stderr. */
export const GONE = /^No conversation found with session ID/;

function isGone(result: JsonRecord): boolean {
  return Array.isArray(result["errors"]) && result["errors"].some((error) => GONE.test(textOf(error) ?? ""));
}

function codeOfStatus(status: number | null): AgentErrorCode | null {
  if (status === null) return null;
  if (status === 401 || status === 403) return "signed_out";
  if (status === 402) return "billing";
  if (status === 413) return "context_full";
  if (status === 429) return "limit";
  return status >= 500 ? "overloaded" : null;
}

function isLost(result: JsonRecord): boolean {
  return /\b(?:ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENOTFOUND)\b|Unable to connect/.test(
    textOf(result["result"]) ?? "",
  );
}
