// A row with the inputs it was derived from and the time for which it holds, so that the next build can keep it.

import type { SignalCode } from "../contract/signal.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { deliveryRetryMs } from "../pull-request/judge-delivery.ts";
import type { TurnCounts } from "../signal/detector-doubt.ts";
import { expiryWindow } from "../signal/raise-signals.ts";
import { TIMED_RULES, timedRuleOf } from "../signal/timed-signals.ts";
import { sameValue } from "../values/same-value.ts";
import type { Draft } from "./draft.ts";
import type { EntryInputs } from "./entry-inputs.ts";
import { finishRow } from "./finish-row.ts";

export type Entry = {
  readonly inputs: EntryInputs;
  readonly row: TaskRow;
  /** With the same inputs the row holds from `fromMs` until before `untilMs`. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Derived again in each build: its signal is held back. */
  readonly isHeld: boolean;
};

export const NOTHING_HELD: ReadonlySet<SignalCode> = new Set();

/** The entry of a draft, with the previous row itself if it is equal. Signals of the codes in `held` are kept back. */
export function finishEntry(draft: Draft, held: ReadonlySet<SignalCode>): Entry {
  const { inputs, timed, turning, moment } = draft;
  const { before, nowMs } = moment;
  const row = finishRow(draft, held);
  const expiry = expiryWindow(inputs.acknowledgements ?? [], nowMs);
  const retryMs = deliveryRetryMs(inputs.pullRequest?.deliveryRecord ?? null);
  const isRetryDue = nowMs >= retryMs;
  return {
    inputs,
    row: before !== undefined && sameValue(before, row) ? before : row,
    fromMs: Math.max(
      timed?.reachedMs ?? Number.NEGATIVE_INFINITY,
      isRetryDue ? retryMs : Number.NEGATIVE_INFINITY,
      expiry.fromMs,
    ),
    untilMs: Math.min(
      timed?.nextMs ?? Number.POSITIVE_INFINITY,
      isRetryDue ? Number.POSITIVE_INFINITY : retryMs,
      expiry.untilMs,
    ),
    isHeld: turning && timed !== null && held.has(timed.code),
  };
}

/** How many tasks each timed rule watches, and how many of them turn in this build. */
export function countTurning(entries: readonly Entry[], isTurning: (index: number) => boolean): TurnCounts {
  const counts = new Map(TIMED_RULES.map(({ code }) => [code, { groupSize: 0, turning: 0 }]));
  entries.forEach(({ row }, index) => {
    const code = timedRuleOf(row)?.rule.code;
    const count = code === undefined ? undefined : counts.get(code);
    if (count === undefined) return;
    count.groupSize++;
    if (isTurning(index)) count.turning++;
  });
  return counts;
}

/** When time alone changes a row, or `untilMs` if that is sooner. */
export function nextChange(entries: readonly Entry[], untilMs: number): number | null {
  let nextMs = untilMs;
  for (const entry of entries) if (entry.untilMs < nextMs) nextMs = entry.untilMs;
  return Number.isFinite(nextMs) ? nextMs : null;
}
