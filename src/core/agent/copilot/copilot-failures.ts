// Failed requests of Copilot to its model: what is repeated, what is a limit, and what ended the turn.

import { type AgentErrorCode, type AgentEvent, cutText, TEXT_MAX } from "../contract/agent-event.ts";
import { countOf, type JsonRecord, numberOf, textOf } from "../lines/json-value.ts";

const LIMIT_STATUS = 429;

export class CopilotFailures {
  /** The newest failed request that nothing followed yet. */
  #failure: JsonRecord | null = null;
  #isLimitReported = false;

  /** `model.call_failure`. At a limit it may wait for hours without another word. */
  failed(data: JsonRecord): readonly AgentEvent[] {
    this.#failure = data;
    return numberOf(data["statusCode"]) === LIMIT_STATUS ? this.#limit() : [];
  }

  /** `assistant.turn_retry`. */
  repeated(data: JsonRecord): AgentEvent {
    const failure = this.#failure ?? {};
    this.#failure = null;
    return {
      kind: "retrying",
      retry: countOf(failure["retryAttempt"]) + 1,
      retriesMax: null,
      delayMs: null,
      status: numberOf(failure["statusCode"]),
      why: cutText(textOf(failure["errorMessage"]) ?? textOf(data["reason"]) ?? "", TEXT_MAX.why),
    };
  }

  /** `session.error`. */
  ended(data: JsonRecord): readonly AgentEvent[] {
    const status = numberOf(data["statusCode"]);
    const code = codeOf(textOf(data["errorType"]) ?? "", status);
    const why = cutText(textOf(data["message"]) ?? "It failed without saying why.", TEXT_MAX.why);
    return [...(code === "limit" ? this.#limit() : []), { kind: "error", code, status, why }];
  }

  #limit(): readonly AgentEvent[] {
    if (this.#isLimitReported) return [];
    this.#isLimitReported = true;
    return [{ kind: "limit", status: "reached", window: null, usedPercent: null, resetsAtMs: null }];
  }
}

const BY_TYPE: ReadonlyMap<string, AgentErrorCode> = new Map([
  ["rate_limit", "limit"],
  ["quota", "limit"],
  ["authentication", "signed_out"],
  ["authorization", "signed_out"],
  ["context_limit", "context_full"],
]);

/** `query` is any other request that failed; without a status no answer came. */
function codeOf(type: string, status: number | null): AgentErrorCode {
  const named = BY_TYPE.get(type);
  if (named !== undefined) return named;
  if (status === null) return type === "query" ? "network" : "other";
  if (status === 401 || status === 403) return "signed_out";
  if (status === 402) return "billing";
  if (status === LIMIT_STATUS) return "limit";
  return status >= 500 ? "overloaded" : "other";
}
