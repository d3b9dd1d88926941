import { describe, expect, test } from "vitest";
import {
  checks,
  closed,
  deliveryRecord,
  merged,
  pageOf,
  pullRequest,
  pullRequestView,
  RED,
  RUNNING,
  rebaseAttempt,
} from "../../../test/support/pull-request-samples.ts";
import { runView, sampleRun } from "../../../test/support/run-samples.ts";
import { NOON_MS } from "../../../test/support/task-tree.ts";
import type { PullRequest } from "../contract/pull-request.ts";
import { RUN_STATES, type Run } from "../contract/run.ts";
import {
  DELIVERY_RETRY_MS,
  type DeliveryRecord,
  type DeliverySettings,
} from "../pull-request/judge-delivery.ts";
import { findPullRequestSignals } from "./pull-request-signals.ts";
import { SIGNAL_TABLE } from "./signal-table.ts";

const BOTH: DeliverySettings = { rebase: "safe", repair: "agent" };

type Given = {
  readonly run?: Partial<Run>;
  readonly settings?: DeliverySettings;
  readonly deliveryRecord?: DeliveryRecord | null;
  readonly rivals?: readonly PullRequest[];
  readonly nowMs?: number;
};

function find(values: Partial<PullRequest>, { run: change, ...input }: Given = {}) {
  const run = change === undefined ? null : sampleRun(change);
  const view = pullRequestView(values, { ...input, run });
  return findPullRequestSignals(view, run && runView({ state: run.state, kind: run.kind }));
}

/** "ci_failed 2 Checks failing on #712: e2e". */
function values(...given: Parameters<typeof find>): readonly string[] {
  return find(...given).map(({ code, tier, evidence }) => {
    return `${code} ${tier} ${SIGNAL_TABLE[code].sentence(evidence)}`;
  });
}

const CONFLICT = { mergeable: "conflict" } as const;
const dirty = deliveryRecord({ rebase: rebaseAttempt({ outcome: "dirty", why: "2 files differ" }) });
const manual = deliveryRecord({ rebase: rebaseAttempt() });

describe("an open pull request asks for a person when", () => {
  test.each<[string, Partial<PullRequest>, Given, readonly string[]]>([
    ["it conflicts", CONFLICT, {}, ["pr_conflict 2 #712 conflicts with main"]],
    ["its checks fail", { checks: RED }, {}, ["ci_failed 2 Checks failing on #712: e2e, lint"]],
    [
      "there are two of them",
      {},
      { rivals: [pullRequest({ number: 698 }), pullRequest({ number: 5 })] },
      ["duplicate_work 2 Two pull requests for one task: #712, #698, #5"],
    ],
    [
      "its worktree could not be touched",
      CONFLICT,
      { deliveryRecord: dirty },
      ["pr_conflict_dirty_branch 2 #712 conflicts with main and was not rebased: 2 files differ"],
    ],
    [
      "rebasing it did not work",
      CONFLICT,
      { deliveryRecord: manual },
      [
        "pr_conflict_needs_manual_rebase 2 #712 conflicts with main and needs a manual rebase: both change a.ts",
      ],
    ],
    [
      "all of that at once",
      { ...CONFLICT, checks: RED },
      { deliveryRecord: manual, rivals: [pullRequest({ number: 698 })] },
      [
        "duplicate_work 2 Two pull requests for one task: #712, #698",
        "pr_conflict_needs_manual_rebase 2 #712 conflicts with main and needs a manual rebase: both change a.ts",
        "ci_failed 2 Checks failing on #712: e2e, lint",
      ],
    ],
    [
      "it is a draft that conflicts",
      { ...CONFLICT, draft: true },
      {},
      ["pr_conflict 2 #712 conflicts with main"],
    ],
  ])("%s", (_, facts, given, expected) => {
    expect(values(facts, given)).toEqual(expected);
  });

  test("what could not be done for an older commit is no longer said", () => {
    const record = deliveryRecord({ rebase: rebaseAttempt({ headCommit: "older" }) });
    expect(values(CONFLICT, { deliveryRecord: record })).toEqual(["pr_conflict 2 #712 conflicts with main"]);
  });

  test.each(["rebased", "up_to_date", "failed"] as const)(
    "a conflict after a rebase that %s is a conflict",
    (outcome) => {
      const record = deliveryRecord({ rebase: rebaseAttempt({ outcome }) });
      expect(values(CONFLICT, { deliveryRecord: record })).toEqual([
        "pr_conflict 2 #712 conflicts with main",
      ]);
    },
  );
});

describe("nothing is asked", () => {
  test.each<[string, Partial<PullRequest>, Given]>([
    ["while all is well", {}, {}],
    ["while checks run", { checks: RUNNING }, {}],
    ["of a red check that runs again: it is running", { checks: checks({ running: 1, passing: 6 }) }, {}],
    ["while the host is finding out", { mergeable: "unknown" }, { deliveryRecord: manual }],
    ["of a rebase that did not work, once it is not needed", {}, { deliveryRecord: manual }],
    ["of a dirty worktree, once it is not in the way", {}, { deliveryRecord: dirty }],
    ["of one that is merged", merged({ ...CONFLICT, checks: RED }), { rivals: [pullRequest({ number: 5 })] }],
    ["of one that is closed", closed({ ...CONFLICT, checks: RED }), { deliveryRecord: manual }],
  ])("%s", (_, facts, given) => {
    expect(values(facts, given)).toEqual([]);
  });

  test("F10: of one that is not known", () => {
    expect(findPullRequestSignals(null, runView())).toEqual([]);
  });
});

describe("what is being fixed is worth watching, and no more", () => {
  const tierOf = (...given: Parameters<typeof find>) => find(...given)[0]?.tier;

  test.each([
    ["a conflict", CONFLICT, null],
    ["failing checks", { checks: RED }, null],
    ["a rebase that did not work", CONFLICT, manual],
  ] as const)("%s, while its worker is at it or is to continue", (_, facts, record) => {
    const watched = RUN_STATES.filter(
      (state) => tierOf(facts, { deliveryRecord: record, run: { state } }) === 1,
    );
    expect(watched).toEqual(["queued", "dispatching", "running"]);
  });

  test.each<[string, Partial<PullRequest>, Given, 1 | 2]>([
    ["a conflict that will be rebased", CONFLICT, { settings: BOTH }, 1],
    [
      "one that its worker will be asked about",
      CONFLICT,
      { settings: BOTH, deliveryRecord: manual, run: { state: "exited" } },
      1,
    ],
    ["one that no one can be asked about", CONFLICT, { settings: BOTH, deliveryRecord: manual }, 2],
    [
      "failing checks that its worker will be asked about",
      { checks: RED },
      { settings: BOTH, run: { state: "failed" } },
      1,
    ],
    ["failing checks of no one's", { checks: RED }, { settings: BOTH }, 2],
    [
      "failing checks that it was asked about twice",
      { checks: RED },
      {
        ...{ settings: BOTH, run: { state: "exited" } },
        deliveryRecord: deliveryRecord({
          repairs: ["a", "b"].map((headCommit) => ({
            headCommit,
            because: "checks" as const,
            atMs: NOON_MS,
          })),
        }),
      },
      2,
    ],
    [
      "a failed rebase, until it is tried again",
      CONFLICT,
      { settings: BOTH, deliveryRecord: deliveryRecord({ rebase: rebaseAttempt({ outcome: "failed" }) }) },
      2,
    ],
    [
      "a failed rebase that is to be tried again",
      CONFLICT,
      {
        ...{
          settings: BOTH,
          deliveryRecord: deliveryRecord({ rebase: rebaseAttempt({ outcome: "failed" }) }),
        },
        nowMs: NOON_MS + DELIVERY_RETRY_MS,
      },
      1,
    ],
  ])("%s", (_, facts, given, tier) => {
    expect(tierOf(facts, given)).toBe(tier);
  });

  test.each([
    ["a rival", {}, { rivals: [pullRequest({ number: 5 })] }],
    ["a dirty worktree", CONFLICT, { deliveryRecord: dirty }],
  ] as const)("but %s needs a person even while a worker is on it", (_, facts, given) => {
    expect(tierOf(facts, { ...given, settings: BOTH, run: { state: "running" } })).toBe(2);
  });
});

describe("evidence", () => {
  const page = { number: "712", url: pageOf(712) };
  test.each<[Partial<PullRequest>, Given, Record<string, string>]>([
    [CONFLICT, {}, { ...page, base: "main" }],
    [CONFLICT, { deliveryRecord: manual }, { ...page, base: "main", why: "both change a.ts" }],
    [CONFLICT, { deliveryRecord: dirty }, { ...page, base: "main", why: "2 files differ" }],
    [{ checks: RED }, {}, { ...page, checks: "e2e, lint" }],
    [
      {},
      { rivals: [pullRequest({ number: 5 }), pullRequest({ number: 6 })] },
      { ...page, numbers: "#712, #5, #6", rivals: `${pageOf(5)} ${pageOf(6)}` },
    ],
  ])("%j %#", (facts, given, evidence) => {
    const [signal] = find(facts, given);
    expect(signal?.evidence).toEqual(evidence);
    const { evidence: explained } = SIGNAL_TABLE[signal?.code ?? "ci_failed"];
    expect(Object.keys(explained)).toEqual(expect.arrayContaining(Object.keys(evidence)));
  });

  const names = (count: number) => Array.from({ length: count }, (_, at) => `f${at}`);
  test.each<[PullRequest["checks"], string]>([
    [checks({ failing: names(1) }), "f0"],
    [checks({ failing: names(5) }), "f0, f1, f2, f3, f4"],
    [checks({ failing: names(6) }), "f0, f1, f2, f3, f4 and 1 more"],
    [{ ...checks({ failing: names(50) }), failing: 70 }, "f0, f1, f2, f3, f4 and 65 more"],
    [{ ...checks({ failing: names(1) }), failing: 3 }, "f0 and 2 more"],
    [{ ...checks({}), failing: 1 }, "1 check"],
    [{ ...checks({}), failing: 2 }, "2 checks"],
  ])("names a few of the checks that failed %#", (all, expected) => {
    expect(find({ checks: all })[0]?.evidence["checks"]).toBe(expected);
  });
});
