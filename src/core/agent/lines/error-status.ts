import type { AgentErrorCode } from "../contract/agent-event.ts";

/** What the HTTP status of a failed request means. Null where it says nothing: a stream that broke has 200. */
export function codeOfStatus(status: number | null): AgentErrorCode | null {
  if (status === null || status < 400) return null;
  if (status === 401 || status === 403) return "signed_out";
  if (status === 402) return "billing";
  if (status === 429) return "limit";
  return status >= 500 ? "overloaded" : "other";
}
