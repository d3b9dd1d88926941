// What a server knows, and what it does when something happens: pure. `server-driver.ts` carries out the effects.
//
//   starting      no one is known to hold the lease: our runner starts or restarts, or there is none
//   own_runner    our runner holds it. Its events say everything; the store is read only for what they announce
//   other_runner  another process holds it. The store's bell, its cycle history and the lease say what it does
//   store_failed  the store cannot be read. The last view or the snapshot file is shown; each tick reads again
//
//   starting     --leading-->        own_runner    --standby, gone-->          starting
//   starting     --store_read-->     other_runner  --store_read (no lease)-->  starting
//   other_runner --leading-->        own_runner
//   any          --store_unreadable--> store_failed --store_read--> its `leader`, or what the store says
//
// One read of the store runs at a time. What asks for one meanwhile waits for the next, which begins later. Events of
// the runner that arrive while the end of a cycle waits for its read queue behind it, so they take effect in order.

import type { CycleFailure } from "../../core/contract/cycle.ts";
import { type AgeAt, ageNow, type ClockReading } from "../../core/cycle/age.ts";
import type { CycleAttempt, FreshnessInput, Unserved } from "../../core/cycle/freshness.ts";
import type { CycleRecord, Lease } from "../../ports/store/store.ts";
import type { RunnerLinkEvent } from "../runner/runner-keeper.ts";
import { type Attempts, NO_ATTEMPTS } from "./attempts.ts";
import type { LiveEvent, SnapshotView } from "./live-snapshot.ts";
import type { CycleAnswer } from "./refresh-gate.ts";

/** A timer may fire this much early, so a wait this much short counts as full. */
const TIMER_SLACK_MS = 2;

export type Leader =
  | { readonly kind: "starting" }
  | { readonly kind: "own_runner" }
  | { readonly kind: "other_runner"; readonly lease: Lease };

/** Where updates come from. */
export type Following =
  | Leader
  | { readonly kind: "store_failed"; readonly failure: CycleFailure; readonly leader: Leader };

export type ServerState = {
  readonly following: Following;
  /** Our runner process: `off` is stopped, or a server that only views; `gone` restarts at `nextAttemptAtMs`. */
  readonly runner: "off" | "up" | "gone";
  readonly view: SnapshotView | null;
  /** Of the view, as known when it arrived. */
  readonly age: AgeAt | null;
  readonly attempts: Attempts;
  readonly nextAttemptAtMs: number | null;
  /** Page loads alone caused the newest cycle of our runner. */
  readonly ranForLoads: boolean;
  /** A load waits for another process's runner. */
  readonly asksHolder: boolean;
  /** The store changed since the last read began. */
  readonly isUnread: boolean;
  /** Reads of the store are numbered; one runs while `started` is ahead of `ended`. */
  readonly reads: { readonly started: number; readonly ended: number; readonly isAnotherDue: boolean };
  readonly afterRead: readonly { readonly read: number; readonly then: AfterRead }[];
  readonly queuedEvents: readonly RunnerLinkEvent[];
  readonly notices: readonly string[];
  readonly lastTick: ClockReading;
};

export type CycleEnded = Extract<RunnerLinkEvent, { readonly kind: "cycle_ended" }>;

export type AfterRead =
  | { readonly kind: "end_cycle"; readonly event: CycleEnded; readonly cpuMs: number }
  | { readonly kind: "ask_again" }
  | { readonly kind: "answer_loads"; readonly askedMs: number; readonly isAnswered: boolean };

/** The lease and the newest cycle, as the store has them. */
export type OtherRunner = { readonly lease: Lease | null; readonly newest: CycleRecord | null };

export type ServerEvent =
  | RunnerLinkEvent
  | { readonly kind: "started" }
  | { readonly kind: "tick" }
  | { readonly kind: "store_changed" }
  /** `other`: null when the read began while our own runner led. */
  | { readonly kind: "store_read"; readonly other: OtherRunner | null; readonly view: SnapshotView | null }
  | { readonly kind: "store_unreadable"; readonly failure: CycleFailure; readonly file: SnapshotView | null }
  /** Loads need a cycle that begins after `askedMs`. */
  | { readonly kind: "cycle_needed"; readonly askedMs: number }
  | { readonly kind: "holder_answered"; readonly askedMs: number; readonly isAnswered: boolean };

export type Effect =
  | { readonly kind: "read_store"; readonly asksLease: boolean }
  | { readonly kind: "emit"; readonly event: LiveEvent }
  /** Asks our runner, or the holder of the lease through the store, for a cycle. */
  | { readonly kind: "ask_runner" | "ask_holder"; readonly askedMs: number }
  /** For the gate. */
  | { readonly kind: "cycle_started"; readonly beganMs: number }
  | {
      readonly kind: "cycle_ended";
      readonly beganMs: number;
      readonly answer: CycleAnswer;
      readonly costMs: number | null;
    }
  | { readonly kind: "cycle_lost" | "ask_again" | "fail_loads" | "refresh_now" };

/** When a load asks, and how long it waits for a cycle. */
export type LoadMoment = ClockReading & { readonly waitMs: number };

/** All clocks at the moment of an event. Processor time costs a system call, more than all else of a load together. */
export type Moment = LoadMoment & { readonly cpuMs: number };

export function createServerState(now: ClockReading): ServerState {
  return {
    following: STARTING,
    runner: "off",
    view: null,
    age: null,
    attempts: NO_ATTEMPTS,
    nextAttemptAtMs: null,
    ranForLoads: false,
    asksHolder: false,
    isUnread: false,
    reads: { started: 0, ended: 0, isAnotherDue: false },
    afterRead: [],
    queuedEvents: [],
    notices: [],
    lastTick: now,
  };
}

export const STARTING: Leader = { kind: "starting" };
export const OWN_RUNNER: Leader = { kind: "own_runner" };

export function leaderOf({ following }: ServerState): Leader {
  return following.kind === "store_failed" ? following.leader : following;
}

/** What freshness is computed from. `pendingSinceMs`: since when the gate waits for a cycle, by the monotonic clock. */
export function freshnessFacts(
  state: ServerState,
  asked: {
    readonly now: LoadMoment;
    readonly pendingSinceMs: number | null;
    readonly unserved: Unserved | null;
  },
): Omit<FreshnessInput, "lateMs" | "staleMs"> {
  const { now, unserved } = asked;
  return {
    ageMs: state.age === null ? null : ageNow(state.age, now).ageMs,
    observedAt: state.view?.attestation.observed_at ?? null,
    lastAttempt: lastAttempt(state, asked),
    lastEnded: state.attempts.lastEnded,
    lastSuccessAtMs: state.attempts.lastSuccessAtMs,
    runner: leaderOf(state).kind !== "starting" ? "alive" : state.runner === "off" ? "gone" : "starting",
    unserved,
    nextAttemptAtMs: state.nextAttemptAtMs,
    waitMs: now.waitMs,
    nowMs: now.wallMs,
  };
}

/**
 * A store that cannot be read counts as a failed attempt: what others published there is not seen. An attempt counts
 * from the request for it: a runner that hangs before it starts is as late as one that hangs after (F4).
 */
function lastAttempt(
  { following, attempts: { newest } }: ServerState,
  { now, pendingSinceMs }: { readonly now: ClockReading; readonly pendingSinceMs: number | null },
): CycleAttempt | null {
  if (following.kind === "store_failed") {
    const startedAtMs = newest?.startedAtMs ?? now.wallMs;
    return { startedAtMs, endedAtMs: startedAtMs, outcome: "failed", ...following.failure };
  }
  if (pendingSinceMs === null) return newest;
  const startedAtMs = now.wallMs - (now.monotonicMs - pendingSinceMs) - TIMER_SLACK_MS;
  const progress = newest?.outcome === "running" ? (newest.progress ?? null) : null;
  return { startedAtMs, endedAtMs: null, outcome: "running", reason: null, detail: null, progress };
}
