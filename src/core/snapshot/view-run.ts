// From a run as the store has it to what its task's row says of it: plain words and ISO times.

import type { AttemptEnd, Run } from "../contract/run.ts";
import type { RunView } from "../contract/run-view.ts";
import type { Progress } from "../run/judge-progress.ts";
import type { RunFacts } from "../run/run-facts.ts";
import { isoTime } from "../text/iso-time.ts";

/** `rootHash` is that of the root's task file now. */
export function viewRun(
  { run, progress, seen }: RunFacts,
  { attemptsMax, rootHash }: { readonly attemptsMax: number; readonly rootHash: string },
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
    not_before: isoOrNull(run.notBeforeMs),
    started_at: isoOrNull(run.startedAtMs),
    host: run.host,
    worker_name: run.workerName,
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
    ending: run.wish && { kind: run.wish.kind, by: run.wish.by, at: isoTime(run.wish.atMs) },
    last_end: last === undefined ? null : describeEnd(last.end),
    last_line: seen.lastLine,
    progress: progress && viewProgress(progress),
  };
}

/** How an attempt ended, in words that complete "its worker ". */
export function describeEnd(end: AttemptEnd): string {
  switch (end.kind) {
    case "exited":
      return end.code === 0 ? "ended without an error" : `ended with exit code ${end.code}`;
    case "signalled":
      return `was ended by ${end.signal}`;
    case "not_started":
      return `could not be started: ${end.detail}`;
    case "lost":
      return `was lost: ${end.detail}`;
    case "stopped":
      return `was stopped by ${end.by}`;
  }
}

/** A worker that is at work does not see what changes in the root. */
function wasRootEdited({ kind, state, taskHash }: Run, rootHash: string): boolean {
  const isLive = state === "dispatching" || state === "running";
  return kind === "supervised" && isLive && taskHash !== null && rootHash !== "" && taskHash !== rootHash;
}

function viewQuestion({ question }: Run): RunView["question"] {
  if (question === null) return null;
  const { number, text, choices, askedAtMs, answer } = question;
  return {
    number,
    text,
    choices: [...choices],
    asked_at: isoTime(askedAtMs),
    answer: answer && { text: answer.text, by: answer.by, at: isoTime(answer.atMs) },
  };
}

function viewProgress({ verdict, detail, untilMs, quietSinceMs, evidence }: Progress): RunView["progress"] {
  return {
    verdict,
    detail,
    until: isoOrNull(untilMs),
    quiet_since: isoOrNull(quietSinceMs),
    evidence: evidence.map(({ witness, atMs, text }) => ({ witness, at: isoTime(atMs), text })),
  };
}

function isoOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : isoTime(timeMs);
}
