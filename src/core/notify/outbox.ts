// A notification in the outbox: how it is made, and what becomes of it after a try.

import {
  NOTIFICATION_CHANNELS,
  type Notification,
  type NotificationChannel,
  type NotificationKind,
} from "../records/notification.ts";
import { DAY_MS, HOUR_MS, SECOND_MS } from "../values/durations.ts";
import { type Words, wordsOfTest } from "./notification-text.ts";

/** Tries are 10 s, 20 s, 40 s … and at most an hour apart. */
const RETRY_FIRST_MS = 10 * SECOND_MS;
const RETRY_MAX_MS = HOUR_MS;
/** A try that fails after this time is the last one. */
const TRIED_FOR_MS = DAY_MS;

/** What is said, to whichever channel. */
export type Message = Words & {
  readonly kind: NotificationKind;
  readonly key: string | null;
  /** The same for the same news: with the channel it is the notification's id. */
  readonly name: string;
};

/** What came of a try. `retryAfterMs`: as the receiver asked. */
export type Delivery =
  | { readonly kind: "sent" }
  | { readonly kind: "failed"; readonly why: string; readonly retryAfterMs: number | null };

type ChannelSettings = {
  readonly browser: boolean;
  readonly command: readonly string[];
  readonly ntfy: string | null;
  readonly webhook: string | null;
};

/** The channels that are switched on. */
export function channelsOf(settings: ChannelSettings): readonly NotificationChannel[] {
  const isOn: Readonly<Record<NotificationChannel, boolean>> = {
    browser: settings.browser,
    command: settings.command.length > 0,
    ntfy: (settings.ntfy ?? "") !== "",
    webhook: (settings.webhook ?? "") !== "",
  };
  return NOTIFICATION_CHANNELS.filter((channel) => isOn[channel]);
}

/** One for each channel. Open tabs fetch theirs: nothing has to be sent for them. */
export function toNotifications(
  messages: readonly Message[],
  channels: readonly NotificationChannel[],
  nowMs: number,
): readonly Notification[] {
  return messages.flatMap(({ name, kind, key, title, text }) =>
    channels.map((channel) => ({
      id: `${channel} ${name}`,
      channel,
      kind,
      key,
      title,
      text,
      atMs: nowMs,
      state: channel === "browser" ? ("sent" as const) : ("waiting" as const),
      tries: 0,
      nextTryMs: nowMs,
      error: null,
    })),
  );
}

/** A test, as `tasks notify test` and the page's button send it. */
export function testMessage(repository: string, nowMs: number): Message {
  return { name: `test ${nowMs}`, kind: "test", key: null, ...wordsOfTest(repository) };
}

export function afterTry(notification: Notification, delivery: Delivery, nowMs: number): Notification {
  const tries = notification.tries + 1;
  if (delivery.kind === "sent") return { ...notification, tries, state: "sent", error: null };
  const { why: error } = delivery;
  // A person who tests wants to know now.
  if (notification.kind === "test" || isExpired(notification, nowMs))
    return { ...notification, tries, state: "failed", error };
  const backOffMs = Math.min(RETRY_FIRST_MS * 2 ** Math.min(tries - 1, 20), RETRY_MAX_MS);
  const waitMs = Math.min(Math.max(backOffMs, delivery.retryAfterMs ?? 0), RETRY_MAX_MS);
  return { ...notification, tries, error, nextTryMs: nowMs + waitMs };
}

/** Too old to be tried once more. */
export const isExpired = ({ atMs }: Notification, nowMs: number): boolean => nowMs - atMs >= TRIED_FOR_MS;

/** For one that was not tried to the end, because older ones were not taken. */
export function expired(notification: Notification): Notification {
  return { ...notification, state: "failed", error: notification.error ?? "older ones were not taken" };
}

/** For a channel that was switched off since. */
export function givenUp(notification: Notification): Notification {
  const error = `notify.${notification.channel} is not set any more`;
  return { ...notification, state: "failed", error };
}
