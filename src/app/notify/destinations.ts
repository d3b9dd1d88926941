// From the settings to where a notification goes.

import type { Config } from "../../config/schema.ts";
import { shownTarget } from "../../core/notify/notify-target.ts";
import type { Notification, NotificationChannel } from "../../core/records/notification.ts";
import type { Destination, Letter } from "../../ports/system/messenger.ts";

export type NotifySettings = Config["notify"];

/** Null for a channel that is off, and for open tabs, which fetch what is new. */
export function destinationOf(channel: NotificationChannel, settings: NotifySettings): Destination | null {
  const { command, allow } = settings;
  if (channel === "command") return command.length === 0 ? null : { channel, command };
  if (channel === "browser") return null;
  const address = settings[channel] ?? "";
  return address === "" ? null : { channel, address, allow };
}

/** Where a channel leads, without what may be secret in it. */
export function destinationWords(channel: NotificationChannel, settings: NotifySettings): string {
  if (channel === "browser") return "open tabs of the pages";
  if (channel === "command") return settings.command[0] ?? "";
  return shownTarget(settings[channel] ?? "");
}

/** `url`: of the page about it. Without `content` neither it nor the task's key leaves this machine. */
export function letterOf(notification: Notification, content: boolean, url: string | null): Letter {
  const { id, kind, key, title, text, atMs } = notification;
  if (content) return { id, kind, key, title, text, atMs, url };
  return { id: withoutKey(notification), kind, key: null, title, text, atMs, url: null };
}

/** The id has the task's key in it; a receiver only needs one that is the same for a second try. */
function withoutKey({ channel, kind, atMs, id }: Notification): string {
  return `${channel} ${kind} ${atMs} ${numberOf(id)}`;
}

/** FNV-1a, 32 bits: tells those of one time apart. */
function numberOf(text: string): number {
  let hash = 0x811c_9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x0100_0193);
  return hash >>> 0;
}
