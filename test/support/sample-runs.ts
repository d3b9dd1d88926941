// The sample tree with workers at work: every verdict, every end, and the runs behind the rows.

import type { Run, RunId } from "../../src/core/contract/run.ts";
import type { Dispatch, RunView } from "../../src/core/contract/run-view.ts";
import type { PullRequestsSource, Snapshot, TaskRow } from "../../src/core/contract/snapshot.ts";
import { runView, sampleRun } from "./run-samples.ts";
import { rowsWithPullRequests, sourcesWith } from "./sample-pull-requests.ts";
import {
  minutesAgo,
  OBSERVED_AT_MS,
  SAMPLE_HEADER,
  sampleAttestation,
  sampleRow,
  sampleRows,
  sampleSignal,
  sampleSnapshot,
} from "./sample-snapshot.ts";

export const DISPATCH: Dispatch = {
  ...SAMPLE_HEADER.dispatch,
  automatic: true,
  host: "desk",
  live: 7,
  per_host: 8,
};

type Progress = NonNullable<RunView["progress"]>;

const HOME = { host: "desk", worker_name: "claude", attempt: 1 } as const;

/** ISO time so many seconds before the observation. */
const secondsAgo = (seconds: number) => minutesAgo(seconds / 60);

export function progress(verdict: Progress["verdict"], overrides: Partial<Progress> = {}): Progress {
  return { verdict, detail: null, until: null, quiet_since: null, evidence: [], ...overrides };
}

/** A run at work on the task, so many minutes. */
export function atWork(key: string, minutes: number, overrides: Partial<RunView> = {}): RunView {
  const started = minutesAgo(minutes);
  return runView({
    ...HOME,
    id: `run-${key}`,
    state: "running",
    since: started,
    started_at: started,
    epoch: 2,
    queued_at: minutesAgo(minutes + 1),
    worktree: `.worktrees/${key}`,
    branch: `task/${key}`,
    progress: progress("working"),
    ...overrides,
  });
}

/** A run whose worker has ended. */
export function endedRun(key: string, minutes: number, overrides: Partial<RunView> = {}): RunView {
  return atWork(key, minutes + 30, {
    state: "exited",
    since: minutesAgo(minutes),
    progress: null,
    ...overrides,
  });
}

export function question(text: string, choices: readonly string[] = []): NonNullable<RunView["question"]> {
  return { number: 1, text, choices: [...choices], about: "question", asked_at: minutesAgo(3), answer: null };
}

const changed = (text: string, seconds: number): Progress =>
  progress("working", { evidence: [{ witness: "worktree", at: secondsAgo(seconds), text }] }); // words-ok: a JSON key

const asking = (key: string, title: string, text: string, choices: readonly string[] = []): TaskRow =>
  sampleRow(
    {
      key,
      title,
      group: "needs_attention",
      run: atWork(key, 25, { progress: progress("asking"), question: question(text, choices) }),
      signals: [sampleSignal("needs_answer", `claude asks: “${text}”`, { first_seen: minutesAgo(3) })],
    },
    3,
  );

const CHANGES: Readonly<Record<string, Partial<TaskRow>>> = {
  "host-dataface-on-gcp": {
    run: atWork("host-dataface-on-gcp", 62, {
      attempt: 2,
      progress: progress("quiet", { quiet_since: minutesAgo(31) }),
      last_line: "waiting for the build to finish",
    }),
    signals: [
      sampleSignal("worker_idle", "No progress for over 30 min", {
        evidence: { since: minutesAgo(31), threshold: "30 min" },
        first_seen: minutesAgo(1),
      }),
      sampleSignal(
        "metadata_drift",
        "Its front matter in .worktrees/host-dataface-on-gcp differs from the root's",
        {
          tier: 1,
        },
      ),
    ],
  },
  "detect-open-pr-conflicts": {
    signals: [],
    run: atWork("detect-open-pr-conflicts", 70, {
      host: "build-2",
      progress: progress("unknown", { detail: "host build-2 cannot be observed from here" }),
    }),
  },
  "incremental-activity-cache": {
    run: atWork("incremental-activity-cache", 48, {
      worker_name: "codex",
      attempt: 2,
      progress: progress("waiting", {
        detail: "CI 8812",
        until: new Date(OBSERVED_AT_MS + 929_000).toISOString(),
      }),
    }),
  },
  "group-attention-ui-by-task": {
    run: atWork("group-attention-ui-by-task", 12, {
      progress: changed("3 files changed", 40),
      last_line: "✓ src/web/pages/section.test.ts (14 tests) 212 ms",
    }),
  },
  "search-debounce": {
    run: atWork("search-debounce", 6, {
      kind: "by_hand",
      worker_name: "rj",
      progress: progress("working", {
        evidence: [{ witness: "report", at: secondsAgo(130), text: "debounce works, tests next" }], // words-ok: a JSON key
      }),
    }),
  },
  "port-bundles": { run: atWork("port-bundles", 4, { progress: changed("1 commit", 9) }) },
  "reconcile-hooks": {
    run: runView({ id: "run-reconcile-hooks", queued_at: minutesAgo(3.5), epoch: 1 }),
  },
  "waiting-0": {
    run: runView({ id: "run-waiting-0", queued_by: "rj", queued_at: minutesAgo(20) }),
    reason: "queued by rj; blocked by port-bundles",
  },
};

/** All of the sample, with runs, and a few tasks more: one of each end, and those with pull requests. */
export function rowsAtWork(): TaskRow[] {
  const quiet = atWork("flaky-login-test", 33, {
    progress: progress("quiet", { quiet_since: minutesAgo(17) }),
    last_line: "npm test -- login",
  });
  const acknowledged = {
    kind: "acknowledged",
    by: "dave",
    at: minutesAgo(20),
    until: new Date(OBSERVED_AT_MS + 3 * 3_600_000).toISOString(),
    note: "the vendor is on it",
  } as const;
  return [
    asking("pick-the-pilot-region", "Pick the pilot region", "Which region, eu or us?", ["eu", "us"]),
    asking(
      "name-the-pilot",
      "Name the pilot",
      "What should the pilot be called on its start page, and in which languages?",
    ),
    ...sampleRows().map((row) => ({ ...row, ...CHANGES[row.key] })),
    sampleRow(
      {
        key: "flaky-login-test",
        group: "active",
        run: quiet,
        signals: [
          sampleSignal("worker_idle", "No progress for over 15 min", {
            tier: 1,
            evidence: { since: minutesAgo(17), threshold: "15 min" },
            first_seen: minutesAgo(2),
          }),
        ],
      },
      33,
    ),
    sampleRow(
      {
        key: "fix-port-collisions",
        title: "Fix concurrent port allocation",
        group: "in_review",
        rule: "finished_work",
        run: endedRun("fix-port-collisions", 14, {
          commits: 3,
          outcome: { kind: "done", note: "ports come from the store", at: minutesAgo(14) },
        }),
      },
      14,
    ),
    sampleRow(
      {
        key: "upgrade-the-client",
        group: "waiting",
        rule: "attempts_used_up",
        reason: "all 3 attempts failed (exit code 2)",
        run: endedRun("upgrade-the-client", 20, {
          state: "failed",
          attempt: 3,
          failures_in_row: 3,
          last_end: "ended with exit code 2",
        }),
        signals: [
          sampleSignal("dispatch_failed", "All 3 attempts failed (exit code 2)", {
            acknowledged,
          }),
        ],
      },
      20,
    ),
    ...rowsWithPullRequests(),
  ];
}

export function snapshotAtWork(values: Partial<Snapshot> = {}, rows = rowsAtWork()): Snapshot {
  return sampleSnapshot(rows, { dispatch: DISPATCH, ...values });
}

/** Workers are seen, and the given pull requests. */
export function attestationAtWork(pullRequests?: PullRequestsSource) {
  const { observed_at } = sampleAttestation();
  const runs = { state: "ok" as const, observed_at, error: null, mode: null };
  return sampleAttestation({ sources: { ...sourcesWith(pullRequests), runs } });
}

/** The run behind a row at work, as the store has it. */
export function storedRun(key: string, overrides: Partial<Run> = {}): Run {
  return sampleRun({
    id: `run-${key}` as RunId,
    key,
    epoch: 2,
    state: "running",
    sinceMs: OBSERVED_AT_MS - 12 * 60_000,
    attempt: 1,
    startedAtMs: OBSERVED_AT_MS - 12 * 60_000,
    workerName: "claude",
    host: "desk",
    worktree: `.worktrees/${key}`,
    branch: `task/${key}`,
    ...overrides,
  });
}
