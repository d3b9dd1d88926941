// Requests a cycle from the runner of another process, through the store.

import type { Store } from "../../ports/store/store.ts";
import type { Clock } from "../../ports/system/clock.ts";
import { pollUntil } from "../wait/poll-until.ts";

/** True once a cycle that started after the request has ended; false after `limitMs`, or when aborted. */
export async function requestCycle(question: {
  readonly clock: Pick<Clock, "monotonicMs" | "wallMs">;
  readonly store: Store;
  readonly limitMs: number;
  readonly signal?: AbortSignal;
}): Promise<boolean> {
  const { clock, store, limitMs, signal } = question;
  const id = await store.requestRefresh({ nowMs: clock.wallMs() });
  const isAnswered = async () => (await store.isRefreshAnswered({ id })) || null;
  return (await pollUntil({ clock, store, limitMs, signal }, isAnswered)) ?? false;
}
