// When a pause without a known end is tried again: later each time, up to a longest wait.

import type { PauseCause } from "../records/scoped-pause.ts";
import { textHash } from "../text/text-hash.ts";
import { HOUR_MS, MINUTE_MS } from "../values/durations.ts";

type BackOff = { readonly firstMs: number; readonly maxMs: number };

/** Outages end within minutes, and a probe costs one request. */
const OUTAGE: BackOff = { firstMs: MINUTE_MS, maxMs: 15 * MINUTE_MS };
/** Limits, bills and sign-ins last for hours, and some services count refused requests. */
const LASTING: BackOff = { firstMs: 5 * MINUTE_MS, maxMs: HOUR_MS };

const BACK_OFFS: Readonly<Record<PauseCause, BackOff>> = {
  limit: LASTING,
  overloaded: OUTAGE,
  network: OUTAGE,
  signed_out: LASTING,
  billing: LASTING,
  setup: OUTAGE,
};

export function backOffMs(cause: PauseCause, failedProbes: number): number {
  const { firstMs, maxMs } = BACK_OFFS[cause];
  return Math.min(firstMs * 2 ** failedProbes, maxMs);
}

export function longestBackOffMs(cause: PauseCause): number {
  return BACK_OFFS[cause].maxMs;
}

/** So that runs of several repositories do not come back in the same second. */
const JITTER_MAX_MS = MINUTE_MS;

/** Up to a minute, the same for the same text. */
export function jitterMs(text: string): number {
  return textHash(text) % JITTER_MAX_MS;
}
