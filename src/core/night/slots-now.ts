// What the slots of a host are used for at one moment, read from the plan of starts.

import type { Dispatch } from "../contract/run-view.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { planStarts } from "../dispatch/plan-starts.ts";
import { SLOT_USES, type SlotUse, type SlotUses } from "../records/slot-time.ts";

/** Numbers of slots by use; together all slots of the host. `rows` are those of the whole repository. */
export function slotsNow(rows: ReadonlyMap<string, TaskRow>, dispatch: Dispatch, nowMs: number): SlotUses {
  const { live, elsewhere, per_host: slots } = dispatch;
  const counts: Partial<Record<SlotUse, number>> = {};
  const count = (use: SlotUse, number: number) => {
    if (number > 0) counts[use] = (counts[use] ?? 0) + number;
  };
  count("working", live);
  count("elsewhere", elsewhere);
  const free = Math.max(0, slots - live - elsewhere);
  if (free === 0) return counts;
  // A free slot is idle for the reason of the task that would have it.
  const waiting = planStarts({ rows: rows.values(), dispatch, nowMs }).slice(0, free);
  for (const { use } of waiting) count(use, 1);
  count("nothing_ready", free - waiting.length);
  return counts;
}

export function sameUses(a: SlotUses, b: SlotUses): boolean {
  return SLOT_USES.every((use) => (a[use] ?? 0) === (b[use] ?? 0));
}
