// The transitions of server-state.ts.

import type { CycleFailure, CycleOutcome } from "../../core/contract/cycle.ts";
import { ageAtReceipt, ageNow } from "../../core/cycle/age.ts";
import { assertNever } from "../../core/values/assert-never.ts";
import type { RunnerLinkEvent } from "../runner/runner-keeper.ts";
import {
  attemptEnded,
  attemptFailed,
  attemptLost,
  attemptProgressed,
  attemptRecorded,
  attemptStarted,
} from "./attempts.ts";
import type { SnapshotView } from "./live-snapshot.ts";
import {
  type AfterRead,
  type CycleEnded,
  type Effect,
  type Leader,
  leaderOf,
  type Moment,
  OWN_RUNNER,
  type ServerEvent,
  type ServerState,
  STARTING,
} from "./server-state.ts";
import { QUIET_TICK_MS } from "./until-tick.ts";

/** A tick this late means that the machine or this process slept (F8). */
const SLEPT_AFTER_MS = 2 * QUIET_TICK_MS;

type Context = { readonly now: Moment; readonly effects: Effect[] };

/** The next state, and what is to be done in this order. */
export function nextState(
  state: ServerState,
  event: ServerEvent,
  now: Moment,
): { readonly state: ServerState; readonly effects: readonly Effect[] } {
  const effects: Effect[] = [];
  return { state: apply(state, event, { now, effects }), effects };
}

function apply(state: ServerState, event: ServerEvent, context: Context): ServerState {
  switch (event.kind) {
    case "started":
      return readStore({ ...state, lastTick: context.now }, context);
    case "tick":
      return tick(state, context);
    case "store_changed":
      // Our own runner announces what it does; anything else is read at the next tick.
      return leaderOf(state).kind === "own_runner" ? { ...state, isUnread: true } : readStore(state, context);
    case "store_read":
      return endRead(takeStore(state, event, context), context);
    case "store_unreadable": {
      const following = { kind: "store_failed", failure: event.failure, leader: leaderOf(state) } as const;
      return endRead(show({ ...state, following }, event.file, context), context);
    }
    case "cycle_needed":
      return askForCycle(state, event.askedMs, context);
    case "holder_answered":
      return readStore(state, context, { ...event, kind: "answer_loads" });
    default:
      return takeQueued({ ...state, queuedEvents: [...state.queuedEvents, event] }, context);
  }
}

/** Takes the runner's events in order, until one waits for a read of the store. */
function takeQueued(state: ServerState, context: Context): ServerState {
  let next = state;
  while (next.afterRead.every(({ then }) => then.kind === "answer_loads")) {
    const [event, ...queuedEvents] = next.queuedEvents;
    if (event === undefined) break;
    next = takeRunnerEvent({ ...next, queuedEvents }, event, context);
  }
  return next;
}

function takeRunnerEvent(state: ServerState, event: RunnerLinkEvent, context: Context): ServerState {
  const { effects, now } = context;
  switch (event.kind) {
    case "launched":
      return { ...state, runner: "up" };
    case "leading":
      return withLeader({ ...state, runner: "up" }, OWN_RUNNER);
    case "standby":
      return readStore(withoutOwnRunner({ ...state, runner: "up" }), context, { kind: "ask_again" });
    case "notice":
      return { ...state, notices: [...new Set([...state.notices, event.text])] };
    case "cycle_started":
      effects.push({ kind: "cycle_started", beganMs: event.beganMs });
      return {
        ...state,
        attempts: attemptStarted(state.attempts, event.startedAtMs),
        ranForLoads: event.causes.every((cause) => cause === "refresh"),
      };
    case "cycle_progress":
      return { ...state, attempts: attemptProgressed(state.attempts, event.progress) };
    case "cycle_ended":
      return takeCycle(state, event, context);
    case "gone": {
      const gone = withoutOwnRunner({
        ...state,
        runner: "gone",
        attempts: attemptLost(state.attempts, event.failure, now.wallMs),
        nextAttemptAtMs: event.restartAtMs,
      });
      effects.push({ kind: isRunnerDue(gone, now) ? "cycle_lost" : "fail_loads" });
      return gone;
    }
    default:
      return assertNever(event);
  }
}

/** Shows what a cycle brought, and only then answers the loads that wait for it. */
function takeCycle(state: ServerState, event: CycleEnded, context: Context): ServerState {
  const { outcome } = event;
  const { view } = state;
  const { cpuMs } = context.now;
  if (outcome.kind !== "attested" || view === null || !isPublication(view, outcome)) {
    return readStore(state, context, { kind: "end_cycle", event, cpuMs });
  }
  return endCycle(show(state, { ...view, attestation: outcome.attestation }, context), event, cpuMs, context);
}

function endCycle(
  state: ServerState,
  { outcome, nextAttemptAtMs, beganMs, cpuMs, ...times }: CycleEnded,
  cpuBeforeMs: number,
  { now, effects }: Context,
): ServerState {
  const succeeded = outcome.kind === "published" || outcome.kind === "attested";
  const isShown = succeeded && shows(state.view, outcome);
  const failure = state.following.kind === "store_failed" ? state.following.failure : UNREAD_PUBLICATION;
  const attempts =
    isShown || !succeeded
      ? attemptEnded(state.attempts, times, outcome)
      : attemptFailed(state.attempts, times, failure);
  if (outcome.kind === "refused") {
    // The lease is another's or free; its next holder runs the next cycle.
    effects.push({ kind: "cycle_lost" });
  } else {
    const costMs = state.ranForLoads ? cpuMs + now.cpuMs - cpuBeforeMs : null;
    effects.push({ kind: "cycle_ended", beganMs, answer: isShown ? "refreshed" : "failed", costMs });
  }
  return { ...state, attempts, nextAttemptAtMs };
}

/** A cycle whose result does not reach the page has failed as far as the page is concerned. */
const UNREAD_PUBLICATION: CycleFailure = {
  reason: "disk",
  detail: "What the last update published could not be read back.",
};

/** A runner that is starting needs no request: its first cycle is the answer. */
function askForCycle(state: ServerState, askedMs: number, { now, effects }: Context): ServerState {
  switch (leaderOf(state).kind) {
    case "own_runner":
      effects.push({ kind: "ask_runner", askedMs });
      return state;
    case "other_runner":
      effects.push({ kind: "ask_holder", askedMs });
      return { ...state, asksHolder: true };
    default:
      if (!isRunnerDue(state, now)) effects.push({ kind: "fail_loads" });
      return state;
  }
}

/** Whether our own runner is there, or will be before a load has waited its time. */
function isRunnerDue({ runner, nextAttemptAtMs }: ServerState, { wallMs, waitMs }: Moment): boolean {
  if (runner !== "gone") return runner === "up";
  return (nextAttemptAtMs ?? 0) - wallMs <= waitMs;
}

function tick(state: ServerState, context: Context): ServerState {
  const { now, effects } = context;
  const { ageMs: passedMs, clockJumped } = ageNow({ ageMs: 0, read: state.lastTick }, now);
  if (clockJumped || passedMs > SLEPT_AFTER_MS) effects.push({ kind: "refresh_now" });
  const leader = leaderOf(state);
  // A lease expires, and a store becomes readable again, without a sign.
  const hasExpired = leader.kind === "other_runner" && now.wallMs >= leader.lease.expiresAtMs;
  const isDue = state.isUnread || hasExpired || state.following.kind === "store_failed";
  const ticked = { ...state, lastTick: now };
  return isDue ? readStore(ticked, context) : ticked;
}

/** Reads the store from now on: at once, or when the read that runs has ended. */
function readStore(state: ServerState, context: Context, then: AfterRead | null = null): ServerState {
  const read = state.reads.started + 1;
  const afterRead = then === null ? state.afterRead : [...state.afterRead, { read, then }];
  const next = { ...state, afterRead, reads: { ...state.reads, isAnotherDue: true } };
  return state.reads.started === state.reads.ended ? beginRead(next, context) : next;
}

function beginRead(state: ServerState, { effects }: Context): ServerState {
  const { started, ended, isAnotherDue } = state.reads;
  if (!isAnotherDue) return state;
  effects.push({ kind: "read_store", asksLease: leaderOf(state).kind !== "own_runner" });
  return { ...state, isUnread: false, reads: { started: started + 1, ended, isAnotherDue: false } };
}

function takeStore(
  state: ServerState,
  { other, view }: Extract<ServerEvent, { readonly kind: "store_read" }>,
  context: Context,
): ServerState {
  const before = leaderOf(state);
  if (other === null || before.kind === "own_runner") {
    return show({ ...state, following: before }, view, context);
  }
  const { lease, newest } = other;
  const isHeld = lease !== null && context.now.wallMs < lease.expiresAtMs;
  const attempts = newest === null ? state.attempts : attemptRecorded(state.attempts, newest);
  const following: Leader = isHeld ? { kind: "other_runner", lease } : STARTING;
  return show({ ...state, following, attempts }, view, context);
}

function endRead(state: ServerState, context: Context): ServerState {
  const { started } = state.reads;
  const due = state.afterRead.filter(({ read }) => read <= started);
  const afterRead = state.afterRead.filter(({ read }) => read > started);
  let next: ServerState = { ...state, afterRead, reads: { ...state.reads, ended: started } };
  for (const { then } of due) next = settle(next, then, context);
  return beginRead(takeQueued(next, context), context);
}

function settle(state: ServerState, then: AfterRead, context: Context): ServerState {
  switch (then.kind) {
    case "end_cycle":
      return endCycle(state, then.event, then.cpuMs, context);
    case "ask_again":
      // A runner on standby says so each second; loads that have asked the holder wait for its answer.
      if (!state.asksHolder) context.effects.push({ kind: "ask_again" });
      return state;
    case "answer_loads": {
      const lastEnded = state.attempts.lastEnded;
      const isGood =
        then.isAnswered && state.following.kind !== "store_failed" && lastEnded?.outcome !== "failed";
      context.effects.push({
        kind: "cycle_ended",
        beganMs: then.askedMs,
        answer: isGood ? "refreshed" : "failed",
        // The processor time of another process's cycle is unknown; it is at most as long as the cycle.
        costMs: lastEnded === null ? 0 : Math.max(0, (lastEnded.endedAtMs ?? 0) - lastEnded.startedAtMs),
      });
      return { ...state, asksHolder: false };
    }
    default:
      return assertNever(then);
  }
}

function show(state: ServerState, view: SnapshotView | null, { now, effects }: Context): ServerState {
  const before = state.view;
  if (view === null || view === before) return state;
  const isSame = view.snapshot === before?.snapshot;
  // An attestation that the runner reported is ahead of a read that began before it.
  if (isSame && view.attestation.cycle < before.attestation.cycle) return state;
  const { seq, epoch } = view.snapshot;
  effects.push({ kind: "emit", event: isSame ? { kind: "attested" } : { kind: "published", seq, epoch } });
  const { observed_at } = view.attestation;
  const isNewer = observed_at !== before?.attestation.observed_at;
  return { ...state, view, age: isNewer ? ageAtReceipt(Date.parse(observed_at), now) : state.age };
}

function withLeader(state: ServerState, leader: Leader): ServerState {
  const { following } = state;
  return { ...state, following: following.kind === "store_failed" ? { ...following, leader } : leader };
}

function withoutOwnRunner(state: ServerState): ServerState {
  return leaderOf(state).kind === "own_runner" ? withLeader(state, STARTING) : state;
}

type Publication = Extract<CycleOutcome, { readonly seq: number }>;

function isPublication({ snapshot }: SnapshotView, { seq, epoch }: Publication): boolean {
  return snapshot.seq === seq && snapshot.epoch === epoch;
}

/** Whether the view is that publication, or a later one that overtook it. */
function shows(view: SnapshotView | null, { seq, epoch }: Publication): boolean {
  if (view === null) return false;
  const { snapshot } = view;
  return snapshot.epoch > epoch || (snapshot.epoch === epoch && snapshot.seq >= seq);
}
