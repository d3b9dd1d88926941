import { expect, test } from "vitest";
import {
  closed,
  merged,
  PATTERNS,
  pullRequest,
  pullRequestsInput,
} from "../../../test/support/pull-request-samples.ts";
import { build, NOON_MS, type TaskSketch } from "../../../test/support/task-tree.ts";
import type { PullRequest } from "../contract/pull-request.ts";
import { KEPT_MS, outdatedNumbers } from "./expired-pull-requests.ts";

const OLD_MS = NOON_MS - KEPT_MS - 1;
const OLD = { mergedAtMs: OLD_MS };
const OVER: TaskSketch = { slug: "a", status: "completed" };
const OPEN: TaskSketch = { slug: "a", status: "in_progress" };

test.each<[string, PullRequest, readonly TaskSketch[], readonly number[], "kept" | "dropped"]>([
  ["its task is completed", merged(OLD), [OVER], [], "dropped"],
  [
    "its task is cancelled",
    closed({ closedAtMs: OLD_MS }),
    [{ ...OVER, status: "cancelled" }],
    [],
    "dropped",
  ],
  ["there is no such task", merged(OLD), [], [], "dropped"],
  ["not yet that old", merged({ mergedAtMs: OLD_MS + 1 }), [], [], "kept"],
  ["open, however old", pullRequest({ createdAtMs: OLD_MS, closedAtMs: OLD_MS }), [], [], "kept"],
  ["no one knows when it ended", closed({ closedAtMs: null }), [], [], "kept"],
  ["its task is open", merged(OLD), [OPEN], [], "kept"],
  ["its task cannot be read", merged(OLD), [{ slug: "a", status: null }], [], "kept"],
  ["the file of an open task names it", merged({ ...OLD, branch: "x" }), [OPEN], [712], "kept"],
  [
    "an open task's row shows it",
    merged({ ...OLD, branch: "x" }),
    [{ ...OPEN, pullRequest: { number: 712, url: null } }],
    [],
    "kept",
  ],
  ["another task is open", merged(OLD), [{ slug: "b" }], [], "dropped"],
])("long ago merged or closed, and %s", (_, one, tasks, hinted, expected) => {
  const { rows } = build(tasks, { pullRequests: pullRequestsInput([one]) });
  const gone = outdatedNumbers({
    ...{ known: [one], rows: rows.values(), hinted, patterns: PATTERNS, nowMs: NOON_MS },
  });
  expect(gone).toEqual(expected === "kept" ? [] : [712]);
});
