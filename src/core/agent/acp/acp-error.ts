// Why a turn failed: the error of a refused request, or the reason for which it stopped.

import type { AgentErrorCode } from "../contract/agent-event.ts";
import { codeOfStatus } from "../lines/error-status.ts";
import { entryOf, numberOf } from "../lines/json-value.ts";
import type { AcpFailure } from "./acp-connection.ts";

export type AcpReason = {
  readonly code: AgentErrorCode;
  readonly status: number | null;
  readonly why: string;
};

/** Of the protocol. */
const AUTH_REQUIRED = -32000;

/** As Claude Code's adapter names it; the protocol has no field for it. */
const KINDS: Readonly<Record<string, AgentErrorCode>> = {
  rate_limit: "limit",
  authentication_failed: "signed_out",
  billing_error: "billing",
  server_error: "overloaded",
  overloaded: "overloaded",
};

export function reasonOf({ code, message, data }: AcpFailure): AcpReason {
  const status = numberOf(data.status) ?? numberOf(data.statusCode);
  const byCode = code === AUTH_REQUIRED ? "signed_out" : undefined;
  return {
    code: byCode ?? entryOf(KINDS, data.errorKind) ?? codeOfStatus(status) ?? "other",
    status,
    why: message,
  };
}

/** Null for a turn that was completed or cancelled. */
export function reasonToStop(stopReason: unknown): AcpReason | null {
  const why = entryOf(STOPS, stopReason);
  if (stopReason === "end_turn" || stopReason === "cancelled") return null;
  const code = stopReason === "max_tokens" || stopReason === "max_turn_requests" ? "own_limit" : "other";
  return { code, status: null, why: why ?? "The agent stopped for an unknown reason." };
}

const STOPS: Readonly<Record<string, string>> = {
  max_tokens: "It reached the number of tokens that it may write.",
  max_turn_requests: "It reached the number of requests that a turn may have.",
  refusal: "The model refused to go on.",
};
