// Lines that are one event each: a limit, a repeated request, what was denied in a turn.

import { type AgentErrorCode, type AgentEvent, cutText, TEXT_MAX } from "../contract/agent-event.ts";
import { countOf, type JsonRecord, listOf, numberOf, recordOf, textOf } from "../lines/json-value.ts";
import type { ClaudeToolLog } from "./claude-tool-log.ts";

type LimitEvent = Extract<AgentEvent, { kind: "limit" }>;

/** Null while nothing is near its limit. Requests that go on as paid overage are a warning. */
export function limitEvent(info: JsonRecord): LimitEvent | null {
  const { status, isUsingOverage } = info;
  if (status !== "allowed_warning" && status !== "rejected") return null;
  const utilization = numberOf(info["utilization"]);
  const resetsAt = numberOf(info["resetsAt"]);
  return {
    kind: "limit",
    status: status === "rejected" && isUsingOverage !== true ? "reached" : "warning",
    window: textOf(info["rateLimitType"]),
    usedPercent: utilization === null ? null : Math.round(utilization * 100),
    resetsAtMs: resetsAt === null ? null : Math.round(resetsAt * 1000),
  };
}

export function retryEvent(record: JsonRecord): AgentEvent {
  return {
    kind: "retrying",
    retry: countOf(record["attempt"]),
    retriesMax: numberOf(record["max_retries"]),
    delayMs: numberOf(record["retry_delay_ms"]),
    status: numberOf(record["error_status"]),
    why: cutText(textOf(record["error"]) ?? "", TEXT_MAX.why),
  };
}

/** Older versions name denials only here; the others are known by now. */
export function deniedAtEnd(result: JsonRecord, tools: ClaudeToolLog): readonly AgentEvent[] {
  return listOf(result["permission_denials"])
    .map(recordOf)
    .flatMap((denial) => {
      const id = textOf(denial["tool_use_id"]) ?? "";
      const name = textOf(denial["tool_name"]) ?? "tool";
      const why = "Its permissions do not allow it.";
      return tools.denial({ id, name, input: recordOf(denial["tool_input"]), why }) ?? [];
    });
}

export function errorEvent(code: AgentErrorCode, status: number | null, why: string): AgentEvent {
  return { kind: "error", code, status, why: cutText(why, TEXT_MAX.why) };
}

/** Someone stopped the turn, by a signal too. */
export function isAborted(result: JsonRecord): boolean {
  const reason = result["terminal_reason"];
  return reason === "aborted_tools" || reason === "aborted_streaming";
}
