// The state machine of a run, drawn in docs/runs.md. Every change of a run is one function here; no other code changes one.
//
//   (kickoff) ──> queued ──take──> dispatching ──begin──> running ──end──> exited | failed | interrupted ──close──> closed
//                   ^  │               │                     │ ^                     │
//                   │  │withdraw       │giveUp               │ │(claim by hand)      │
//                   │  v               v                     │                       │
//                   │ closed         failed                  v                       │
//                   │                                 lose: interrupted              │
//                   └────────────────────────── requeue ─────────────────────────────┘
//
//   take       by a dispatcher, for one start; the store grants it within the limits. New epoch: writes of an earlier
//              attempt's worker or supervisor are refused from here on.
//   begin      by the supervisor, before it starts the worker, and only under the epoch it was started with. The messages
//              in its prompt (follow-ups, an answer) count as delivered.
//   end        by the supervisor, once nothing of the worker is left. The outcome decides, else the exit code.
//   lose       by the recovery, when the run's holder is certainly dead and nothing of its worker is left. New epoch. An
//              outcome that the worker had reported decides, as at an end.
//   giveUp     by the dispatcher, when worktree, hook or program fails, or a person stopped the run meanwhile.
//   hold       by the supervisor, instead of `end`, when nothing of the task's own ended the attempt (a usage limit, an outage, a
//              wait, a kill for want of memory): running ──> queued, or exited while it waits for a person; the attempt
//              does not count (held/hold.ts). An outcome or a stop decides, as at an end.
//   endHold    by the recovery, when what a held run waited for has come (held/hold.ts).
//   requeue    by the recovery, for a retry, a follow-up or an answer; always the same run, worktree and branch. A follow-up
//              to an open question counts as its answer.
//   close      by a person, or by the reconciliation once the task is over. New epoch; final.
//   release    by a person, for a claim by hand.
//   takeOver   by a person, who works on in the worker's session (take-over.ts): nothing requeues the run until it is handed
//              back, finished or closed.
//   retract    by a person, for an answer or a message that no worker was given yet (take-back.ts): a run that was queued
//              for it returns to its former state.
//
// Each function takes a run and facts and returns the changed run, or a sentence that says why the change is refused.

import {
  type Act,
  type Attempt,
  type AttemptEnd,
  type AttemptSpared,
  type AttemptUse,
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
import { addUse } from "../costs/run-use.ts";
import { EMPTY_RUN } from "./empty-run.ts";
import { answeredByFollowUp, clampToStart, datedAfterStart } from "./follow-up-order.ts";
import { openQuestion } from "./open-question.ts";

export type RunChange =
  | { readonly kind: "changed"; readonly run: Run }
  /** `why`: completes "… was refused: ". */
  | { readonly kind: "refused"; readonly why: string };

export type RunTransition<Facts> = (run: Run, facts: Facts) => RunChange;

/** Attempts kept with a run. */
const ATTEMPTS_KEPT = 20;
/** Follow-ups that can wait at once. */
const FOLLOW_UPS_MAX = 20;

type NewRun = Pick<Run, "id" | "key" | "owner"> & {
  readonly act: Act;
  readonly note: string | null;
  /** The named worker that a person asked for. */
  readonly requestedWorker?: string | null;
};

/** A new queued run. The store assigns its block of ports. */
export function queueRun({ id, key, owner, act, note, requestedWorker = null }: NewRun): Run {
  return { ...EMPTY_RUN, id, key, owner, sinceMs: act.atMs, queued: { ...act, note }, requestedWorker };
}

/** A new run for work outside this tool: it is running at once. */
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
    attempt: nextAttempt(run),
    budget: { ...run.budget, reached: null },
    notBeforeMs: null,
    held: null,
    firstPort,
    host: dispatcher.host,
    holder: dispatcher,
    worker: null,
    leftRunning: [],
    startedAtMs: nowMs,
    report: null,
    wait: null,
    outcome: null,
    stopRequest: null,
    ...clampToStart(run, nowMs),
  });
};

/** An attempt that does not count is made again under its number. */
function nextAttempt({ attempt, attempts }: Run): number {
  const last = attempts.at(-1);
  return last?.number === attempt && last.spared != null ? attempt : attempt + 1;
}

export type PreparedRun = Pick<
  Run,
  "worktree" | "branch" | "baseCommit" | "taskHash" | "uncommitted" | "workerName" | "agent" | "session"
>;

/** Records what a dispatcher has prepared; still dispatching. */
export const prepare: RunTransition<PreparedRun> = (run, ground) =>
  run.state === "dispatching" ? changed({ ...run, ...ground }) : refusedIn(run, "it is not being started");

/** dispatching -> running: the supervisor is about to start the worker. */
export const begin: RunTransition<{
  readonly supervisor: ProcessIdentity;
  readonly nowMs: number;
  /** The hash of the worker's secret; null for none. */
  readonly proofHash?: string | null;
}> = (run, { supervisor, nowMs, proofHash = null }) => {
  if (run.state !== "dispatching") return refusedIn(run, "it is not being started");
  const proof = proofHash === null ? null : { epoch: run.epoch, hash: proofHash };
  const holder = { holder: supervisor, host: supervisor.host, proof };
  return entered(run, "running", nowMs, { ...holder, startedAtMs: nowMs, ...deliverMessages(run) });
};

/** The messages in the prompt of a starting run: those from before it left the queue. */
export function messagesForStart({ followUps, question, startedAtMs }: Run): Messages {
  const isBefore = ({ atMs }: Act) => startedAtMs !== null && atMs <= startedAtMs;
  const answer = question?.answer ?? null;
  return {
    followUps: followUps.filter(isBefore),
    answered: question !== null && answer !== null && !answer.delivered && isBefore(answer) ? question : null,
  };
}

export type Messages = { readonly followUps: readonly FollowUp[]; readonly answered: Question | null };

/** Marks them as delivered, once the worker is there: a start that fails earlier loses nothing. */
function deliverMessages(run: Run): Pick<Run, "followUps" | "question"> {
  const { followUps, answered } = messagesForStart(run);
  const { question } = run;
  const isDelivered = answered !== null && question !== null && question.answer !== null;
  return {
    followUps: run.followUps.filter((followUp) => !followUps.includes(followUp)),
    question: isDelivered ? { ...question, answer: { ...question.answer, delivered: true } } : question,
  };
}

/** Records the worker's process; still running. */
export const nameWorker: RunTransition<{ readonly worker: ProcessIdentity }> = (run, { worker }) =>
  run.state === "running" ? changed({ ...run, worker }) : refusedIn(run, "it is not running");

/** dispatching -> failed, or interrupted. */
export const giveUp: RunTransition<{ readonly detail: string; readonly nowMs: number }> = (
  run,
  { detail, nowMs },
) => {
  if (run.state !== "dispatching") return refusedIn(run, "it is not being started");
  return endedAs(run, "failed", { end: { kind: "not_started", detail }, nowMs });
};

/** running -> exited, failed or interrupted. */
export const end: RunTransition<WorkerEnding> = (run, { leftRunning = [], ...ending }) => {
  if (run.state !== "running" || run.kind === "by_hand")
    return refusedIn(run, "no supervised worker is running");
  return endedAs({ ...run, leftRunning }, stateAfter(run, ending.end), ending);
};

/** How a worker ended, as its supervisor saw it. */
export type WorkerEnding = Ending & { readonly leftRunning?: readonly LeftProcess[] };

/** The reported outcome overrides the exit code, which agents use in odd ways. One that was stopped for its budget failed nothing. */
function stateAfter({ outcome, budget }: Run, end: AttemptEnd): RunState {
  if (outcome !== null) return outcome.kind === "failed" ? "failed" : "exited";
  if (budget.reached !== null) return "exited";
  if (end.kind === "lost") return "interrupted";
  return end.kind === "exited" && end.code === 0 && end.unfinished === undefined ? "exited" : "failed";
}

/**
 * dispatching or running -> interrupted, under a new epoch: its holder is gone. `spared`: the host was restarted, which is no
 * failure of the attempt.
 */
export const lose: RunTransition<{
  readonly detail: string;
  readonly leftRunning?: readonly LeftProcess[];
  readonly spared?: AttemptSpared | null;
  /** As far as its supervisor had written it. */
  readonly use?: AttemptUse | null;
  readonly nowMs: number;
}> = (run, { detail, leftRunning = [], spared = null, use = null, nowMs }) => {
  if (!isLive(run) || run.kind === "by_hand") return refusedIn(run, "no supervised worker is running");
  const lost: AttemptEnd = { kind: "lost", detail };
  const fenced = { ...run, epoch: run.epoch + 1, leftRunning };
  return endedAs(fenced, stateAfter(run, lost), { end: lost, spared, use, nowMs });
};

/** A stop request is the cause of the end, unless the worker had reported an outcome. */
function endedAs(run: Run, state: RunState, ending: Ending): RunChange {
  const { stopRequest, outcome } = run;
  if (outcome !== null) return ended(run, state, { ...ending, spared: null });
  if (stopRequest === null) return ended(run, state, ending);
  const stopped = { kind: "stopped", by: stopRequest.by } as const;
  return ended(run, "interrupted", { ...ending, end: stopped, spared: null });
}

export type Requeue = {
  /** Null: at once. */
  readonly notBeforeMs: number | null;
  /** `person`: a person resumed it, so earlier failures no longer count. */
  readonly because: "retry" | "person";
  readonly nowMs: number;
};

/** exited, failed or interrupted -> queued. */
export const requeue: RunTransition<Requeue> = (run, { notBeforeMs, because, nowMs }) => {
  if (!hasEnded(run)) return refusedIn(run, "its worker has not ended");
  if (run.kind === "by_hand") return refused("it was claimed by hand");
  if (run.takenOver !== null) return refused(`${run.takenOver.by} has taken it over`);
  return entered(run, "queued", nowMs, {
    notBeforeMs,
    held: null,
    stopRequest: null,
    question: answeredByFollowUp(run),
    failuresInRow: because === "person" ? 0 : run.failuresInRow,
  });
};

export type Closing = Act & {
  readonly as: "delivered" | "abandoned" | "superseded";
  readonly why: string;
};

/** Any state but that of a live supervised worker -> closed. */
export const closeRun: RunTransition<Closing> = (run, closing) => {
  if (run.state === "closed") return refused("it is closed already");
  if (isLive(run) && run.kind === "supervised") return refusedIn(run, "its worker has to end first");
  return entered(run, "closed", closing.atMs, {
    epoch: run.epoch + 1,
    closing,
    portBlock: null,
    holder: null,
    worker: null,
    stopRequest: null,
    takenOver: null,
    held: null,
  });
};

/** Closes a run unless its state has changed since it was read. */
export function closeAsRead(read: Run, closing: Closing): (run: Run) => RunChange {
  return (run) => (run.state === read.state ? closeRun(run, closing) : refused("its state has changed"));
}

/** running by hand -> closed. */
export const closeClaim: RunTransition<Act & { readonly why: string }> = (run, act) =>
  run.kind === "by_hand"
    ? closeRun(run, { ...act, as: "abandoned" })
    : refused("a supervised worker has it; `tasks stop` stops it");

// Changes within a state.

/** A person asks the worker to end: for good, or to resume with a follow-up. */
export const requestStop: RunTransition<
  Act & { readonly kind: "stop" | "interrupt"; readonly note: string | null }
> = (run, stopRequest) => {
  if (!isLive(run)) return refusedIn(run, "no worker is running");
  if (run.kind === "by_hand") return refused("it is claimed by hand, so there is no worker to stop");
  return changed({ ...run, stopRequest });
};

export const addFollowUp: RunTransition<Act & { readonly text: string }> = (run, { by, atMs, text }) => {
  if (run.state === "closed") return refused("it is closed");
  if (run.kind === "by_hand") return refused("it is claimed by hand, so there is no worker to message");
  if (run.followUps.length >= FOLLOW_UPS_MAX) return refused(`${FOLLOW_UPS_MAX} follow-ups wait already`);
  const followUp = { by, atMs: datedAfterStart(run, atMs), text };
  return changed({ ...run, followUps: [...run.followUps, followUp] });
};

export const recordReport: RunTransition<{ readonly text: string; readonly atMs: number }> = (
  run,
  { text, atMs },
) =>
  run.state === "running"
    ? changed({ ...run, report: { text, atMs }, wait: null })
    : refusedIn(run, "no worker is running");

export const declareWait: RunTransition<{
  readonly on: string;
  readonly untilMs: number;
  readonly atMs: number;
}> = (run, wait) =>
  run.state === "running" ? changed({ ...run, wait }) : refusedIn(run, "no worker is running");

export const recordOutcome: RunTransition<Outcome> = (run, outcome) => {
  if (run.state !== "running") return refusedIn(run, "no worker is running");
  if (run.kind === "supervised") return changed({ ...run, outcome, wait: null });
  // A claim by hand has no process to wait for.
  const state = outcome.kind === "failed" ? "failed" : "exited";
  const end: AttemptEnd = { kind: "exited", code: 0 };
  return ended({ ...run, outcome, wait: null }, state, { end, nowMs: outcome.atMs });
};

export type QuestionFacts = {
  readonly text: string;
  readonly choices: readonly string[];
  readonly atMs: number;
  /** The agent's own request, which waits for the answer. */
  readonly request?: NonNullable<Question["request"]>;
  /** What its worker continues with if there is no answer until then. */
  readonly fallback?: Question["fallback"];
};

export const recordQuestion: RunTransition<QuestionFacts> = (
  run,
  { text, choices, atMs, request, fallback = null },
) => {
  if (run.state !== "running") return refusedIn(run, "no worker is running");
  const before = run.question;
  const isOfAgent = request === undefined ? {} : { request };
  const decides = fallback === null ? {} : { fallback };
  // Asked again while it is open, as after a lost connection: the same question.
  const [exact, exactBefore] = [request?.exact, before?.request?.exact];
  const isOther = exact !== undefined && exactBefore !== undefined && exact !== exactBefore;
  if (before?.text === text && !isOther && !before.answer?.delivered)
    return changed({ ...run, question: { ...before, ...isOfAgent, ...decides } });
  if (openQuestion(run) !== null) return refused("another question of this run is still open");
  // A second one would replace an answer that was not read.
  if (before?.answer?.delivered === false)
    return refused(`the answer to “${before.text}” was not read yet: ask it again with --wait to print it`);
  const number = (run.question?.number ?? 0) + 1;
  const question = { number, text, choices, ...isOfAgent, ...decides, askedAtMs: atMs, answer: null };
  return changed({ ...run, wait: null, question });
};

export type Answer = Act & {
  readonly text: string;
  /** The question that is meant, if known: a form may have been open while the worker continued. */
  readonly number?: number;
};

export const recordAnswer: RunTransition<Answer> = (run, { by, atMs, text, number }) => {
  const question = openQuestion(run);
  if (run.state === "closed" || question === null) return refused("it has no open question");
  if (number !== undefined && number !== question.number)
    return refused("it has asked another question since");
  if (question.choices.length > 0 && !question.choices.includes(text))
    return refused(`the answer has to be one of ${question.choices.join(", ")}`);
  const given = { by, atMs: datedAfterStart(run, atMs), text, delivered: false };
  return changed({ ...run, question: { ...question, answer: given } });
};

/** A waiting `tasks ask` has received the answer. */
export const deliverAnswer: RunTransition<{ readonly number: number }> = (run, { number }) => {
  const { question } = run;
  if (run.state === "closed") return refused("it is closed");
  if (question?.number !== number || question.answer === null) return refused("there is no such answer");
  return changed({ ...run, question: { ...question, answer: { ...question.answer, delivered: true } } });
};

export type Ending = {
  readonly end: AttemptEnd;
  readonly use?: AttemptUse | null;
  readonly limitedUntilMs?: number | null;
  /** Why the attempt does not count. */
  readonly spared?: AttemptSpared | null;
  readonly nowMs: number;
};

function ended(run: Run, state: RunState, ending: Ending): RunChange {
  const { end, spared = null, nowMs } = ending;
  const failed = state === "failed" || (state === "interrupted" && end.kind === "lost");
  const failures = failed ? run.failuresInRow + 1 : state === "exited" ? 0 : run.failuresInRow;
  return entered(run, state, nowMs, {
    ...leftByAttempt(run, ending),
    failuresInRow: spared === null ? failures : run.failuresInRow,
    alone: spared === null ? false : run.alone,
  });
}

/** Its record among the attempts, and no process any more. */
export function leftByAttempt(
  run: Run,
  { end, use = null, limitedUntilMs = null, spared = null, nowMs }: Ending,
): Pick<Run, "attempts" | "usedBefore" | "holder" | "worker" | "wait"> {
  const attempt: Attempt = {
    number: run.attempt,
    startedAtMs: run.startedAtMs ?? run.sinceMs,
    endedAtMs: nowMs,
    end,
    ...(run.agent === null ? {} : { agent: run.agent, use }),
    ...(limitedUntilMs === null ? {} : { limitedUntilMs }),
    ...(spared === null ? {} : { spared }),
  };
  const attempts = [...run.attempts, attempt];
  const kept = { attempts: attempts.slice(-ATTEMPTS_KEPT), holder: null, worker: null, wait: null };
  const gone = attempts.slice(0, -ATTEMPTS_KEPT);
  if (gone.length === 0) return kept;
  return {
    ...kept,
    usedBefore: gone.reduce((sum, { use = null }) => addUse(sum, use), run.usedBefore ?? null),
  };
}

export function entered(run: Run, state: RunState, nowMs: number, changes: Partial<Run>): RunChange {
  return changed({ ...run, ...changes, state, sinceMs: nowMs });
}

/** `revision` is the store's to count. */
export function changed(run: Run): RunChange {
  return { kind: "changed", run };
}

export function refused(why: string): RunChange {
  return { kind: "refused", why };
}

export function refusedIn({ state }: Run, why: string): RunChange {
  return refused(`${why}, and this one is ${state}`);
}
