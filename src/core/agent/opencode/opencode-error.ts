// An error of opencode: a name, and data that depends on it.

import type { AgentErrorCode } from "../contract/agent-event.ts";
import { codeOfStatus } from "../lines/error-status.ts";
import { entryOf, numberOf, recordOf, textOf } from "../lines/json-value.ts";

const BY_NAME: Readonly<Record<string, AgentErrorCode>> = {
  ProviderAuthError: "signed_out",
  ContextOverflowError: "context_full",
};

export function readError(error: unknown): { code: AgentErrorCode; status: number | null; why: string } {
  const { name, data } = recordOf(error);
  const { message, statusCode, metadata } = recordOf(data);
  const status = numberOf(statusCode);
  // The name of a failed system call: no answer came.
  const isNetwork = textOf(recordOf(metadata).code) !== null;
  return {
    code: entryOf(BY_NAME, name) ?? codeOfStatus(status) ?? (isNetwork ? "network" : "other"),
    status,
    why: textOf(message) ?? textOf(name) ?? "opencode did not say why.",
  };
}
