// What a host's worker slots were used for, and when the host slept.

/** Why a slot was idle, or that it was not. One word each; sentences are in core/night. */
export const SLOT_USES = [
  "working",
  /** Working in another repository of this user. */
  "elsewhere",
  /** Nothing is ready or queued. */
  "nothing_ready",
  /** Automatic start is off. */
  "not_automatic",
  "limit",
  /** The service or the network is down, the account is signed out, or the set-up fails. */
  "outage",
  /** A person paused starts. */
  "paused",
  "review",
  "schedule",
  "room",
  "budget",
  /** The limit per owner. */
  "owner_limit",
  /** What is queued waits for its next attempt, an answer or other tasks. */
  "waiting",
  /** Its workers' settings or trust keep it from starting. */
  "blocked",
  "asleep",
  "not_running",
] as const;
export type SlotUse = (typeof SLOT_USES)[number];

/** Milliseconds of slots by what they were used for: 8 slots over an hour are 8 hours. */
export type SlotUses = Readonly<Partial<Record<SlotUse, number>>>;

/** What a host's slots were used for from one time to another. Spans of one host do not overlap. */
export type SlotSpan = {
  readonly host: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Together the number of slots times `toMs - fromMs`. */
  readonly uses: SlotUses;
};

/** The host was asleep (suspended): no process of it ran. */
export type Sleep = { readonly host: string; readonly fromMs: number; readonly toMs: number };
