// What was used, by attempt and hour, and where the hours of the slots went. Part of the store (store.ts).

import type { RunId } from "../../core/contract/run.ts";
import type { Sleep, SlotSpan } from "../../core/records/slot-time.ts";
import type { UsageRecord } from "../../core/records/usage-record.ts";

export type LedgerStore = {
  /** Replaces those of the same run, attempt and hour. */
  writeUsage(records: readonly UsageRecord[]): Promise<void>;
  /** With `hourMs` from `sinceMs` on, or of one run; oldest hour first. */
  readUsage(query: { readonly sinceMs: number } | { readonly run: RunId }): Promise<readonly UsageRecord[]>;

  /** Replaces the one of the same host and start: how a span grows. */
  writeSlotSpan(span: SlotSpan): Promise<void>;
  /** That end after `sinceMs`, oldest first. */
  readSlotSpans(query: { readonly sinceMs: number }): Promise<readonly SlotSpan[]>;

  writeSleep(sleep: Sleep): Promise<void>;
  /** That end after `sinceMs`, oldest first. */
  readSleeps(query: { readonly sinceMs: number }): Promise<readonly Sleep[]>;
};
