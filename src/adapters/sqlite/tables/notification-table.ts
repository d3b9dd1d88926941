// The outbox of notifications.

import * as z from "zod";
import {
  NOTIFICATION_CHANNELS,
  NOTIFICATION_KINDS,
  type Notification,
} from "../../../core/records/notification.ts";
import { NOTIFICATIONS_KEEP_COUNT, NOTIFICATIONS_KEEP_MS } from "../../../ports/store/store-limits.ts";
import { readStored, type Sql } from "../database/sql.ts";

const notificationSchema = z.object({
  id: z.string(),
  channel: z.enum(NOTIFICATION_CHANNELS),
  kind: z.enum(NOTIFICATION_KINDS),
  key: z.string().nullable(),
  title: z.string(),
  text: z.string(),
  atMs: z.number(),
  state: z.enum(["waiting", "sent", "failed"]),
  tries: z.number(),
  nextTryMs: z.number(),
  error: z.string().nullable(),
});

export function addNotifications(sql: Sql, notifications: readonly Notification[]): number {
  let added = 0;
  for (const notification of notifications)
    added += Number(
      sql(
        `INSERT INTO notifications (id, state, at_ms, next_try_ms, body) VALUES (:id, :state, :atMs, :nextTryMs, :body)
         ON CONFLICT DO NOTHING`,
      ).run(columnsOf(notification)).changes,
    );
  return added;
}

export function replaceNotification(sql: Sql, notification: Notification): void {
  sql(
    "UPDATE notifications SET state = :state, at_ms = :atMs, next_try_ms = :nextTryMs, body = :body WHERE id = :id",
  ).run(columnsOf(notification));
}

function columnsOf(notification: Notification) {
  const { id, state, atMs, nextTryMs } = notification;
  return { id, state, atMs, nextTryMs, body: JSON.stringify(notification) };
}

export function readWaitingNotifications(sql: Sql, limit: number): Notification[] {
  return sql("SELECT body FROM notifications WHERE state = 'waiting' ORDER BY next_try_ms, id LIMIT ?")
    .all(limit)
    .map(decode);
}

export function readNotifications(sql: Sql, limit: number): Notification[] {
  return sql("SELECT body FROM notifications ORDER BY at_ms DESC, id LIMIT ?").all(limit).map(decode);
}

function decode({ body }: Record<string, unknown>): Notification {
  return readStored(notificationSchema, body, "a notification");
}

export function pruneNotifications(sql: Sql, nowMs: number): void {
  sql("DELETE FROM notifications WHERE at_ms < ?").run(nowMs - NOTIFICATIONS_KEEP_MS);
  sql(
    "DELETE FROM notifications WHERE id IN (SELECT id FROM notifications ORDER BY at_ms DESC, id LIMIT -1 OFFSET ?)",
  ).run(NOTIFICATIONS_KEEP_COUNT);
}
