// What keeps runs from starting although no one paused them: an account that has reached its limit, a service that is
// down, a sign-in that is gone, a set-up that fails for every task. Data in the store, not timers in a process: each pause
// has a reason, a time since, a time until where one is known, and can be ended by hand.

import type { RunId } from "./run-id.ts";

export const PAUSE_CAUSES = [
  /** The account's usage limit is reached. */
  "limit",
  /** 5xx, 529. */
  "overloaded",
  /** The service cannot be reached from this host. */
  "network",
  /** 401, or no credentials. */
  "signed_out",
  "billing",
  /** Setting up a worktree fails in the same way for several tasks. */
  "setup",
] as const;
export type PauseCause = (typeof PAUSE_CAUSES)[number];

/**
 * `account`: `workers.<name>.account`, else `<kind>@<host>`. `host`: a machine. `setup`: the host and a digest of what
 * failed how, `build-1 3f2a…`.
 */
export type PauseScope = { readonly kind: "account" | "host" | "setup"; readonly name: string };

export type ScopedPause = {
  readonly scope: PauseScope;
  /** Counted by the store, for optimistic locking; 0 for one that is not stored yet. */
  readonly revision: number;
  readonly cause: PauseCause;
  /** What was seen, for people: "5-hour limit reached", "503 from registry.example". */
  readonly why: string;
  readonly sinceMs: number;
  /** When it should be over, as far as the agent said so; null: unknown, only a probe tells. */
  readonly untilMs: number | null;
  /** When the next probe may start; null: only by hand, or when the credentials change. */
  readonly nextProbeMs: number | null;
  /** A person said that it waits for them, whatever the clock or the credentials say. */
  readonly byHand?: boolean;
  /** Probes that failed so far; decides the back-off. */
  readonly failedProbes: number;
  /**
   * `suspected`: seen in one task only (a set-up), nothing waits for it yet. `waiting`: nothing starts. `probing`: one run
   * tries it. `easing`: the probe went well, the rest starts two at a time.
   */
  readonly phase: "suspected" | "waiting" | "probing" | "easing";
  /** The run that probes. */
  readonly probe: RunId | null;
  /** The probe, or the runs that were started while it eases, whose model has not answered yet. */
  readonly starts: readonly StartThroughPause[];
  /** The window of the limit as the agent names it: `five_hour`. */
  readonly window: string | null;
  /** Of the credentials when it began: a change ends a sign-out. */
  readonly credentials: string | null;
  /** Where it was seen: the task and run that met it first, and the machine. */
  readonly key: string;
  readonly run: RunId;
  readonly host: string;
};

/** A start that a pause allowed, and when. */
export type StartThroughPause = { readonly run: RunId; readonly atMs: number };

/** A run in the queue that waits for something other than its turn: it takes no slot and costs no attempt. */
export type Held = {
  /** Of a pause, or `wait`: what its worker declared to wait for; `memory`: until it can run alone. */
  readonly cause: PauseCause | "wait" | "memory";
  /** The pause that it waits for; null for the other causes. */
  readonly scope: PauseScope | null;
  /** Completes "waits for ": the account, the host, CI 8812. */
  readonly on: string;
  readonly sinceMs: number;
  /** Null: unknown. */
  readonly untilMs: number | null;
};

/** How much of a usage window is used, as an agent said last. */
export type AccountWindow = {
  readonly account: string;
  /** As the agent names it; empty where it does not. */
  readonly window: string;
  readonly usedPercent: number | null;
  readonly resetsAtMs: number | null;
  /** When the agent said so. */
  readonly atMs: number;
};

export const scopeKey = ({ kind, name }: PauseScope): string => `${kind}:${name}`;

export const isSameScope = (one: PauseScope | null, other: PauseScope): boolean =>
  one?.kind === other.kind && one.name === other.name;
