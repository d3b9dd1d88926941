// What codex says about an error (`codexErrorInfo`: a name, or a record of one name with a status) -> our codes.

import type { AgentErrorCode } from "../contract/agent-event.ts";
import { codeOfStatus } from "../lines/error-status.ts";
import { asRecord, numberOf, recordOf, textOf } from "../lines/json-value.ts";

export type CodexError = {
  readonly code: AgentErrorCode;
  readonly status: number | null;
  readonly why: string;
};

const CODES: ReadonlyMap<string, AgentErrorCode> = new Map([
  ["contextWindowExceeded", "context_full"],
  ["sessionBudgetExceeded", "own_limit"],
  ["usageLimitExceeded", "limit"],
  ["rateLimitExceeded", "limit"],
  ["serverOverloaded", "overloaded"],
  ["internalServerError", "overloaded"],
  ["flexUnavailable", "overloaded"],
  ["policyCapacityUnavailable", "overloaded"],
  ["unauthorized", "signed_out"],
  ["httpConnectionFailed", "network"],
  ["responseStreamConnectionFailed", "network"],
  ["responseStreamDisconnected", "network"],
  ["responseTooManyFailedAttempts", "network"],
]);

/** `error` is codex's `TurnError`. */
export function codexError(error: unknown): CodexError {
  const record = recordOf(error);
  const { name, status } = readInfo(record.codexErrorInfo);
  return {
    code: codeOfStatus(status) ?? CODES.get(name) ?? "other",
    status,
    why: textOf(record.message) ?? "Codex did not say why.",
  };
}

function readInfo(info: unknown): { readonly name: string; readonly status: number | null } {
  const record = asRecord(info);
  if (record === null) return { name: textOf(info) ?? "", status: null };
  const [name = ""] = Object.keys(record);
  return { name, status: numberOf(recordOf(record[name]).httpStatusCode) };
}
