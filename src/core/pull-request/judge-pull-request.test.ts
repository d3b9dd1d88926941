import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checks,
  closed,
  merged,
  pullRequest,
  RED,
  RUNNING,
} from "../../../test/support/pull-request-samples.ts";
import { sampleRun } from "../../../test/support/run-samples.ts";
import {
  AWAITED,
  type Check,
  HOST_MERGES,
  MERGE_STATUSES,
  MERGEABLE_STATES,
  type PullRequest,
  REVIEW_STATES,
  WAIT_REASONS,
} from "../contract/pull-request.ts";
import { judgeWaits, type PullRequestWork } from "./judge-pull-request.ts";

const AT_IT: PullRequestWork = { run: sampleRun({ state: "running" }), delivery: "none", isDirty: false };
const ENDED: PullRequestWork = { run: sampleRun({ state: "exited" }), delivery: "none", isDirty: false };
const NO_WORKER: PullRequestWork = { run: null, delivery: "none", isDirty: false };

/** "you: review", with its worker at it unless given. */
function waits(given: Partial<PullRequest>, work = AT_IT): string | null {
  const judged = judgeWaits(pullRequest(given), work);
  return judged && `${judged.for}: ${judged.what}`;
}

/** Checks of which some are required. */
function ruled(
  given: Partial<Record<"failing" | "passing", readonly string[]>>,
  required: readonly string[],
) {
  const listed = (["failing", "passing"] as const).flatMap((state) =>
    (given[state] ?? []).map(
      (name): Check => ({ name, state, url: null, required: required.includes(name) }),
    ),
  );
  const reported = listed.map(({ name }) => name);
  const missing = required.filter((name) => !reported.includes(name));
  const count = (state: "failing" | "passing") => given[state]?.length ?? 0;
  return { ...checks({}), failing: count("failing"), passing: count("passing"), listed, missing };
}

/** Each line wants attention on its own; together, whichever stands higher is what it waits for. */
const IN_ORDER: readonly (readonly [Partial<PullRequest>, string])[] = [
  [{ mergeable: "conflict" }, "worker: conflict"],
  [{ checks: RED }, "worker: failing checks"],
  [{ review: "changes_requested" }, "worker: changes requested"],
  [{ draft: true }, "worker: still a draft"],
  [{ hostMerges: "queue" }, "github: merge queue"],
  [{ checks: RUNNING }, "ci: 3 of 7 running"],
  [{ review: "required" }, "you: review"],
  [{ mustUpdate: true, behindBy: 3 }, "worker: 3 behind main"],
  [{ mergeStatus: "unknown" }, "github: mergeability not known yet"],
  [{}, "you: merge, all checks passing"],
];

describe("what an open one waits for", () => {
  test.each(IN_ORDER)("%j waits for %s", (given, expected) => {
    expect(waits(given)).toBe(expected);
  });

  test.each(IN_ORDER.map(([given, expected], place) => [expected, given, place] as const))(
    "%s comes before all that stands below it",
    (expected, given, place) => {
      const below = IN_ORDER.slice(place + 1).map(([one]) => one);
      expect(waits({ ...Object.assign({}, ...below.toReversed()), ...given })).toBe(expected);
    },
  );

  test.each<[Partial<PullRequest>, string]>([
    [{ checks: checks({ failing: 1, running: 2 }) }, "worker: failing checks"],
    [{ checks: checks({ running: 1, skipped: 4 }) }, "ci: 1 of 1 running"],
    [{ checks: checks({}) }, "you: merge, no checks"],
    [{ checks: checks({ skipped: 2 }) }, "you: merge, no checks"],
    [{ review: "none" }, "you: merge, all checks passing"],
    [{ behindBy: 9 }, "you: merge, all checks passing"],
    [{ mustUpdate: true, behindBy: null, base: "develop" }, "worker: behind develop"],
    [{ checks: checks({ running: 1 }), review: "required" }, "ci: 1 of 1 running"],
  ])("%j: %s", (given, expected) => {
    expect(waits(given)).toBe(expected);
  });
});

describe("who has to act", () => {
  test.each<[string, Partial<PullRequest>, PullRequestWork, string]>([
    ["a worker is at it", { mergeable: "conflict" }, AT_IT, "worker"],
    [
      "its worker is to continue",
      { checks: RED },
      { ...AT_IT, run: sampleRun({ state: "queued" }) },
      "worker",
    ],
    ["it is fixed automatically", { mergeable: "conflict" }, { ...NO_WORKER, delivery: "rebase" }, "worker"],
    ["its worktree is dirty", { mergeable: "conflict" }, { ...AT_IT, isDirty: true }, "you"],
    ["its worker has ended and nothing follows", { mergeable: "conflict" }, ENDED, "you"],
    ["no one is at it", { checks: RED }, NO_WORKER, "you"],
    ["changes were requested of a worker that has ended", { review: "changes_requested" }, ENDED, "you"],
    ["changes were requested of a person", { review: "changes_requested" }, NO_WORKER, "author"],
    ["the person has left", { review: "changes_requested", author: null }, NO_WORKER, "you"],
    ["a draft of a person", { draft: true }, NO_WORKER, "author"],
    ["a person's branch is behind", { mustUpdate: true, behindBy: 3 }, NO_WORKER, "author"],
  ])("D1: %s", (_, given, work, expected) => {
    expect(judgeWaits(pullRequest(given), work)?.for).toBe(expected);
  });
});

describe("what the host blocks or merges", () => {
  const blocked = { mergeStatus: "blocked" } as const;
  test.each<[string, Partial<PullRequest>, string]>([
    ["without a reason", blocked, "you: blocked by GitHub without a stated reason"],
    [
      "by a required check that has not reported",
      { ...blocked, checks: ruled({ passing: ["unit"] }, ["unit", "e2e"]) },
      "github: required check not reported: e2e",
    ],
    [
      "by several",
      { ...blocked, checks: ruled({}, ["a", "b", "c", "d"]) },
      "github: required checks not reported: a, b, c and 1 more",
    ],
    ["by review threads", { ...blocked, unresolvedThreads: 2 }, "worker: 2 unresolved review threads"],
    ["by one thread", { ...blocked, unresolvedThreads: 1 }, "worker: 1 unresolved review thread"],
    ["by a review that is required", { ...blocked, review: "required" }, "you: review"],
    [
      "by a rule of its base",
      { ...blocked, rules: ["signed commits"] },
      "you: blocked by GitHub: its base requires signed commits",
    ],
    [
      "by something, while optional checks fail",
      { ...blocked, checks: ruled({ failing: ["docs"], passing: ["unit"] }, ["unit"]) },
      "you: blocked by GitHub without a stated reason; optional check failing: docs",
    ],
  ])("D2: blocked %s is never called ready to merge", (_, given, expected) => {
    expect(waits(given)).toBe(expected);
  });

  test("threads hold nothing up where the host does not say that something does", () => {
    expect(waits({ unresolvedThreads: 2 })).toBe("you: merge, all checks passing");
  });

  test.each<[string, Partial<PullRequest>, string]>([
    ["in the merge queue", { hostMerges: "queue" }, "github: merge queue"],
    ["in the queue, its checks running", { hostMerges: "queue", checks: RUNNING }, "github: merge queue"],
    ["auto-merge", { hostMerges: "auto" }, "github: auto-merge"],
    [
      "auto-merge, its checks running",
      { hostMerges: "auto", checks: RUNNING },
      "github: auto-merge, 3 of 7 running",
    ],
    ["auto-merge, blocked", { hostMerges: "auto", ...blocked }, "github: auto-merge"],
    ["still computing", { mergeable: "unknown" }, "github: mergeability not known yet"],
    ["stored before this was asked", { mergeStatus: "unknown" }, "github: mergeability not known yet"],
  ])("D3: %s waits for GitHub and for no person", (_, given, expected) => {
    expect(waits(given)).toBe(expected);
    expect(waits(given, NO_WORKER)).toBe(expected);
  });

  test.each<[string, Partial<PullRequest>, string]>([
    [
      "it fell out of the queue",
      { hostMerges: "queue_failed" },
      "you: cannot be merged from the merge queue",
    ],
    ["it conflicts", { hostMerges: "queue", mergeStatus: "conflict" }, "you: conflict"],
    ["a check fails", { hostMerges: "auto", checks: RED }, "you: failing checks"],
    ["a review is required", { hostMerges: "auto", review: "required" }, "you: review"],
    ["it was taken out", {}, "you: merge, all checks passing"],
  ])("D4: a person is asked once %s", (_, given, expected) => {
    expect(waits(given, NO_WORKER)).toBe(expected);
  });

  test.each<[string, Partial<PullRequest>, string]>([
    [
      "optional ones are called optional",
      { mergeStatus: "unstable", checks: ruled({ failing: ["docs"], passing: ["unit"] }, ["unit"]) },
      "you: merge, optional check failing: docs",
    ],
    [
      "several",
      { mergeStatus: "unstable", checks: ruled({ failing: ["a", "b", "c", "d"] }, ["unit"]) },
      "you: merge, optional checks failing: a, b, c and 1 more",
    ],
    [
      "a required one is called required",
      { ...blocked, checks: ruled({ failing: ["docs", "unit"] }, ["unit"]) },
      "you: required checks failing",
    ],
    [
      "where nothing is required they are failing",
      { mergeStatus: "unstable", checks: RED },
      "you: failing checks",
    ],
  ])("D5: failing checks: %s", (_, given, expected) => {
    expect(waits(given, NO_WORKER)).toBe(expected);
  });

  test("D6: an approval older than the head names the commit that was approved", () => {
    expect(waits({ approvedCommit: "3f2c1ab9d41de8d8e1b5" })).toBe(
      "you: review or merge, approved 3f2c1ab, changed since",
    );
  });

  test("D7: a review asked for again after changes waits for the reviewer", () => {
    const given = { review: "changes_requested", reviewAgainBy: ["bob"] } as const;
    expect(waits(given, NO_WORKER)).toBe("you: review again by bob");
    expect(waits({ ...given, reviewAgainBy: [] }, NO_WORKER)).toBe("author: changes requested");
  });
});

test.each([merged(), closed(), merged({ mergeable: "conflict", checks: RED, draft: true })])(
  "one that is over waits for nothing: $state",
  (given) => expect(judgeWaits(given, AT_IT)).toBeNull(),
);

const READY = {
  draft: false,
  review: "approved",
  mergeable: "clean",
  mergeStatus: "clean",
  hostMerges: null,
  unresolvedThreads: 0,
  approvedCommit: null,
  mustUpdate: false,
  behindBy: 0,
  checks: checks({ passing: 2 }),
} as const;

const COUNT = fc.nat({ max: 3 });
const ANY = fc.record({
  draft: fc.boolean(),
  review: fc.constantFrom(...REVIEW_STATES),
  mergeable: fc.constantFrom(...MERGEABLE_STATES),
  mergeStatus: fc.constantFrom(...MERGE_STATUSES),
  hostMerges: fc.constantFrom(null, ...HOST_MERGES),
  unresolvedThreads: fc.option(COUNT),
  approvedCommit: fc.constantFrom(null, "a".repeat(40)),
  mustUpdate: fc.boolean(),
  behindBy: fc.option(COUNT),
  checks: fc.record({ failing: COUNT, running: COUNT, passing: COUNT, skipped: COUNT }).map(checks),
});

/** Ready to merge but for a few facts: of any at all, one in tens of thousands is. */
const NEARLY_READY = fc
  .tuple(
    ANY,
    fc.uniqueArray(fc.constantFrom(...(Object.keys(READY) as (keyof typeof READY)[])), { maxLength: 3 }),
  )
  .map(([any, changed]) => ({ ...READY, ...Object.fromEntries(changed.map((key) => [key, any[key]])) }));

const WORK = fc.constantFrom(AT_IT, ENDED, NO_WORKER);

test("R14: an open one always waits for someone, and for something", () => {
  fc.assert(
    fc.property(ANY, WORK, (given, work) => {
      const judged = judgeWaits(pullRequest(given), work);
      expect(AWAITED).toContain(judged?.for);
      expect(WAIT_REASONS).toContain(judged?.because);
      expect(judged?.what).not.toMatch(/^$|undefined|null|NaN/);
      expect(judgeWaits(pullRequest({ ...given, state: "closed" }), work)).toBeNull();
    }),
    { numRuns: 2_000 },
  );
});

test("D8: nothing is called ready to merge unless the host says so and every check that reported passed", () => {
  expect(judgeWaits(pullRequest(READY), AT_IT)?.because).toBe("merge");
  fc.assert(
    fc.property(fc.oneof(ANY, NEARLY_READY), WORK, (given, work) => {
      if (judgeWaits(pullRequest(given), work)?.because !== "merge") return;
      expect(["clean", "unstable"]).toContain(given.mergeStatus);
      expect(given).toMatchObject({
        draft: false,
        mergeable: "clean",
        mustUpdate: false,
        approvedCommit: null,
      });
      expect(given.hostMerges).toBeNull();
      expect(given.checks).toMatchObject({ failing: 0, running: 0, missing: [] });
    }),
    { numRuns: 5_000 },
  );
});
