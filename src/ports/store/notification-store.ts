// The outbox of notifications. Part of the store (store.ts).

import type { Notification } from "../../core/records/notification.ts";

export type NotificationStore = {
  /** Those whose id is stored already are left out. Returns how many were added. */
  addNotifications(notifications: readonly Notification[]): Promise<number>;
  /** Replaces the one with its id; nothing when it is gone. */
  replaceNotification(notification: Notification): Promise<void>;
  /** Waiting ones, the next to be tried first. */
  readWaitingNotifications(limit: number): Promise<readonly Notification[]>;
  /** Newest first. */
  readNotifications(limit: number): Promise<readonly Notification[]>;
};
