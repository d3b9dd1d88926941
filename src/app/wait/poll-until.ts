// Waits for something that another process writes to the store: reads once, and again whenever the bell rings.

import { HOUR_MS } from "../../core/values/durations.ts";
import type { Store } from "../../ports/store/store.ts";
import type { Clock } from "../../ports/system/clock.ts";
import { WakeUp } from "./wake-up.ts";

/** A timer can wait for at most 24 days, and an answer of a person may take longer. */
const POLL_INTERVAL_MAX_MS = HOUR_MS;

export type PollContext = {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly store: Pick<Store, "onChange">;
  readonly signal?: AbortSignal | undefined;
  readonly limitMs?: number;
};

/** What `look` finds; null at the limit, or when aborted. Throws what `look` throws. */
export async function pollUntil<Found>(
  { clock, store, signal, limitMs = Number.POSITIVE_INFINITY }: PollContext,
  look: () => Promise<Found | null>,
): Promise<Found | null> {
  const news = new WakeUp();
  const stopListening = store.onChange(() => news.ring());
  const untilMs = clock.monotonicMs() + limitMs;
  try {
    for (;;) {
      const found = await look();
      const leftMs = untilMs - clock.monotonicMs();
      if (found !== null || signal?.aborted || leftMs <= 0) return found;
      await news.sleep(Math.min(leftMs, POLL_INTERVAL_MAX_MS), signal);
      if (signal?.aborted) return null;
    }
  } finally {
    stopListening();
  }
}
