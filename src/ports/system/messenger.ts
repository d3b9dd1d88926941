// Sends one notification. Every kind of failure is a value: it never throws, and never takes longer than its limits.

import type { Delivery } from "../../core/notify/outbox.ts";
import type { Notification } from "../../core/records/notification.ts";

/** `allow`: hosts and addresses that are fine although they are private. */
export type Destination =
  | { readonly channel: "command"; readonly command: readonly string[] }
  | { readonly channel: "ntfy" | "webhook"; readonly address: string; readonly allow: readonly string[] };

export type Letter = Pick<Notification, "id" | "kind" | "key" | "title" | "text" | "atMs"> & {
  /** Of the page about it, as it is reached from this machine; null without a server, or where content is off. */
  readonly url: string | null;
};

export type Messenger = {
  send(letter: Letter, destination: Destination, signal: AbortSignal): Promise<Delivery>;
};
