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
import { AWAITED, judgeWaits } from "./judge-pull-request.ts";
import { MERGEABLE_STATES, type PullRequest, REVIEW_STATES } from "./pull-request.ts";

/** "you: review", with a worker of ours unless told. */
function waits(told: Partial<PullRequest>, hasWorker = true): string | null {
  const judged = judgeWaits(pullRequest(told), { hasWorker });
  return judged && `${judged.for}: ${judged.what}`;
}

/** Each line wants attention on its own; together, whichever stands higher is what it waits for. */
const IN_ORDER: readonly (readonly [Partial<PullRequest>, string])[] = [
  [{ mergeable: "conflict" }, "worker: conflict"],
  [{ checks: RED }, "worker: red checks"],
  [{ review: "changes_requested" }, "worker: changes requested"],
  [{ draft: true }, "worker: still a draft"],
  [{ checks: RUNNING }, "ci: 3 of 7 running"],
  [{ review: "required" }, "you: review"],
  [{ mustUpdate: true, behindBy: 3 }, "worker: 3 behind main"],
  [{}, "you: merge, all green"],
];

describe("what an open one waits for", () => {
  test.each(IN_ORDER)("%j waits for %s", (told, expected) => {
    expect(waits(told)).toBe(expected);
  });

  test.each(IN_ORDER.map(([told, expected], place) => [expected, told, place] as const))(
    "%s comes before all that stands below it",
    (expected, told, place) => {
      const below = IN_ORDER.slice(place + 1).map(([one]) => one);
      expect(waits({ ...Object.assign({}, ...below.toReversed()), ...told })).toBe(expected);
    },
  );

  test.each<[Partial<PullRequest>, string]>([
    [{ checks: checks({ failing: 1, running: 2 }) }, "worker: red checks"],
    [{ checks: checks({ running: 1, skipped: 4 }) }, "ci: 1 of 1 running"],
    [{ checks: checks({}) }, "you: merge, no checks"],
    [{ checks: checks({ skipped: 2 }) }, "you: merge, no checks"],
    [{ review: "none" }, "you: merge, all green"],
    [{ mergeable: "unknown" }, "you: merge, all green"],
    [{ behindBy: 9 }, "you: merge, all green"],
    [{ mustUpdate: true, behindBy: null, base: "develop" }, "worker: behind develop"],
    [{ checks: checks({ running: 1 }), review: "required" }, "ci: 1 of 1 running"],
  ])("%j: %s", (told, expected) => {
    expect(waits(told)).toBe(expected);
  });

  test("without a worker of ours it waits for whoever opened it", () => {
    expect(waits({ mergeable: "conflict" }, false)).toBe("author: conflict");
    expect(waits({ draft: true }, false)).toBe("author: still a draft");
    expect(waits({ review: "required" }, false)).toBe("you: review");
  });
});

test.each([merged(), closed(), merged({ mergeable: "conflict", checks: RED, draft: true })])(
  "one that is over waits for nothing: $state",
  (told) => expect(waits(told)).toBeNull(),
);

test("R14: an open one always waits for somebody, and for something", () => {
  const count = fc.nat({ max: 3 });
  const any = fc.record({
    draft: fc.boolean(),
    review: fc.constantFrom(...REVIEW_STATES),
    mergeable: fc.constantFrom(...MERGEABLE_STATES),
    mustUpdate: fc.boolean(),
    behindBy: fc.option(count),
    checks: fc.record({ failing: count, running: count, passing: count, skipped: count }).map(checks),
  });
  fc.assert(
    fc.property(any, fc.boolean(), (told, hasWorker) => {
      const judged = judgeWaits(pullRequest(told), { hasWorker });
      expect(AWAITED).toContain(judged?.for);
      expect(judged?.what).not.toMatch(/^$|undefined|null|NaN/);
      expect(judgeWaits(pullRequest({ ...told, state: "closed" }), { hasWorker })).toBeNull();
    }),
    { numRuns: 2_000 },
  );
});
