// Asks a runner in another process for a cycle, through the store, and waits for the answer.

import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";
import { pause } from "./pause.ts";

/** The runner looks for wishes every 250 ms; looking more often than that costs little and gives the answer at once. */
const ANSWER_LOOK_MS = 50;

/** True once a cycle begun after the wish has ended, however it did; false after `limitMs`, or when aborted. */
export async function awaitAnswer(question: {
  readonly clock: Clock;
  readonly store: Store;
  readonly limitMs: number;
  readonly signal?: AbortSignal;
}): Promise<boolean> {
  const { clock, store, limitMs, signal } = question;
  const untilMs = clock.monotonicMs() + limitMs;
  const id = await store.requestRefresh({ nowMs: clock.wallMs() });
  while (clock.monotonicMs() < untilMs && !signal?.aborted) {
    await pause(ANSWER_LOOK_MS, signal);
    if (await store.isRefreshAnswered({ id })) return true;
  }
  return false;
}
