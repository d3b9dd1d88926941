// Where the hours of a host's worker slots went, and when the host slept.

/** Why a slot was idle, or that it was not. One word each; sentences are in core/night. */
export const SLOT_USES = [
  "working",
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

/** Milliseconds of slots: 8 slots over an hour are 8 hours, whatever they were used for. */
export type SlotTime = {
  readonly host: string;
  /** Start of the hour, UTC. */
  readonly hourMs: number;
  readonly use: SlotUse;
  readonly ms: number;
};

/** The host was asleep (suspended): no process of it ran. */
export type Sleep = { readonly host: string; readonly fromMs: number; readonly toMs: number };
