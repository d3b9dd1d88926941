// From a stored run to its view in the task's row: plain words and ISO times.

import { canTakeOver } from "../agent/contract/agent-kind.ts";
import type { Run } from "../contract/run.ts";
import type { RunView } from "../contract/run-view.ts";
import type { BudgetLimits } from "../costs/budget-limits.ts";
import type { Held } from "../records/scoped-pause.ts";
import { describeAttempt } from "../run/attempt-end.ts";
import { heldWords } from "../run/held/held-words.ts";
import type { Progress } from "../run/judge-progress.ts";
import { isOwnQuestion } from "../run/open-question.ts";
import type { RunFacts } from "../run/run-facts.ts";
import { isoTime, isoTimeOrNull } from "../text/iso-time.ts";
import { viewAgent } from "./view-agent.ts";
import { viewBudget } from "./view-budget.ts";

export type RunSettings = {
  readonly attemptsMax: number;
  /** Of the task file in the root. */
  readonly rootHash: string;
  readonly budget: BudgetLimits;
};

/** A run is rarely open for more nights; the newest are shown. */
const SLEEPS_MAX = 20;

export function viewRun(
  { run, progress, seen }: RunFacts,
  { attemptsMax, rootHash, budget }: RunSettings,
): RunView {
  const last = run.attempts.at(-1);
  return {
    id: run.id,
    kind: run.kind,
    state: run.state,
    since: isoTime(run.sinceMs),
    epoch: run.epoch,
    attempt: run.attempt,
    attempts_max: attemptsMax,
    failures_in_row: run.failuresInRow,
    queued_by: run.queued.by,
    queued_at: isoTime(run.queued.atMs),
    not_before: isoTimeOrNull(run.notBeforeMs),
    started_at: isoTimeOrNull(run.startedAtMs),
    host: run.host,
    worker_name: run.workerName,
    requested_worker: run.requestedWorker,
    worktree: run.worktree,
    branch: run.branch,
    commits: seen.commits,
    checked_out: seen.checkedOut && {
      branch: seen.checkedOut.branch,
      own_commits: seen.checkedOut.ownCommits,
    },
    worktree_exists: seen.worktreeExists,
    drifted: seen.drifted,
    root_edited: wasRootEdited(run, rootHash),
    left_running: seen.leftRunning.map(({ pid, name }) => ({ pid, name })),
    first_port: run.firstPort,
    port_block: run.portBlock,
    uncommitted: run.uncommitted,
    outcome: run.outcome && { kind: run.outcome.kind, note: run.outcome.note, at: isoTime(run.outcome.atMs) },
    question: viewQuestion(run),
    follow_ups: run.followUps.length,
    ending: run.stopRequest && {
      kind: run.stopRequest.kind,
      by: run.stopRequest.by,
      at: isoTime(run.stopRequest.atMs),
    },
    taken_over: run.takenOver && { by: run.takenOver.by, at: isoTime(run.takenOver.atMs) },
    has_session: canTakeOver(run.session),
    last_end: last === undefined ? null : describeAttempt(last),
    last_line: seen.lastLine,
    progress: progress && viewProgress(progress),
    ...viewAgent(run, seen.activity),
    diff: seen.diff && viewDiff(seen.diff),
    held: run.held && viewHeld(run.held),
    goes_first: goesFirst(run),
    waits_alone: run.alone,
    decided_alone: run.decidedAlone.map(({ question, answer, atMs }) => ({
      question,
      answer,
      at: isoTime(atMs),
    })),
    ...viewBudget(run, seen.activity, budget),
    asleep: seen.asleep
      .slice(-SLEEPS_MAX)
      .map(({ fromMs, toMs }) => ({ from: isoTime(fromMs), to: isoTime(toMs) })),
    disk_mb: seen.diskMb,
    handed_over: run.handedOver && {
      from: run.handedOver.from,
      to: run.handedOver.to,
      by: run.handedOver.by,
      at: isoTime(run.handedOver.atMs),
    },
  };
}

/** It gave its slot back while it waited. */
function goesFirst({ state, held, attempts }: Run): boolean {
  return state === "queued" && held === null && attempts.at(-1)?.spared?.kind === "waiting";
}

function viewHeld({ cause, scope, on, sinceMs, untilMs }: Held): RunView["held"] {
  return {
    cause,
    scope: scope && { ...scope },
    on,
    since: isoTime(sinceMs),
    until: isoTimeOrNull(untilMs),
    sentence: heldWords({ cause, on }),
  };
}

/** A running worker does not see changes in the root. */
function wasRootEdited({ kind, state, taskHash }: Run, rootHash: string): boolean {
  const isLive = state === "dispatching" || state === "running";
  return kind === "supervised" && isLive && taskHash !== null && rootHash !== "" && taskHash !== rootHash;
}

function viewQuestion({ question }: Run): RunView["question"] {
  if (question === null) return null;
  const { number, text, choices, request, askedAtMs, answer } = question;
  return {
    number,
    text,
    choices: [...choices],
    about: request?.about ?? "question",
    ...(isOwnQuestion(question) && { asked_by: "tasks" as const }),
    asked_at: isoTime(askedAtMs),
    answer: answer && { text: answer.text, by: answer.by, at: isoTime(answer.atMs) },
  };
}

function viewDiff({ files, added, removed, newest, atMs }: NonNullable<RunFacts["seen"]["diff"]>) {
  return { files, added, removed, newest: newest.map((file) => ({ ...file })), at: isoTime(atMs) };
}

function viewProgress({ verdict, detail, untilMs, quietSinceMs, evidence }: Progress): RunView["progress"] {
  return {
    verdict,
    detail,
    until: isoTimeOrNull(untilMs),
    quiet_since: isoTimeOrNull(quietSinceMs),
    evidence: evidence.map(({ source, atMs, text }) => ({ witness: source, at: isoTime(atMs), text })), // words-ok: public key
  };
}
