// The one table of signals: what each code means, its tier, its sentence and the evidence behind it. docs/signals.md is
// printed from here. Sentences and evidence hold thresholds and times, never ages: a signal changes only when a fact does.

import type { Signal, SignalCode } from "../contract/signal.ts";
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
  most: "attempts allowed",
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
    means: "The owner is no person, alias or role, or is a role without a person.",
    evidence: { ...FILE_EVIDENCE, owner: "as written", role: "`unfilled` for a role without a person" },
    sentence: ({ owner = "", role }) =>
      role === undefined
        ? `Unknown owner ${quote(owner)}: not in tasks/team/`
        : `Owner ${quote(owner)} is a role without a person`,
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
    means: "The task depends on itself through open tasks.",
    evidence: {
      ...FILE_EVIDENCE,
      cycle: "keys in order of dependency",
      size: "tasks in the cycle",
    },
    sentence: ({ cycle, size }) =>
      cycle === undefined ? `One of ${size} tasks in a dependency cycle` : `Dependency cycle: ${cycle}`,
    example: { file: "tasks/workstreams/infra/tasks/a.md", line: "7", cycle: "a → b → a", size: "2" },
  },
  dependency_cancelled: {
    tier: "2",
    means: "A dependency was cancelled, so the task would wait forever.",
    evidence: { ...FILE_EVIDENCE, dependencies: "keys of the cancelled tasks" },
    sentence: ({ dependencies }) => `Depends on a cancelled task: ${dependencies}`,
    example: { file: "tasks/workstreams/infra/tasks/fix-ci.md", line: "7", dependencies: "fix-the-thing" },
  },
  task_proposed: {
    tier: "2",
    means: "A worker proposed the task while it worked on another. A person accepts or drops it.",
    evidence: { ...FILE_EVIDENCE, from: "the task that its worker worked on" },
    sentence: ({ from }) => `Proposed by the worker of ${from}: accept or drop it`,
    example: { file: "tasks/workstreams/infra/tasks/pin-node.md", line: "4", from: "fix-ci" },
  },
  needs_answer: {
    tier: "2",
    means: "A worker asked a question, or for a permission, and waits for the answer.",
    evidence: {
      run: RUN_EVIDENCE,
      question: "as asked",
      choices: "the answers it takes, when it names them",
      who: "the worker",
      asked: "when",
      about: "`permission` when it asks whether it may do something",
    },
    sentence: ({ who, question, about }) =>
      `${who} ${about === "permission" ? "waits for permission" : "asks"}: “${question}”`,
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
    means: "A worker ended and reported that it is blocked.",
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
        ? `All ${most} attempts failed (${how})`
        : `Attempt ${failures} of ${most} failed (${how})`,
    example: { run: "20260324-k3f9", failures: "1", most: "3", how: "exit code 2" },
  },
  worker_gone: {
    tier: "1 while attempts are left, then 2",
    means: "The task's worker or its supervisor is gone without reporting an outcome.",
    evidence: FAILURE_EVIDENCE,
    sentence: ({ failures, most, how }) => `Worker ${how} (attempt ${failures} of ${most})`,
    example: { run: "20260324-k3f9", failures: "1", most: "3", how: "was lost: its supervisor is gone" },
  },
  dispatch_completed_unreconciled: {
    tier: "2",
    means:
      "The worker ended without an error and without reporting an outcome, and the task is neither completed nor in a pull request.",
    evidence: {
      run: RUN_EVIDENCE,
      who: "the worker",
      commits: "in its worktree since the base",
      branch: "where they are, when that is not its own branch",
    },
    sentence: ({ who, commits, branch = "its branch" }) =>
      `${who} ended without reporting an outcome${commits === "0" ? ", and committed nothing" : `; commits on ${branch}: ${commits}`}`,
    example: { run: "20260324-k3f9", who: "claude", commits: "0" },
  },
  work_reverted: {
    tier: "2 until the task is worked on again",
    means: "The pull request was merged, and a merged revert took its work out of the base again.",
    evidence: { ...PULL_REQUEST_EVIDENCE, by: "number of the revert", what: "what happened to it" },
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
    tier: "1 while its worker or the automatic rebase is on it, else 2",
    means: "The pull request conflicts with its base.",
    evidence: { ...PULL_REQUEST_EVIDENCE, base: "the branch it is to be merged into" },
    sentence: ({ number, base }) => `#${number} conflicts with ${base}`,
    example: { number: "712", url: "https://github.com/dataface/dataface/pull/712", base: "main" },
  },
  pr_conflict_dirty_branch: {
    tier: "1 while its worker is on it, else 2",
    means: "The pull request conflicts and was not rebased: its worktree has uncommitted changes.",
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
    tier: "1 while its worker is on it or is asked to fix it, else 2",
    means: "The pull request conflicts, and the automatic rebase failed.",
    evidence: {
      ...PULL_REQUEST_EVIDENCE,
      base: "the branch it is to be merged into",
      why: "why it failed",
    },
    sentence: ({ number, base, why }) =>
      `#${number} conflicts with ${base} and needs a manual rebase: ${why}`,
    example: {
      number: "712",
      url: "https://github.com/dataface/dataface/pull/712",
      base: "main",
      why: "both change src/app.ts",
    },
  },
  ci_failed: {
    tier: "1 while its worker is on it or is asked to fix it, else 2",
    means:
      "Checks of the pull request failed. One that runs again is not counted, nor one that the base does not require where it requires others.",
    evidence: { ...PULL_REQUEST_EVIDENCE, checks: "names of those that failed" },
    sentence: ({ number, checks }) => `Checks failing on #${number}: ${checks}`,
    example: { number: "712", url: "https://github.com/dataface/dataface/pull/712", checks: "e2e, lint" },
  },
  dispatch_stalled: {
    tier: "1 from half of `thresholds.start_stalled_minutes`, 2 from all of it",
    means: "The run left the queue, but its worker has not started.",
    evidence: { since: "when it left the queue", threshold: "how long is too long" },
    sentence: ({ threshold }) => `Worker not started for over ${threshold}`,
    example: { since: "2026-03-24T11:50:00.000Z", threshold: "10 min" },
  },
  wait_overdue: {
    tier: "1 from the end of the wait, 2 after `thresholds.idle_person_minutes` more",
    means:
      "The wait that its worker declared with `tasks report --waiting` is over, and there has been no progress since.",
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
    means: "No sign of progress: no output, no change in the worktree, no CPU time, no report.",
    evidence: { since: "the last sign of progress", threshold: "how long is too long" },
    sentence: ({ threshold }) => `No progress for over ${threshold}`,
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
  budget_reached: {
    tier: "2",
    means:
      "The run's budget is used up: its worker was stopped, or does not start again. Over once a person raises it, that of the day also when another day begins.",
    evidence: { run: RUN_EVIDENCE, budget: "what was used of what may be", since: "when it was reached" },
    sentence: ({ budget }) => `Budget used up: ${budget}`,
    example: { run: "20260324-k3f9", budget: "$5.40 of $5.00", since: "2026-03-24T11:44:00.000Z" },
  },
  budget_near: {
    tier: "1",
    means: "A working run has used 80 % of its budget.",
    evidence: { run: RUN_EVIDENCE, budget: "what it may use", percent: "how much of it is used" },
    sentence: ({ budget, percent }) => `${percent} % of its budget used: ${budget}`,
    example: { run: "20260324-k3f9", budget: "$4.20 of $5.00", percent: "84" },
  },
  loop: {
    tier: "1",
    means:
      "Its agent seems to repeat itself: one tool with the same input and result, one error, or a quarter of its budget without a change in the worktree. Twice that stops it and asks a person.",
    evidence: {
      run: RUN_EVIDENCE,
      what: "what it repeats",
      kind: "`tool`, `error` or `no_change`",
      times: "how often",
      since: "when that was seen",
    },
    sentence: ({ what = "", kind, times }) => {
      if (kind === "no_change") return `No change in its worktree for ${what}`;
      return kind === "error" ? `Same error ${times} times: ${what}` : `Repeats ${times} times: ${what}`;
    },
    example: {
      run: "20260324-k3f9",
      what: "npm test",
      kind: "tool",
      times: "5",
      since: "2026-03-24T11:44:00.000Z",
    },
  },
  usage_limit: {
    tier: "1",
    means:
      "Its agent reached a usage limit, and has done nothing since. Over once the limit's time has passed.",
    evidence: {
      run: RUN_EVIDENCE,
      who: "the worker",
      since: "when the agent said so",
      window: "which limit, as the agent names it",
      until: "when it ends, if the agent says so",
    },
    sentence: ({ who, until }) =>
      `Usage limit of ${who} reached${until === undefined ? "" : ` until ${until.slice(11, 16)} UTC`}`,
    example: {
      run: "20260324-k3f9",
      who: "claude",
      since: "2026-03-24T11:44:00.000Z",
      window: "five_hour",
      until: "2026-03-24T14:20:00.000Z",
    },
  },
  action_denied: {
    tier: "1",
    means:
      "Its agent was denied an action by its permissions, its sandbox or a person, and continued without it. Not shown once the work is done.",
    evidence: {
      run: RUN_EVIDENCE,
      action: "the newest one: tool and input",
      why: "the reason that the agent gives",
      count: "how many in this attempt",
    },
    sentence: ({ action = "", count }) =>
      count === "1" ? `Denied: ${action}` : `${count} actions denied, the newest: ${action}`,
    example: {
      run: "20260324-k3f9",
      action: "Write: /etc/hosts",
      why: "outside the working directory",
      count: "2",
    },
  },
  left_running: {
    tier: "1",
    means:
      "The worker has ended, and other processes still run in its worktree. Those known to be the worker's were killed.",
    evidence: { run: RUN_EVIDENCE, processes: "name and pid of each", worktree: "the folder they run in" },
    sentence: ({ processes, worktree }) => `Still running in ${worktree}: ${processes}`,
    example: { run: "20260324-k3f9", processes: "sleep (pid 4711)", worktree: ".worktrees/fix-ci" },
  },
  root_task_edited: {
    tier: "1",
    means: "The task's file changed in the root after its worker started, which does not see the change.",
    evidence: { run: RUN_EVIDENCE, since: "when the worker was started" },
    sentence: () => "File edited since its worker started; message the worker with `tasks continue`",
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
    means: "The task has been ready for too long and was not started.",
    evidence: { since: "when it became ready", threshold: "how long is too long" },
    sentence: ({ threshold }) => `Not started for over ${threshold}`,
    example: { since: "2026-03-23T09:00:00.000Z", threshold: "24 h" },
  },
  stuck_in_progress: {
    tier: "1 from half of `thresholds.stuck_in_progress_hours`, 2 from all of it",
    means: "The task is in progress and its file has not changed for too long.",
    evidence: { since: "when the file last changed", threshold: "how long is too long" },
    sentence: ({ threshold }) => `No change for ${threshold}`,
    example: { since: "2026-03-20T09:00:00.000Z", threshold: "72 h" },
  },
  review_overdue: {
    tier: "1 from half of `thresholds.review_overdue_hours`, 2 from all of it",
    means:
      "The pull request waits for a person to review it, merge it, or find out what blocks it. A conflict and failing checks have separate signals.",
    evidence: { since: "when it started waiting", threshold: "how long is too long" },
    sentence: ({ threshold }) => `Pull request waiting for a person for over ${threshold}`,
    example: { since: "2026-03-23T09:00:00.000Z", threshold: "24 h" },
  },
  detector_doubt: {
    tier: "1",
    means: "So many tasks turned overdue or stuck in one update that the clock is suspected, not the tasks.",
    evidence: {
      signal: "the code held back",
      group: "the group it is about",
      tasks: "tasks whose signals are held back",
      group_size: "tasks in the group",
      doubt_percent: "share of the group above which the clock is suspected",
      until: "when the signals are raised anyway",
      why: "`clock` when the clock jumped or the machine slept; counts are then left out",
    },
    sentence: ({ signal, group, tasks, group_size: size, why }) => {
      if (why === "clock")
        return "The clock jumped or the machine slept: workers are not reported idle for now";
      return `${tasks} of ${size} ${group} tasks turned ${signal === "pickup_overdue" ? "overdue" : "stuck"} in one update. Check the clock; their signals are held back`;
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

/** An open signal with its sentence, not acknowledged. */
export function makeSignal(
  {
    code,
    tier,
    evidence,
  }: { readonly code: SignalCode; readonly tier: 1 | 2; readonly evidence: SignalEvidence },
  firstSeen: string,
): Signal {
  const sentence = SIGNAL_TABLE[code].sentence(evidence);
  return { code, tier, sentence, evidence, first_seen: firstSeen, acknowledged: null };
}
