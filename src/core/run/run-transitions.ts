// The state machine of a run. Every change of a run is one function here, and nothing else in the program makes a run
// out of another one; docs/runs.md draws it.
//
//   (kickoff) ──> queued ──take──> dispatching ──begin──> running ──end──> exited | failed | interrupted ──close──> closed
//                   ^  │               │                     │ ^                     │
//                   │  │withdraw       │giveUp               │ │(claim by hand)      │
//                   │  v               v                     │                       │
//                   │ closed         failed                  v                       │
//                   │                                 lose: interrupted              │
//                   └────────────────────────── requeue ─────────────────────────────┘
//
//   take       a dispatcher, for one start; the store grants it within the limits. New epoch: what an earlier attempt's
//              worker or supervisor still writes is refused from here on.
//   begin      the supervisor, before it starts the worker. Only under the epoch it was started with. What the worker is
//              told by its prompt (follow-ups, an answer) counts as delivered with it.
//   end        the supervisor, once nothing of the worker is left. The outcome decides, else the exit code.
//   lose       the recovery, when the one who holds the run is surely dead and nothing of its worker is left. New epoch.
//              A worker that had said how it went is not lost with it: its outcome decides, as at an end.
//   giveUp     the dispatcher, when worktree, hook or program would not do, or somebody wants it stopped meanwhile.
//   requeue    the recovery, for a retry, a follow-up or an answer; always the same run, worktree and branch. Who was asked
//              and told more instead has answered with that.
//   close      a person, or the reconciliation once the task is over. New epoch, and never again changed.
//   release    a person gives back what was claimed by hand.
//   take back  a person undoes an answer or a message that no worker was given yet (take-back.ts): a run that was queued
//              for it goes back to how it stood.
//
// Each function takes a run and facts and gives the changed run, or says in a sentence why it may not be changed so.

import {
  type Act,
  type Attempt,
  type AttemptEnd,
  type FollowUp,
  hasEnded,
  isDue,
  isLive,
  type LeftProcess,
  type Outcome,
  type ProcessIdentity,
  type Question,
  type Run,
  type RunState,
} from "../contract/run.ts";
import { EMPTY_RUN } from "./empty-run.ts";
import { answeredByFollowUp, clampToStart, datedAfterStart } from "./follow-up-order.ts";
import { openQuestion } from "./open-question.ts";

export type RunChange =
  | { readonly kind: "changed"; readonly run: Run }
  /** `why`: completes "… was refused: ". */
  | { readonly kind: "refused"; readonly why: string };

export type RunTransition<Facts> = (run: Run, facts: Facts) => RunChange;

/** Attempts kept with a run; the pages show them all. */
const ATTEMPTS_KEPT = 20;
/** Follow-ups that can wait at once: more is a conversation that nobody listens to. */
const FOLLOW_UPS_MAX = 20;

type NewRun = Pick<Run, "id" | "key" | "owner"> & { readonly act: Act; readonly note: string | null };

/** A new run that waits for its turn. The store gives it its block of ports. */
export function queueRun({ id, key, owner, act, note }: NewRun): Run {
  return { ...EMPTY_RUN, id, key, owner, sinceMs: act.atMs, queued: { ...act, note } };
}

/** A new run of somebody whom nobody here started: it is at work at once. */
export function claimByHand(
  claim: NewRun & Pick<Run, "worktree" | "branch" | "baseCommit" | "taskHash" | "workerName" | "host">,
): Run {
  const { act, note, ...facts } = claim;
  return {
    ...EMPTY_RUN,
    ...facts,
    kind: "by_hand",
    state: "running",
    sinceMs: act.atMs,
    queued: { ...act, note },
    attempt: 1,
    startedAtMs: act.atMs,
  };
}

/** queued -> dispatching. */
export const take: RunTransition<{
  readonly dispatcher: ProcessIdentity;
  readonly firstPort?: number | null;
  readonly nowMs: number;
}> = (run, { dispatcher, firstPort = null, nowMs }) => {
  if (run.state !== "queued") return refusedIn(run, "only a queued run can be started");
  if (!isDue(run, nowMs)) return refused("its next attempt is not due yet");
  return entered(run, "dispatching", nowMs, {
    epoch: run.epoch + 1,
    attempt: run.attempt + 1,
    notBeforeMs: null,
    firstPort,
    host: dispatcher.host,
    holder: dispatcher,
    worker: null,
    leftRunning: [],
    startedAtMs: nowMs,
    report: null,
    wait: null,
    outcome: null,
    wish: null,
    ...clampToStart(run, nowMs),
  });
};

export type PreparedRun = Pick<
  Run,
  "worktree" | "branch" | "baseCommit" | "taskHash" | "uncommitted" | "workerName"
>;

/** What a dispatcher has prepared; still dispatching. */
export const prepare: RunTransition<PreparedRun> = (run, ground) =>
  run.state === "dispatching" ? changed({ ...run, ...ground }) : refusedIn(run, "it is not being started");

/** dispatching -> running: the supervisor is there and about to start the worker. */
export const begin: RunTransition<{
  readonly supervisor: ProcessIdentity;
  readonly nowMs: number;
  /** Of the secret that its worker will have; null for none. */
  readonly proofHash?: string | null;
}> = (run, { supervisor, nowMs, proofHash = null }) => {
  if (run.state !== "dispatching") return refusedIn(run, "it is not being started");
  const proof = proofHash === null ? null : { epoch: run.epoch, hash: proofHash };
  const holder = { holder: supervisor, host: supervisor.host, proof };
  return entered(run, "running", nowMs, { ...holder, startedAtMs: nowMs, ...withoutTold(run) });
};

/** What the prompt of a run that is being started tells: what was said before it was taken, and nothing later. */
export function messagesForStart({ followUps, question, startedAtMs }: Run): Told {
  const isBefore = ({ atMs }: Act) => startedAtMs !== null && atMs <= startedAtMs;
  const answer = question?.answer ?? null;
  return {
    followUps: followUps.filter(isBefore),
    answered: question !== null && answer !== null && !answer.delivered && isBefore(answer) ? question : null,
  };
}

type Told = { readonly followUps: readonly FollowUp[]; readonly answered: Question | null };

/** Told once, and only when the worker that is told is there: a start that fails before loses nothing. */
function withoutTold(run: Run): Pick<Run, "followUps" | "question"> {
  const { followUps, answered } = messagesForStart(run);
  const { question } = run;
  const isTold = answered !== null && question !== null && question.answer !== null;
  return {
    followUps: run.followUps.filter((followUp) => !followUps.includes(followUp)),
    question: isTold ? { ...question, answer: { ...question.answer, delivered: true } } : question,
  };
}

/** Which process the worker is; still running. */
export const nameWorker: RunTransition<{ readonly worker: ProcessIdentity }> = (run, { worker }) =>
  run.state === "running" ? changed({ ...run, worker }) : refusedIn(run, "it is not running");

/** dispatching -> failed, or interrupted. */
export const giveUp: RunTransition<{ readonly detail: string; readonly nowMs: number }> = (
  run,
  { detail, nowMs },
) => {
  if (run.state !== "dispatching") return refusedIn(run, "it is not being started");
  return endedAs(run, "failed", { kind: "not_started", detail }, nowMs);
};

/** running -> exited, failed or interrupted. */
export const end: RunTransition<{
  readonly end: AttemptEnd;
  readonly leftRunning?: readonly LeftProcess[];
  readonly nowMs: number;
}> = (run, { end: attemptEnd, leftRunning = [], nowMs }) => {
  if (run.state !== "running" || run.kind === "by_hand")
    return refusedIn(run, "no worker of ours is running");
  return endedAs({ ...run, leftRunning }, stateAfter(run.outcome, attemptEnd), attemptEnd, nowMs);
};

/** What the worker said counts more than its exit code: agents end themselves in odd ways. */
function stateAfter(outcome: Outcome | null, end: AttemptEnd): RunState {
  if (outcome !== null) return outcome.kind === "failed" ? "failed" : "exited";
  if (end.kind === "lost") return "interrupted";
  return end.kind === "exited" && end.code === 0 ? "exited" : "failed";
}

/** dispatching or running -> interrupted, under a new epoch: who held it is gone. */
export const lose: RunTransition<{
  readonly detail: string;
  readonly leftRunning?: readonly LeftProcess[];
  readonly nowMs: number;
}> = (run, { detail, leftRunning = [], nowMs }) => {
  if (!isLive(run) || run.kind === "by_hand") return refusedIn(run, "no worker of ours is running");
  const lost: AttemptEnd = { kind: "lost", detail };
  const fenced = { ...run, epoch: run.epoch + 1, leftRunning };
  return endedAs(fenced, stateAfter(run.outcome, lost), lost, nowMs);
};

/** Whoever asked for the end is why it ended, unless the worker had said how it went. */
function endedAs(run: Run, state: RunState, end: AttemptEnd, nowMs: number): RunChange {
  const { wish, outcome } = run;
  if (wish === null || outcome !== null) return ended(run, state, end, nowMs);
  return ended(run, "interrupted", { kind: "stopped", by: wish.by }, nowMs);
}

export type Requeue = {
  /** Null: at once. */
  readonly notBeforeMs: number | null;
  /** `person`: somebody wanted it on, so earlier failures count no more. */
  readonly because: "retry" | "person";
  readonly nowMs: number;
};

/** exited, failed or interrupted -> queued. */
export const requeue: RunTransition<Requeue> = (run, { notBeforeMs, because, nowMs }) => {
  if (!hasEnded(run)) return refusedIn(run, "its worker has not ended");
  if (run.kind === "by_hand") return refused("it was worked on by hand");
  return entered(run, "queued", nowMs, {
    notBeforeMs,
    wish: null,
    question: answeredByFollowUp(run),
    failuresInRow: because === "person" ? 0 : run.failuresInRow,
  });
};

export type Closing = Act & {
  readonly as: "delivered" | "abandoned" | "superseded";
  readonly why: string;
};

/** Anything but a live worker of ours -> closed. */
export const closeRun: RunTransition<Closing> = (run, closing) => {
  if (run.state === "closed") return refused("it is closed already");
  if (isLive(run) && run.kind === "supervised") return refusedIn(run, "its worker has to end first");
  return entered(run, "closed", closing.atMs, {
    epoch: run.epoch + 1,
    closing,
    portBlock: null,
    holder: null,
    worker: null,
    wish: null,
  });
};

/** running by hand -> closed. */
export const closeClaim: RunTransition<Act & { readonly why: string }> = (run, act) =>
  run.kind === "by_hand"
    ? closeRun(run, { ...act, as: "abandoned" })
    : refused("a worker of ours has it; `tasks stop` ends that");

// What changes about a run while its state stays.

/** A person wants the worker to end: for good, or to go on with a follow-up. */
export const requestStop: RunTransition<
  Act & { readonly kind: "stop" | "interrupt"; readonly note: string | null }
> = (run, wish) => {
  if (!isLive(run)) return refusedIn(run, "no worker is running");
  if (run.kind === "by_hand") return refused("it is worked on by hand, and never ended from here");
  return changed({ ...run, wish });
};

export const addFollowUp: RunTransition<Act & { readonly text: string }> = (run, { by, atMs, text }) => {
  if (run.state === "closed") return refused("it is closed");
  if (run.kind === "by_hand") return refused("it is worked on by hand: tell whoever does");
  if (run.followUps.length >= FOLLOW_UPS_MAX) return refused(`${FOLLOW_UPS_MAX} follow-ups wait already`);
  const followUp = { by, atMs: datedAfterStart(run, atMs), text };
  return changed({ ...run, followUps: [...run.followUps, followUp] });
};

export const report: RunTransition<{ readonly text: string; readonly atMs: number }> = (
  run,
  { text, atMs },
) =>
  run.state === "running"
    ? changed({ ...run, report: { text, atMs }, wait: null })
    : refusedIn(run, "nobody is at work on it");

export const declareWait: RunTransition<{
  readonly on: string;
  readonly untilMs: number;
  readonly atMs: number;
}> = (run, wait) =>
  run.state === "running" ? changed({ ...run, wait }) : refusedIn(run, "nobody is at work on it");

export const recordOutcome: RunTransition<Outcome> = (run, outcome) => {
  if (run.state !== "running") return refusedIn(run, "nobody is at work on it");
  if (run.kind === "supervised") return changed({ ...run, outcome, wait: null });
  // By hand there is no process whose end could be waited for.
  const state = outcome.kind === "failed" ? "failed" : "exited";
  return ended({ ...run, outcome, wait: null }, state, { kind: "exited", code: 0 }, outcome.atMs);
};

export const recordQuestion: RunTransition<{
  readonly text: string;
  readonly choices: readonly string[];
  readonly atMs: number;
}> = (run, { text, choices, atMs }) => {
  if (run.state !== "running") return refusedIn(run, "nobody is at work on it");
  const before = run.question;
  // Asked again while it waits, as after a lost connection: the same question, not a second one.
  if (before?.text === text && !before.answer?.delivered) return changed(run);
  if (openQuestion(run) !== null) return refused("another question of this run is still open");
  // A second one would take the place of an answer that nobody has read.
  if (before?.answer?.delivered === false)
    return refused(`the answer to “${before.text}” was not read yet: asked again with --wait, it is printed`);
  const number = (run.question?.number ?? 0) + 1;
  return changed({ ...run, wait: null, question: { number, text, choices, askedAtMs: atMs, answer: null } });
};

export type Answer = Act & {
  readonly text: string;
  /** Which question is meant, where that is known: a form may have stood open while the worker went on. */
  readonly number?: number;
};

export const answer: RunTransition<Answer> = (run, { by, atMs, text, number }) => {
  const question = openQuestion(run);
  if (run.state === "closed" || question === null) return refused("it asks nothing");
  if (number !== undefined && number !== question.number) return refused("it asks something else by now");
  if (question.choices.length > 0 && !question.choices.includes(text))
    return refused(`the answer has to be one of ${question.choices.join(", ")}`);
  const said = { by, atMs: datedAfterStart(run, atMs), text, delivered: false };
  return changed({ ...run, question: { ...question, answer: said } });
};

/** A waiting `tasks ask` has got the answer to that question. */
export const deliverAnswer: RunTransition<{ readonly number: number }> = (run, { number }) => {
  const { question } = run;
  if (run.state === "closed") return refused("it is closed");
  if (question?.number !== number || question.answer === null) return refused("there is no such answer");
  return changed({ ...run, question: { ...question, answer: { ...question.answer, delivered: true } } });
};

function ended(run: Run, state: RunState, end: AttemptEnd, nowMs: number): RunChange {
  const attempt: Attempt = {
    number: run.attempt,
    startedAtMs: run.startedAtMs ?? run.sinceMs,
    endedAtMs: nowMs,
    end,
  };
  const failed = state === "failed" || (state === "interrupted" && end.kind === "lost");
  return entered(run, state, nowMs, {
    attempts: [...run.attempts, attempt].slice(-ATTEMPTS_KEPT),
    failuresInRow: failed ? run.failuresInRow + 1 : state === "exited" ? 0 : run.failuresInRow,
    holder: null,
    worker: null,
    wait: null,
  });
}

function entered(run: Run, state: RunState, nowMs: number, changes: Partial<Run>): RunChange {
  return changed({ ...run, ...changes, state, sinceMs: nowMs });
}

/** `revision` is the store's to count. */
function changed(run: Run): RunChange {
  return { kind: "changed", run };
}

function refused(why: string): RunChange {
  return { kind: "refused", why };
}

function refusedIn({ state }: Run, why: string): RunChange {
  return refused(`${why}, and this one is ${state}`);
}
