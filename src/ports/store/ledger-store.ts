// What was used, by attempt and hour, and where the hours of the slots went. Part of the store (store.ts).

import type { RunId } from "../../core/contract/run.ts";
import type { Sleep, SlotTime } from "../../core/records/slot-time.ts";
import type { UsageRecord } from "../../core/records/usage-record.ts";

export type LedgerStore = {
  /** Replaces those of the same run, attempt and hour. */
  writeUsage(records: readonly UsageRecord[]): Promise<void>;
  /** With `hourMs` from `sinceMs` on, or of one run; oldest hour first. */
  readUsage(query: { readonly sinceMs: number } | { readonly run: RunId }): Promise<readonly UsageRecord[]>;

  /** Adds to what is stored for the same host, hour and use. */
  addSlotTimes(times: readonly SlotTime[]): Promise<void>;
  /** Oldest hour first. */
  readSlotTimes(query: { readonly sinceMs: number }): Promise<readonly SlotTime[]>;

  writeSleep(sleep: Sleep): Promise<void>;
  /** That end after `sinceMs`, oldest first. */
  readSleeps(query: { readonly sinceMs: number }): Promise<readonly Sleep[]>;
};
