// Adds up what slots were used for between two times. Whatever no span covers is named too: the host slept, or no runner
// ran. So slots times time is always the sum.

import { asleepWithin } from "../records/sleep.ts";
import { SLOT_USES, type Sleep, type SlotSpan, type SlotUse, type SlotUses } from "../records/slot-time.ts";
import { spanWrittenAfterMs } from "./slot-timing.ts";

export type SlotHoursInput = {
  readonly spans: readonly SlotSpan[];
  readonly sleeps: readonly Sleep[];
  /** This machine, and its slots where no span says how many there were. */
  readonly host: string;
  readonly slots: number;
  /** `cycle.interval_s`: the newest span continues for as long as a runner may take to write again. */
  readonly cycleS: number;
  readonly fromMs: number;
  readonly toMs: number;
};

/** Milliseconds of slots by use. */
export function slotHours(input: SlotHoursInput): SlotUses {
  const sum: Partial<Record<SlotUse, number>> = {};
  for (const { uses } of slotStretches(input))
    for (const use of SLOT_USES) if (uses[use] !== undefined) sum[use] = (sum[use] ?? 0) + uses[use];
  return sum;
}

/** What slots were used for, from one time to another. A use that is not there has no milliseconds. */
export type SlotStretch = { readonly fromMs: number; readonly toMs: number; readonly uses: SlotUses };

/** The whole time, oldest first and without a gap. Of this host: another one has its own store. */
export function slotStretches(input: SlotHoursInput): readonly SlotStretch[] {
  const { sleeps, host, slots, cycleS, fromMs, toMs } = input;
  const spans = ofHost(input.spans, host);
  const ownSleeps = sleeps.filter((sleep) => sleep.host === host);
  const gap = (from: number, to: number, slotsThen: number): SlotStretch => {
    const asleepMs = asleepWithin(ownSleeps, from, to);
    const uses = { asleep: asleepMs * slotsThen, not_running: (to - from - asleepMs) * slotsThen };
    return { fromMs: from, toMs: to, uses: known((use) => (isGapUse(use) ? uses[use] : 0)) };
  };
  const stretches: SlotStretch[] = [];
  let atMs = fromMs;
  for (const span of spans) {
    const start = Math.max(span.fromMs, atMs);
    const end = Math.min(span.toMs, toMs);
    if (end <= start) continue;
    if (start > atMs) stretches.push(gap(atMs, start, slotsOf(span)));
    stretches.push(asIn(span, start, end));
    atMs = end;
  }
  const last = spans.at(-1);
  if (atMs >= toMs) return stretches;
  const continues = last !== undefined && toMs - last.toMs <= spanWrittenAfterMs(cycleS) && last.toMs <= atMs;
  const rest = continues
    ? asIn(last, atMs, toMs)
    : gap(atMs, toMs, last === undefined ? slots : slotsOf(last));
  return [...stretches, rest];
}

/** Slots used from one time to another as they were in a span. */
function asIn({ uses, ...span }: SlotSpan, fromMs: number, toMs: number): SlotStretch {
  const share = (toMs - fromMs) / (span.toMs - span.fromMs);
  return { fromMs, toMs, uses: known((use) => (uses[use] ?? 0) * share) };
}

function known(msOf: (use: SlotUse) => number): SlotUses {
  return Object.fromEntries(SLOT_USES.flatMap((use) => (msOf(use) > 0 ? [[use, msOf(use)]] : [])));
}

const isGapUse = (use: SlotUse): use is "asleep" | "not_running" => use === "asleep" || use === "not_running";

/** When slots were used for one thing, and how much of them; stretches that follow each other are one. */
export function stretchesOf(
  stretches: readonly SlotStretch[],
  use: SlotUse,
): readonly { readonly fromMs: number; readonly toMs: number; readonly ms: number }[] {
  const found: { fromMs: number; toMs: number; ms: number }[] = [];
  for (const { fromMs, toMs, uses } of stretches) {
    const ms = uses[use];
    const before = found.at(-1);
    if (ms === undefined) continue;
    if (before?.toMs === fromMs) Object.assign(before, { toMs, ms: before.ms + ms });
    else found.push({ fromMs, toMs, ms });
  }
  return found;
}

function ofHost(spans: readonly SlotSpan[], host: string): readonly SlotSpan[] {
  return spans
    .filter((span) => span.host === host && span.toMs > span.fromMs)
    .sort((a, b) => a.fromMs - b.fromMs);
}

function slotsOf({ uses, fromMs, toMs }: SlotSpan): number {
  return SLOT_USES.reduce((sum, use) => sum + (uses[use] ?? 0), 0) / (toMs - fromMs);
}
