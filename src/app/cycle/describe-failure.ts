// Turns whatever a cycle threw into a word of the closed list and a sentence for the page. The error itself, with its
// stack, goes to the log.

import type { CycleFailure } from "../../core/contract/cycle.ts";
import { UserError } from "../../core/contract/user-error.ts";
import { StoreError } from "../../ports/store/store-error.ts";

export function describeFailure(error: unknown): CycleFailure {
  if (error instanceof StoreError) return { reason: error.reason, detail: error.message };
  if (error instanceof UserError) {
    return { reason: error.code === "lease_held" ? "lock" : "exit", detail: error.message };
  }
  const message = error instanceof Error ? error.message : String(error);
  // No file can cause this (its problems are data), so it is a bug: say so, with what a report needs.
  return { reason: "parse", detail: `The update met a fault of its own: ${message}` };
}
