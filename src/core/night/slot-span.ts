// How a span of slots grows from one look at the slots to the next.

import { SLOT_USES, type SlotSpan, type SlotUse, type SlotUses } from "../records/slot-time.ts";
import { HOUR_MS, MINUTE_MS } from "../values/durations.ts";
import { sameUses } from "./slots-now.ts";

/** A look at the slots: from then on they are used so. */
export type SlotLook = { readonly atMs: number; readonly counts: SlotUses };

/** A span in which something changed is at least this long, so that a busy night is a few hundred spans. */
const MIXED_AT_LEAST_MS = MINUTE_MS;
const SPAN_AT_MOST_MS = HOUR_MS;

/** Adds the time from one look to the next to a span. Null starts a new one. */
export function growSpan(
  span: SlotSpan | null,
  { host, from, toMs }: { readonly host: string; readonly from: SlotLook; readonly toMs: number },
): SlotSpan {
  const lasted = toMs - from.atMs;
  const uses: Partial<Record<SlotUse, number>> = { ...span?.uses };
  for (const use of SLOT_USES) {
    const slots = from.counts[use] ?? 0;
    if (slots > 0) uses[use] = (uses[use] ?? 0) + slots * lasted;
  }
  return { host, fromMs: span?.fromMs ?? from.atMs, toMs, uses };
}

/** Whether a span continues after a look with these counts, or another one begins. */
export function continuesSpan(span: SlotSpan, before: SlotUses, now: SlotUses): boolean {
  const lasted = span.toMs - span.fromMs;
  if (lasted >= SPAN_AT_MOST_MS) return false;
  const isPure = SLOT_USES.every((use) => (span.uses[use] ?? 0) === (before[use] ?? 0) * lasted);
  return (isPure && sameUses(before, now)) || lasted < MIXED_AT_LEAST_MS;
}
