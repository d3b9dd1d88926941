// Sends what waits in the outbox, each channel in order and apart from the others, with back-off. Beside the cycles: no
// cycle waits for it. A crash between sending and writing that down sends it a second time.

import { afterTry, expired, givenUp, isExpired } from "../../core/notify/outbox.ts";
import type { Notification, NotificationChannel } from "../../core/records/notification.ts";
import { HOUR_MS, MINUTE_MS } from "../../core/values/durations.ts";
import type { Store } from "../../ports/store/store.ts";
import { NOTIFICATIONS_KEEP_COUNT } from "../../ports/store/store-limits.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Log } from "../../ports/system/log.ts";
import type { Messenger } from "../../ports/system/messenger.ts";
import { WakeUp } from "../wait/wake-up.ts";
import { destinationOf, letterOf, type NotifySettings } from "./destinations.ts";

/** After a failure of the store. */
const STORE_RETRY_MS = MINUTE_MS;

export type OutboxContext = {
  readonly clock: Pick<Clock, "wallMs">;
  readonly store: Pick<Store, "readWaitingNotifications" | "replaceNotification">;
  readonly messenger: Messenger;
  readonly log: Log;
  readonly notify: () => NotifySettings;
  /** Of the page about a task, or of all; null while there is no server. */
  readonly urlOf: (key: string | null) => string | null;
};

export class OutboxSender {
  readonly #context: OutboxContext;
  readonly #wake = new WakeUp();
  /** Tried, but the store did not take that: it is written, not sent, the next time. */
  readonly #unwritten = new Map<string, Notification>();
  /** A receiver that did not take one is left alone until that one is tried again. */
  readonly #notBefore = new Map<NotificationChannel, number>();

  constructor(context: OutboxContext) {
    this.#context = context;
  }

  /** Something was added. */
  wake(): void {
    this.#wake.ring();
  }

  /** Until the signal. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    this.#notBefore.clear();
    while (!signal.aborted) {
      let waitMs: number;
      try {
        waitMs = await this.#round(signal);
      } catch (error) {
        if (!signal.aborted) this.#context.log.warn({ error }, "notifications could not be sent");
        waitMs = STORE_RETRY_MS;
      }
      if (waitMs > 0) await this.#wake.sleep(waitMs, signal);
    }
  }

  /** Sends what is due; how long until the next is. */
  async #round(signal: AbortSignal): Promise<number> {
    const { store } = this.#context;
    const waiting = await store.readWaitingNotifications(NOTIFICATIONS_KEEP_COUNT);
    const byChannel = Map.groupBy(waiting, ({ channel }) => channel);
    await Promise.all([...byChannel.values()].map((queue) => this.#sendDue(queue, signal)));
    const left = waiting.length === 0 ? [] : await store.readWaitingNotifications(NOTIFICATIONS_KEEP_COUNT);
    const dueMs = left.map((one) => Math.max(one.nextTryMs, this.#notBefore.get(one.channel) ?? 0));
    // Never for longer: the clock may be set back meanwhile.
    return Math.min(HOUR_MS, Math.max(0, Math.min(...dueMs) - this.#context.clock.wallMs()));
  }

  async #sendDue(queue: readonly Notification[], signal: AbortSignal): Promise<void> {
    const { store, clock } = this.#context;
    for (const one of queue) {
      if (signal.aborted) return;
      // Behind one that was not taken, and too old by now: it is not tried for days to come.
      if (this.#notBefore.has(one.channel) && isExpired(one, clock.wallMs())) {
        await store.replaceNotification(expired(one));
        continue;
      }
      if (!this.#isDue(one)) continue;
      const next = this.#unwritten.get(one.id) ?? (await this.#try(one, signal));
      if (next === null) return;
      this.#unwritten.set(one.id, next);
      await store.replaceNotification(next);
      this.#unwritten.delete(one.id);
      if (next.kind === "test" && next.state === "failed") continue;
      if (next.state === "sent") this.#notBefore.delete(next.channel);
      else this.#notBefore.set(next.channel, next.nextTryMs);
    }
  }

  /** A person waits for a test. */
  #isDue({ channel, kind, nextTryMs }: Notification): boolean {
    const nowMs = this.#context.clock.wallMs();
    const notBeforeMs = kind === "test" ? 0 : (this.#notBefore.get(channel) ?? 0);
    return nextTryMs <= nowMs && notBeforeMs <= nowMs;
  }

  /** Null when it was stopped. */
  async #try(one: Notification, signal: AbortSignal): Promise<Notification | null> {
    const { messenger, clock, notify, urlOf, log } = this.#context;
    const settings = notify();
    const destination = destinationOf(one.channel, settings);
    if (destination === null) return givenUp(one);
    const letter = letterOf(one, settings.content, urlOf(one.key));
    const delivery = await messenger.send(letter, destination, signal);
    if (signal.aborted && delivery.kind === "failed") return null;
    const next = afterTry(one, delivery, clock.wallMs());
    if (delivery.kind === "failed")
      log.warn({ channel: one.channel, tries: next.tries, state: next.state, why: delivery.why }, "not sent");
    return next;
  }
}
