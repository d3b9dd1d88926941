import { type NightInput, type NightSummary, summarizeNight } from "../../core/night/night-summary.ts";
import { HOUR_MS } from "../../core/values/durations.ts";
import type { Store } from "../../ports/store/store.ts";

export type NightStore = Pick<
  Store,
  "readTransitions" | "readRuns" | "readUsage" | "readSlotSpans" | "readSleeps"
>;

/** A night moves some hundred tasks. */
const TRANSITIONS_MAX = 5_000;
const RUNS_MAX = 500;

export type NightRequest = Pick<NightInput, "rows" | "sinceMs" | "nowMs" | "host" | "slots" | "cycleS">;

/** `rows`: those of the newest snapshot. Throws what the store throws. */
export async function readNight(store: NightStore, asked: NightRequest): Promise<NightSummary> {
  const { sinceMs } = asked;
  const [transitions, runs, usage, spans, sleeps] = await Promise.all([
    store.readTransitions({ sinceMs, limit: TRANSITIONS_MAX }),
    store.readRuns({ limit: RUNS_MAX }),
    store.readUsage({ sinceMs: sinceMs - HOUR_MS }),
    store.readSlotSpans({ sinceMs }),
    store.readSleeps({ sinceMs }),
  ]);
  return summarizeNight({ ...asked, transitions, runs, usage, spans, sleeps });
}
