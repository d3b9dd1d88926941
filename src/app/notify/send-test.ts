// A test notification: sent at once from this process, and kept in the outbox with what came of it.

import { afterTry, channelsOf, testMessage, toNotifications } from "../../core/notify/outbox.ts";
import type { Notification, NotificationChannel } from "../../core/records/notification.ts";
import type { NotificationStore } from "../../ports/store/notification-store.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Messenger } from "../../ports/system/messenger.ts";
import { destinationOf, letterOf, type NotifySettings } from "./destinations.ts";

export type TestContext = {
  readonly clock: Pick<Clock, "wallMs">;
  readonly store: Pick<NotificationStore, "addNotifications">;
  readonly messenger: Messenger;
  readonly repositoryName: string;
};

/** One for each channel, or for the one asked for; each is `sent` or `failed`, never tried again. */
export async function sendTest(
  { clock, store, messenger, repositoryName }: TestContext,
  settings: NotifySettings,
  { only, signal }: { readonly only: NotificationChannel | null; readonly signal: AbortSignal },
): Promise<readonly Notification[]> {
  const nowMs = clock.wallMs();
  const channels = channelsOf(settings).filter((channel) => only === null || channel === only);
  const tried = await Promise.all(
    toNotifications([testMessage(repositoryName, nowMs)], channels, nowMs).map(
      async (one): Promise<Notification> => {
        const destination = destinationOf(one.channel, settings);
        if (destination === null) return one;
        const delivery = await messenger.send(letterOf(one, false, null), destination, signal);
        return afterTry(one, delivery, clock.wallMs());
      },
    ),
  );
  await store.addNotifications(tried);
  return tried;
}
