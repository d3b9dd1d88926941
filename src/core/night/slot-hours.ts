// Adds up what slots were used for between two times. Whatever no span covers is named too: the host slept, or no runner
// ran. So slots times time is always the sum.

import { asleepWithin } from "../records/sleep.ts";
import { SLOT_USES, type Sleep, type SlotSpan, type SlotUse, type SlotUses } from "../records/slot-time.ts";
import { MINUTE_MS } from "../values/durations.ts";

/** After the newest span the slots are taken to be used as in it, for as long as a runner may take to write again. */
export const SPAN_WRITTEN_AFTER_MS = 6 * MINUTE_MS;

export type SlotHoursInput = {
  readonly spans: readonly SlotSpan[];
  readonly sleeps: readonly Sleep[];
  /** This machine, and its slots where no span says how many there were. */
  readonly host: string;
  readonly slots: number;
  readonly fromMs: number;
  readonly toMs: number;
};

/** Milliseconds of slots by use. Of this host: another one has its own store. */
export function slotHours({ spans, sleeps, host, slots, fromMs, toMs }: SlotHoursInput): SlotUses {
  const sum: Partial<Record<SlotUse, number>> = {};
  const add = (use: SlotUse, ms: number) => {
    if (ms > 0) sum[use] = (sum[use] ?? 0) + ms;
  };
  const addGap = (gap: Stretch, slotsThen: number) => {
    const asleepMs = asleepWithin(ownSleeps, gap.fromMs, gap.toMs);
    add("asleep", asleepMs * slotsThen);
    add("not_running", (gap.toMs - gap.fromMs - asleepMs) * slotsThen);
  };
  const ownSleeps = sleeps.filter((sleep) => sleep.host === host);
  let atMs = fromMs;
  for (const span of ofHost(spans, host)) {
    const start = Math.max(span.fromMs, atMs);
    const end = Math.min(span.toMs, toMs);
    if (end <= start) continue;
    if (start > atMs) addGap({ fromMs: atMs, toMs: start }, slotsOf(span));
    for (const use of SLOT_USES) add(use, (span.uses[use] ?? 0) * shareOf(span, start, end));
    atMs = end;
  }
  const last = ofHost(spans, host).at(-1);
  if (atMs < toMs && last !== undefined && toMs - last.toMs <= SPAN_WRITTEN_AFTER_MS && last.toMs <= atMs) {
    const lasted = last.toMs - last.fromMs;
    for (const use of SLOT_USES) add(use, ((last.uses[use] ?? 0) / lasted) * (toMs - atMs));
  } else if (atMs < toMs) addGap({ fromMs: atMs, toMs }, last === undefined ? slots : slotsOf(last));
  return sum;
}

type Stretch = { readonly fromMs: number; readonly toMs: number };

function ofHost(spans: readonly SlotSpan[], host: string): readonly SlotSpan[] {
  return spans
    .filter((span) => span.host === host && span.toMs > span.fromMs)
    .sort((a, b) => a.fromMs - b.fromMs);
}

function slotsOf({ uses, fromMs, toMs }: SlotSpan): number {
  return SLOT_USES.reduce((sum, use) => sum + (uses[use] ?? 0), 0) / (toMs - fromMs);
}

const shareOf = (span: SlotSpan, fromMs: number, toMs: number): number =>
  (toMs - fromMs) / (span.toMs - span.fromMs);
