// The one table of signals: what each code means, its tier, its sentence and the evidence behind it. docs/signals.md is
// printed from here. Sentences and evidence hold thresholds and times, never ages: a signal changes only when a fact does.

import type { SignalCode } from "../contract/signal.ts";
import { quote } from "../text/quote.ts";

export type SignalEvidence = Readonly<Record<string, string>>;

export type SignalKind = {
  /** Which tier, in words. */
  readonly tier: string;
  readonly means: string;
  /** Names of the evidence, each with what it holds. */
  readonly evidence: Readonly<Record<string, string>>;
  readonly sentence: (evidence: SignalEvidence) => string;
  /** Evidence as it may look, for the docs. */
  readonly example: SignalEvidence;
};

const FILE_EVIDENCE = { file: "the task's file", line: "where in it, when there is one line" } as const;

const PULL_REQUEST_EVIDENCE = { number: "of the pull request", url: "of its page" } as const;

const RUN_EVIDENCE = "the run's id";
const FAILURE_EVIDENCE = {
  run: RUN_EVIDENCE,
  failures: "attempts that failed in a row",
  most: "attempts that are made",
  how: "how the last one ended",
} as const;

export const SIGNAL_TABLE: Readonly<Record<SignalCode, SignalKind>> = {
  invalid_task: {
    tier: "2",
    means: "The task's file cannot be relied on.",
    evidence: {
      ...FILE_EVIDENCE,
      problem: "code of the first problem",
      message: "its message",
      more: "further errors in the file",
    },
    sentence: ({ line, message, more }) =>
      `${line === undefined ? "" : `Line ${line}: `}${message ?? ""}${more === undefined ? "" : ` (and ${more} more)`}`,
    example: {
      file: "tasks/workstreams/infra/tasks/fix-ci.md",
      line: "4",
      problem: "bad_yaml",
      message: "The list is never closed.",
    },
  },
  unknown_owner: {
    tier: "2",
    means: "The owner is no person, alias or role, or a role that leads to nobody.",
    evidence: { ...FILE_EVIDENCE, owner: "as written", role: "`unfilled` for a role that leads to nobody" },
    sentence: ({ owner = "", role }) =>
      role === undefined
        ? `The owner ${quote(owner)} is not known under tasks/team/`
        : `The owner ${quote(owner)} is a role that leads to nobody`,
    example: { file: "tasks/workstreams/infra/tasks/fix-ci.md", line: "6", owner: "zoe" },
  },
  dependency_missing: {
    tier: "2",
    means: "A dependency does not exist, or could mean several tasks.",
    evidence: {
      ...FILE_EVIDENCE,
      references: "as written",
      ambiguous: "`yes` when they exist, but could mean several tasks",
      candidates: "keys they could mean, or that look like them",
      count: "how many references, when more than one",
    },
    sentence: ({ references, ambiguous, candidates, count }) => {
      if (ambiguous !== undefined) return `Depends on ${references}, which could mean ${candidates}`;
      return `Depends on ${references}, which ${count === undefined ? "does" : "do"} not exist`;
    },
    example: {
      file: "tasks/workstreams/infra/tasks/fix-ci.md",
      line: "7",
      references: "fix-the-thing",
      candidates: "fix-a-thing",
    },
  },
  dependency_cycle: {
    tier: "2",
    means: "The task waits for itself, through tasks that are all open.",
    evidence: {
      ...FILE_EVIDENCE,
      cycle: "keys in order of dependency",
      size: "tasks that wait for each other",
    },
    sentence: ({ cycle, size }) =>
      cycle === undefined
        ? `One of ${size} tasks that wait for each other in a circle`
        : `Waits for itself: ${cycle}`,
    example: { file: "tasks/workstreams/infra/tasks/a.md", line: "7", cycle: "a → b → a", size: "2" },
  },
  dependency_cancelled: {
    tier: "2",
    means: "A dependency was cancelled, so the task would wait for ever.",
    evidence: { ...FILE_EVIDENCE, dependencies: "keys of the cancelled tasks" },
    sentence: ({ dependencies }) => `Waits for a cancelled task: ${dependencies}`,
    example: { file: "tasks/workstreams/infra/tasks/fix-ci.md", line: "7", dependencies: "fix-the-thing" },
  },
  needs_answer: {
    tier: "2",
    means: "A worker asks, and waits for a person.",
    evidence: {
      run: RUN_EVIDENCE,
      question: "as asked",
      choices: "the answers it takes, when it names them",
      who: "the worker",
      asked: "when",
    },
    sentence: ({ who, question }) => `${who} asks: “${question}”`,
    example: {
      run: "20260324-k3f9",
      question: "Which region, eu or us?",
      choices: "eu, us",
      who: "claude",
      asked: "2026-03-24T12:01:00.000Z",
    },
  },
  worker_blocked: {
    tier: "2",
    means: "A worker ended and says that it cannot go on.",
    evidence: { run: RUN_EVIDENCE, who: "the worker", note: "what it said" },
    sentence: ({ who, note }) => `${who} is blocked: ${note}`,
    example: { run: "20260324-k3f9", who: "claude", note: "no access to the staging project" },
  },
  dispatch_failed: {
    tier: "1 while attempts are left, then 2",
    means: "The task's worker failed, or could not be started.",
    evidence: FAILURE_EVIDENCE,
    sentence: ({ failures, most, how }) =>
      failures === most
        ? `All ${most} attempts failed: it ${how}`
        : `Attempt failed (${failures} of ${most}): it ${how}`,
    example: { run: "20260324-k3f9", failures: "1", most: "3", how: "ended with exit code 2" },
  },
  worker_gone: {
    tier: "1 while attempts are left, then 2",
    means: "The task's worker, or the process that watched it, is gone without a word.",
    evidence: FAILURE_EVIDENCE,
    sentence: ({ failures, most, how }) => `Its worker ${how} (${failures} of ${most} attempts)`,
    example: { run: "20260324-k3f9", failures: "1", most: "3", how: "was lost: its supervisor is gone" },
  },
  dispatch_completed_unreconciled: {
    tier: "2",
    means:
      "The worker ended without an error, but did not say how it went, and the task is neither completed nor in a pull request.",
    evidence: {
      run: RUN_EVIDENCE,
      who: "the worker",
      commits: "in its worktree since the base",
      branch: "where they are, when that is not its own branch",
    },
    sentence: ({ who, commits, branch = "its branch" }) =>
      `${who} ended without saying how it went${commits === "0" ? ", and committed nothing" : `; commits on ${branch}: ${commits}`}`,
    example: { run: "20260324-k3f9", who: "claude", commits: "0" },
  },
  work_reverted: {
    tier: "2 until the task is worked on again",
    means: "The pull request was merged, and a merged revert took its work out of the base again.",
    evidence: { ...PULL_REQUEST_EVIDENCE, by: "number of the revert", what: "what became of it" },
    sentence: ({ number, what }) => `#${number} was ${what}`,
    example: {
      number: "712",
      url: "https://github.com/dataface/dataface/pull/712",
      by: "715",
      what: "merged, then reverted by #715: its work is not in main",
    },
  },
  duplicate_work: {
    tier: "2",
    means: "Two pull requests are open for one task.",
    evidence: { ...PULL_REQUEST_EVIDENCE, numbers: "of all of them", rivals: "addresses of the others" },
    sentence: ({ numbers }) => `Two pull requests for one task: ${numbers}`,
    example: {
      number: "712",
      url: "https://github.com/dataface/dataface/pull/712",
      numbers: "#712, #698",
      rivals: "https://github.com/dataface/dataface/pull/698",
    },
  },
  pr_conflict: {
    tier: "1 while its worker is at it or it is mended by itself, else 2",
    means: "The pull request conflicts with its base.",
    evidence: { ...PULL_REQUEST_EVIDENCE, base: "the branch it is to be merged into" },
    sentence: ({ number, base }) => `#${number} conflicts with ${base}`,
    example: { number: "712", url: "https://github.com/dataface/dataface/pull/712", base: "main" },
  },
  pr_conflict_dirty_branch: {
    tier: "1 while its worker is at it, else 2",
    means:
      "The pull request conflicts, and its worktree holds changes that are not committed: it was not rebased.",
    evidence: {
      ...PULL_REQUEST_EVIDENCE,
      base: "the branch it is to be merged into",
      why: "what is in the way",
    },
    sentence: ({ number, base, why }) => `#${number} conflicts with ${base} and was not rebased: ${why}`,
    example: {
      number: "712",
      url: "https://github.com/dataface/dataface/pull/712",
      base: "main",
      why: "2 files differ from its last commit",
    },
  },
  pr_conflict_needs_manual_rebase: {
    tier: "1 while its worker is at it or is asked to mend it, else 2",
    means: "The pull request conflicts, and rebasing it by itself did not work.",
    evidence: {
      ...PULL_REQUEST_EVIDENCE,
      base: "the branch it is to be merged into",
      why: "what came of it",
    },
    sentence: ({ number, base, why }) =>
      `#${number} conflicts with ${base} and has to be rebased by hand: ${why}`,
    example: {
      number: "712",
      url: "https://github.com/dataface/dataface/pull/712",
      base: "main",
      why: "both change src/app.ts",
    },
  },
  ci_failed: {
    tier: "1 while its worker is at it or is asked to mend it, else 2",
    means:
      "Checks of the pull request failed. One that runs again is not counted, nor one that the base does not require where it requires others.",
    evidence: { ...PULL_REQUEST_EVIDENCE, checks: "names of those that failed" },
    sentence: ({ number, checks }) => `Checks failing on #${number}: ${checks}`,
    example: { number: "712", url: "https://github.com/dataface/dataface/pull/712", checks: "e2e, lint" },
  },
  dispatch_stalled: {
    tier: "1 from half of `thresholds.start_stalled_minutes`, 2 from all of it",
    means: "The run was picked up, but its worker has not started.",
    evidence: { since: "when it was picked up", threshold: "how long is too long" },
    sentence: ({ threshold }) => `Picked up over ${threshold} ago, and its worker has not started`,
    example: { since: "2026-03-24T11:50:00.000Z", threshold: "10 min" },
  },
  wait_overdue: {
    tier: "1 from the end of the wait, 2 after `thresholds.idle_person_minutes` more",
    means:
      "Its worker declared a wait with `tasks report --waiting`, its time is over, and nothing has moved since.",
    evidence: {
      on: "what it waits for",
      until: "when that was to be back",
      since: "the same time",
      threshold: "how long after it is too long",
    },
    sentence: ({ on, until = "" }) => `${on} not back by ${until.slice(11, 16)} UTC`,
    example: {
      on: "CI 8812",
      until: "2026-03-24T09:00:00.000Z",
      since: "2026-03-24T09:00:00.000Z",
      threshold: "0 s",
    },
  },
  worker_idle: {
    tier: "1 from `thresholds.idle_watch_minutes`, 2 from `thresholds.idle_person_minutes`",
    means:
      "No witness of progress has moved: no output, no change in the worktree, no processor time, no report.",
    evidence: { since: "when the last witness moved", threshold: "how long is too long" },
    sentence: ({ threshold }) => `No progress seen for over ${threshold}`,
    example: { since: "2026-03-24T11:44:00.000Z", threshold: "15 min" },
  },
  register_orphan: {
    tier: "2",
    means: "A run has lost its worktree, or its task's file is gone.",
    evidence: { run: RUN_EVIDENCE, worktree: "the folder that is gone", task: "the task whose file is gone" },
    sentence: ({ worktree, task }) =>
      task === undefined ? `Its worktree ${worktree} is gone` : `A run works on ${task}, whose file is gone`,
    example: { run: "20260324-k3f9", worktree: ".worktrees/fix-ci" },
  },
  left_running: {
    tier: "1",
    means:
      "Its worker has ended, and something else still works in its worktree. What is known to be the worker's was ended.",
    evidence: { run: RUN_EVIDENCE, processes: "name and pid of each", worktree: "the folder they work in" },
    sentence: ({ processes, worktree }) => `Still at work in ${worktree}: ${processes}`,
    example: { run: "20260324-k3f9", processes: "sleep (pid 4711)", worktree: ".worktrees/fix-ci" },
  },
  root_task_edited: {
    tier: "1",
    means: "The task's file changed in the root while a worker has it: the worker does not see that.",
    evidence: { run: RUN_EVIDENCE, since: "when the worker was started" },
    sentence: () => "Its file was edited while a worker has it; tell the worker with `tasks continue`",
    example: { run: "20260324-k3f9", since: "2026-03-24T11:44:00.000Z" },
  },
  metadata_drift: {
    tier: "1",
    means: "The front matter of the task's file differs between the worktree and the root.",
    evidence: { run: RUN_EVIDENCE, worktree: "where the other file is" },
    sentence: ({ worktree }) => `Its front matter in ${worktree} differs from the root's`,
    example: { run: "20260324-k3f9", worktree: ".worktrees/fix-ci" },
  },
  pickup_overdue: {
    tier: "1 from half of `thresholds.pickup_overdue_hours`, 2 from all of it",
    means: "The task has been ready for long and nobody started it.",
    evidence: { since: "when it became ready", threshold: "how long is too long" },
    sentence: ({ threshold }) => `Ready for over ${threshold} and not picked up`,
    example: { since: "2026-03-23T09:00:00.000Z", threshold: "24 h" },
  },
  stuck_in_progress: {
    tier: "1 from half of `thresholds.stuck_in_progress_hours`, 2 from all of it",
    means: "The task is in progress and its file has not changed for long.",
    evidence: { since: "when the file last changed", threshold: "how long is too long" },
    sentence: ({ threshold }) => `In progress and unchanged for over ${threshold}`,
    example: { since: "2026-03-20T09:00:00.000Z", threshold: "72 h" },
  },
  review_overdue: {
    tier: "1 from half of `thresholds.review_overdue_hours`, 2 from all of it",
    means:
      "The pull request waits for a person: to review it, to merge it, or to find out what blocks it. A conflict and failing checks have signals of their own.",
    evidence: { since: "when it began to wait", threshold: "how long is too long" },
    sentence: ({ threshold }) => `Its pull request has waited for a person for over ${threshold}`,
    example: { since: "2026-03-23T09:00:00.000Z", threshold: "24 h" },
  },
  detector_doubt: {
    tier: "1",
    means:
      "So many tasks turned overdue or stuck in one update that the detector is doubted before the tasks are.",
    evidence: {
      signal: "the code held back",
      group: "the group it is about",
      tasks: "tasks whose signals are held back",
      group_size: "tasks in the group",
      doubt_percent: "share of the group that raises the doubt",
      until: "when the detector is believed after all",
      why: "`clock` when the clock jumped or the machine slept; counts are then left out",
    },
    sentence: ({ signal, group, tasks, group_size: size, why }) => {
      if (why === "clock") return "The clock jumped or the machine slept: no worker is called idle for now";
      return `${tasks} of ${size} ${group} tasks turned ${signal === "pickup_overdue" ? "overdue" : "stuck"} in one update: is the clock right? Their signals are held back`;
    },
    example: {
      signal: "pickup_overdue",
      group: "ready",
      tasks: "12",
      group_size: "30",
      doubt_percent: "20",
      until: "2026-03-24T13:00:00.000Z",
    },
  },
};
