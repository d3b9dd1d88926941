// Pull requests in every state, on the sample tree: open ones that wait for each, a draft, merged, closed, conflicting,
// red and rivalled ones, and the source in each of its states.

import type { Check, CheckState, Checks, PullRequest } from "../../src/core/contract/pull-request.ts";
import { NO_CHECKS } from "../../src/core/contract/pull-request.ts";
import type { PullRequestView } from "../../src/core/contract/pull-request-view.ts";
import type { Run } from "../../src/core/contract/run.ts";
import type { PullRequestsSource, Sources, TaskRow } from "../../src/core/contract/snapshot.ts";
import type { DeliveryRecord, DeliverySettings } from "../../src/core/pull-request/judge-delivery.ts";
import type { MergeVerdict } from "../../src/core/pull-request/judge-merge.ts";
import {
  NEVER_SYNCED,
  type PullRequestSyncState,
  viewSource,
} from "../../src/core/pull-request/sync-state.ts";
import { viewPullRequest } from "../../src/core/snapshot/view-pull-request.ts";
import { UNREMARKABLE } from "./pull-request-samples.ts";
import { sampleRun } from "./run-samples.ts";
import { minutesAgo, OBSERVED_AT_MS, sampleAttestation, sampleRow, sampleSignal } from "./sample-snapshot.ts";

const MINUTE_MS = 60_000;
const msAgo = (minutes: number) => OBSERVED_AT_MS - minutes * MINUTE_MS;
const HOST = "https://github.com/dataface/dataface";

/** So many checks of each state, by name where names are given. */
export function checksOf(named: Partial<Record<CheckState, readonly string[] | number>>): Checks {
  const listed = (["failing", "running", "passing", "skipped"] as const).flatMap((state) => {
    const names = named[state] ?? 0;
    const all =
      typeof names === "number"
        ? Array.from({ length: names }, (_, at) => `${state} check ${at + 1}`)
        : names;
    return all.map(
      (name): Check => ({
        name,
        state,
        url: `${HOST}/actions/runs/8812?check=${all.indexOf(name)}`,
        required: null,
      }),
    );
  });
  const count = (state: CheckState) => listed.filter((check) => check.state === state).length;
  return {
    ...NO_CHECKS,
    failing: count("failing"),
    running: count("running"),
    passing: count("passing"),
    skipped: count("skipped"),
    listed,
  };
}

/** An open one, two hours old, that waits for a review, with seven green checks. */
export function samplePullRequest(overrides: Partial<PullRequest> = {}): PullRequest {
  const number = overrides.number ?? 712;
  return {
    number,
    url: `${HOST}/pull/${number}`,
    title: `Pull request ${number}`,
    author: "claude-bot",
    state: "open",
    draft: false,
    branch: `task/of-${number}`,
    fork: false,
    headCommit: "3f9c2ab41de8d8e1b5a8f7b0f3f2c1d0e9a8b7c6",
    base: "main",
    behindBy: 0,
    mustUpdate: false,
    createdAtMs: msAgo(120),
    updatedAtMs: msAgo(10),
    reviewableAtMs: msAgo(110),
    mergedAtMs: null,
    mergedBy: null,
    closedAtMs: null,
    review: "required",
    mergeable: "clean",
    labels: [],
    checks: checksOf({ passing: 7 }),
    ...UNREMARKABLE,
    ...overrides,
  };
}

export type ViewChanges = {
  /** Its worker has ended, so what is to be done waits for "its worker". */
  readonly hasWorker?: boolean;
  readonly linkedBy?: "branch" | "hint";
  readonly rivals?: readonly PullRequest[];
  readonly care?: Partial<DeliveryRecord>;
  readonly settings?: DeliverySettings;
  /** Of one that is merged; delivered by default. */
  readonly verdict?: MergeVerdict;
};

/** What a row says of it. */
export function pullRequestView(
  overrides: Partial<PullRequest> = {},
  { hasWorker = false, linkedBy = "branch", rivals = [], care, settings, verdict }: ViewChanges = {},
): PullRequestView {
  const pullRequest = samplePullRequest(overrides);
  const merge = verdict ?? (pullRequest.state === "merged" ? ({ as: "delivered" } as const) : null);
  const record = care && { number: pullRequest.number, rebase: null, repairs: [], ...care };
  const run: Run | null = hasWorker ? sampleRun({ state: "exited" }) : null;
  return viewPullRequest(
    { pullRequest, linkedBy, rivals, merge, deliveryRecord: record ?? null },
    { run, settings: settings ?? { rebase: "off", repair: "off" }, before: null, nowMs: OBSERVED_AT_MS },
  );
}

/** What care was tried on the head commit. */
export function triedRebase(outcome: NonNullable<DeliveryRecord["rebase"]>["outcome"], why: string | null) {
  const { headCommit } = samplePullRequest();
  return { rebase: { headCommit, outcome, why, files: [], atMs: msAgo(6) } };
}

type Shown = Partial<TaskRow> & { readonly key: string; readonly view: PullRequestView };

/** A row that its pull request has brought into review. */
export function rowInReview({ key, view, ...overrides }: Shown, minutes = 120): TaskRow {
  const { number, waits } = view;
  return sampleRow(
    {
      key,
      group: "in_review",
      status: "in_progress",
      rule: "open_pull_request",
      reason: `#${number} waits for ${waits?.for}: ${waits?.what}`,
      pull_request: view,
      ...overrides,
    },
    minutes,
  );
}

const RED = { failing: ["e2e", "lint"], passing: 5 } as const;
const DELIVERS: DeliverySettings = { rebase: "safe", repair: "agent" };

/** In the order of the page: those that wait for a person come first. */
export function rowsWithPullRequests(): TaskRow[] {
  return [...rowsNeedingPeople(), ...rowsWaiting(), ...rowsOutsideReview()];
}

function rowsNeedingPeople(): TaskRow[] {
  const red = pullRequestView({ number: 719, checks: checksOf(RED) }, { hasWorker: true });
  const doubled = pullRequestView(
    { number: 721 },
    { rivals: [samplePullRequest({ number: 698, branch: "dave/retry-uploads" })] },
  );
  return [
    sampleRow(
      {
        key: "cache-query-plans",
        title: "Cache query plans between requests",
        group: "needs_attention",
        base_group: "in_review",
        status: "in_progress",
        pull_request: red,
        signals: [
          sampleSignal("ci_failed", "Checks failing on #719: e2e, lint", {
            evidence: { number: "719", url: red.url, checks: "e2e, lint" },
          }),
        ],
      },
      21,
    ),
    sampleRow(
      {
        key: "retry-uploads",
        title: "Retry uploads that break off",
        group: "needs_attention",
        base_group: "in_review",
        status: "in_progress",
        pull_request: doubled,
        signals: [
          sampleSignal("duplicate_work", "Two pull requests for one task: #721, #698", {
            evidence: { number: "721", url: doubled.url, numbers: "#721, #698" },
          }),
        ],
      },
      34,
    ),
  ];
}

function rowsWaiting(): TaskRow[] {
  return [
    rowInReview({
      key: "validate-chart-colours",
      title: "Validate chart colours for contrast",
      priority: "p0",
      view: pullRequestView({ number: 712, review: "approved" }),
    }),
    rowInReview(
      {
        key: "export-as-csv",
        title: "Export as CSV with a header that names units",
        view: pullRequestView({
          number: 715,
          checks: checksOf({ passing: 6, skipped: 1 }),
          labels: ["export"],
        }),
        signals: [
          sampleSignal("review_overdue", "Pull request waiting for a person for over 12 h", {
            tier: 1,
          }),
        ],
      },
      780,
    ),
    rowInReview(
      {
        key: "log-slow-queries",
        view: pullRequestView(
          { number: 718, checks: checksOf({ running: 3, passing: 4 }) },
          { hasWorker: true },
        ),
      },
      8,
    ),
    rowInReview({
      key: "rename-the-sidebar",
      owner: "rj",
      view: pullRequestView({ number: 709, mergeable: "conflict" }, { hasWorker: true, settings: DELIVERS }),
      signals: [sampleSignal("pr_conflict", "#709 conflicts with main", { tier: 1 })],
    }),
    rowInReview({
      key: "document-the-embed",
      view: pullRequestView({ number: 706, review: "changes_requested", author: null }),
    }),
    rowInReview({
      key: "paginate-the-gallery",
      view: pullRequestView({ number: 703, review: "approved", mustUpdate: true, behindBy: 4 }),
    }),
  ];
}

function rowsOutsideReview(): TaskRow[] {
  const closed = { state: "closed", closedAtMs: msAgo(300) } as const;
  return [
    sampleRow({
      key: "theme-editor",
      title: "A theme editor with a live preview",
      group: "active",
      status: "in_progress",
      rule: "draft_pull_request",
      reason: "#722 is still a draft",
      pull_request: pullRequestView({ number: 722, draft: true, checks: checksOf({ running: 2 }) }),
    }),
    sampleRow({
      key: "trim-the-bundle",
      group: "ready",
      pull_request: pullRequestView({ number: 655, ...closed }),
    }),
    sampleRow(
      {
        key: "fix-worktree-pruning",
        group: "done",
        status: "in_progress",
        rule: "merged",
        reason: "merged as #701; the file still says in progress",
        pull_request: pullRequestView({
          number: 701,
          state: "merged",
          mergedAtMs: msAgo(26),
          mergedBy: "rj",
          closedAtMs: msAgo(26),
        }),
      },
      26,
    ),
  ];
}

const STATE: PullRequestSyncState = {
  ...NEVER_SYNCED,
  repository: "dataface/dataface",
  standing: { kind: "ok" },
  observedAtMs: OBSERVED_AT_MS - 42_000,
  triedAtMs: OBSERVED_AT_MS - 41_000,
  questions: { limit: 5000, remaining: 4812, resetAtMs: OBSERVED_AT_MS + 36 * MINUTE_MS },
};

/** The source as the page gets it; synced 42 s ago by default. */
export function pullRequestsSource(overrides: Partial<PullRequestSyncState> = {}): PullRequestsSource {
  return viewSource({ ...STATE, ...overrides }, { reserve: 1000 });
}

/** The words of the source, each unlike the others. */
export const SOURCES = {
  ok: pullRequestsSource(),
  low: pullRequestsSource({
    questions: { limit: 5000, remaining: 980, resetAtMs: OBSERVED_AT_MS + 36 * MINUTE_MS },
  }),
  failing: pullRequestsSource({
    standing: {
      kind: "failing",
      message: "GitHub refused the token (401)",
      remedy: "Run `gh auth login`",
      sinceMs: Date.parse(minutesAgo(6)),
      times: 3,
      notBeforeMs: null,
    },
    observedAtMs: msAgo(7),
  }),
  noToken: pullRequestsSource({
    repository: null,
    standing: { kind: "off", because: "no token", remedy: "run `gh auth login`" },
    observedAtMs: null,
    questions: null,
  }),
  elsewhere: pullRequestsSource({
    repository: null,
    standing: {
      kind: "off",
      because: "remote is gitlab.com",
      remedy: "set github.repository to the owner/name of a mirror on GitHub, if there is one",
    },
    observedAtMs: null,
    questions: null,
  }),
} as const satisfies Record<string, PullRequestsSource>;

/** All sources of the sample, with the given pull requests. */
export function sourcesWith(source: PullRequestsSource = SOURCES.ok): Sources {
  return { ...sampleAttestation().sources, pull_requests: source };
}
