// The watches of an attempt: what looks on while its agent works.

import type { Run } from "../../../core/contract/run.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import type { AttemptRecord } from "./attempt-record.ts";
import { BudgetWatch } from "./budget-watch.ts";
import type { KeptChanges } from "./kept-changes.ts";
import { LoopWatch } from "./loop-watch.ts";
import type { Spending } from "./spending.ts";
import type { UsageLedger } from "./usage-ledger.ts";
import { WaitWatch } from "./wait-watch.ts";
import type { AttemptPlace, AttemptWatch, TurnControl } from "./watches/attempt-watch.ts";
import type { MemoryWatch } from "./watches/memory-watch.ts";
import type { OutageWatch } from "./watches/outage-watch.ts";

export type WatchesContext = {
  readonly clock: Clock;
  readonly kept: KeptChanges;
  readonly record: AttemptRecord;
  readonly control: TurnControl;
  readonly spending: Spending | null;
  readonly usage: UsageLedger | null;
  readonly keepSlot: AttemptPlace["keepSlot"] | null;
  readonly outage: OutageWatch | null;
  readonly memory: MemoryWatch | null;
};

/** In the order in which they may stop a turn. */
export function watchesOf(context: WatchesContext, run: Run): readonly AttemptWatch[] {
  const { record, spending, usage, outage, memory } = context;
  const ends = [outage, memory].filter((watch) => watch !== null);
  const waits = [...ends, new WaitWatch(context)];
  if (spending === null || usage === null) return waits;
  const budget = new BudgetWatch({ ...context, spending, usage }, run);
  const loop = new LoopWatch({
    ...context,
    worktreeStamp: () => spending.worktreeStamp(),
    share: () => budget.share,
    isStopping: () => budget.isUsedUp,
    isWaiting: () => usage.isWaiting,
    show: (found) => record.showLoop(found),
    clean: (text) => record.clean(text),
  });
  return [{ note: () => {}, attend: (now) => usage.attend(now) }, budget, loop, ...waits];
}
