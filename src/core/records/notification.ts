// What reaches a person elsewhere than on the pages: kept in the outbox until it was sent.

export const NOTIFICATION_KINDS = ["needs_you", "resolved", "digest", "test"] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

export const NOTIFICATION_CHANNELS = ["browser", "command", "ntfy", "webhook"] as const;
export type NotificationChannel = (typeof NOTIFICATION_CHANNELS)[number];

export type Notification = {
  /** Unique for what is said and where: `ntfy needs_you fix-login ci_failing 1790000000000`. A second one with it is not stored. */
  readonly id: string;
  readonly channel: NotificationChannel;
  readonly kind: NotificationKind;
  /** The task; null for the digest. */
  readonly key: string | null;
  /** Without anything from a task, unless the settings allow its content. */
  readonly title: string;
  readonly text: string;
  readonly atMs: number;
  readonly state: "waiting" | "sent" | "failed";
  readonly tries: number;
  readonly nextTryMs: number;
  /** Of the last try. */
  readonly error: string | null;
};
