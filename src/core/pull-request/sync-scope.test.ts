import { describe, expect, test } from "vitest";
import {
  closed,
  merged,
  PATTERNS,
  pullRequest,
  pullRequestsInput,
} from "../../../test/support/pull-request-samples.ts";
import { runFacts, runsInput, sampleRun } from "../../../test/support/run-samples.ts";
import { build, type TaskSketch } from "../../../test/support/task-tree.ts";
import type { PullRequest } from "../contract/pull-request.ts";
import type { Run } from "../contract/run.ts";
import { BRANCHES_MAX, syncTargetsOf } from "./sync-scope.ts";

type Given = {
  readonly runs?: readonly Run[];
  readonly known?: readonly PullRequest[];
  readonly hints?: Readonly<Record<string, number>>;
};

function interest(tasks: readonly TaskSketch[], { runs = [], known = [], hints = {} }: Given = {}) {
  const { rows } = build(tasks, {
    runs: runsInput(runs.map((run) => runFacts(run))),
    pullRequests: pullRequestsInput(known),
  });
  return syncTargetsOf({
    rows: rows.values(),
    runs,
    patterns: PATTERNS,
    hints: new Map(Object.entries(hints)),
  });
}

const tasks: readonly TaskSketch[] = [
  { slug: "planned" },
  { slug: "ready", status: "ready" },
  { slug: "started", status: "in_progress" },
  { slug: "blocked", status: "blocked" },
  { slug: "unreadable", status: null },
  { slug: "completed", status: "completed" },
  { slug: "cancelled", status: "cancelled" },
];

describe("branches that are asked for", () => {
  test("those in progress first, then those that are ready; not planned or finished ones", () => {
    expect(interest(tasks).branches).toEqual([
      "task/started",
      "task/blocked",
      "task/unreadable",
      "task/ready",
    ]);
  });

  test("before all others those with a run or an open pull request, the run's own branch included", () => {
    const runs = [sampleRun({ key: "planned", branch: "claude/x" }), sampleRun({ key: "blocked" })];
    const known = [pullRequest({ branch: "dave/ready" })];
    expect(interest(tasks, { runs, known }).branches).toEqual([
      ...["claude/x", "task/planned", "task/ready", "task/blocked"],
      ...["task/started", "task/unreadable"],
    ]);
  });

  test("a run or a pull request makes no finished task interesting", () => {
    const runs = [sampleRun({ key: "completed", branch: "claude/x" })];
    const known = [pullRequest({ branch: "task/cancelled" })];
    expect(interest(tasks.slice(-2), { runs, known }).branches).toEqual([]);
  });

  const started = (slug: string): TaskSketch => ({ slug, status: "in_progress" });

  test("one that was closed brings its task no further up", () => {
    expect(interest([started("b"), started("a")], { known: [closed()] }).branches).toEqual([
      "task/b",
      "task/a",
    ]);
  });

  test.each<[string, readonly PullRequest[], readonly string[]]>([
    ["a merge: its revert", [merged()], ["revert-712-task/a"]],
    [
      "a merge elsewhere: the branch that it went to",
      [merged({ base: "feature-b" })],
      ["revert-712-task/a", "feature-b"],
    ],
    [
      "a reverted one: the revert of the revert",
      [merged(), merged({ number: 713, branch: "revert-712-task/a", reverts: 712 })],
      ["revert-712-task/a", "revert-713-revert-712-task/a"],
    ],
  ])("D10: what a merge stands or falls with is asked for: %s", (_, known, branches) => {
    expect(interest([started("a")], { known }).branches).toEqual([...branches, "task/a"]);
  });

  test("D10: a revert that the news tell of is a task's", () => {
    const { isTasks } = interest([started("a")], {});
    expect(["revert-712-task/a", "revert-9-revert-712-task/a"].map(isTasks)).toEqual([true, true]);
    expect(isTasks("revert-712-other/b")).toBe(false);
  });

  test("each once, though a run's branch is what the pattern says", () => {
    const runs = [sampleRun({ key: "started", branch: "task/started" })];
    expect(interest([{ slug: "started" }], { runs }).branches).toEqual(["task/started"]);
  });

  test("P9: never more than fit into the requests of one round, the most pressing ones", () => {
    const many = Array.from({ length: 500 }, (_, at): TaskSketch => ({ slug: `t${at}`, status: "ready" }));
    const { branches } = interest([...many, { slug: "started", status: "in_progress" }]);
    expect(branches).toHaveLength(BRANCHES_MAX);
    expect(branches[0]).toBe("task/started");
  });
});

test("numbers are asked for that files of open tasks name, planned ones too", () => {
  const hints = { planned: 1, ready: 2, completed: 3, cancelled: 4, elsewhere: 5 };
  expect(interest(tasks, { hints }).numbers).toEqual([1, 2]);
  const many = Array.from({ length: 500 }, (_, at): TaskSketch => ({ slug: `t${at}` }));
  const all = Object.fromEntries(many.map(({ slug }, at) => [slug, at]));
  expect(interest(many, { hints: all }).numbers).toHaveLength(BRANCHES_MAX);
});

test.each<[branch: string, isTasks: boolean]>([
  ["task/planned", true],
  ["dave/ready", true],
  ["task/completed", true],
  ["claude/x", true],
  ["claude/y", false],
  ["task/ready-again", false],
  ["ready", false],
  ["main", false],
  ["task/__proto__", false],
  ["", false],
])("news of branch %j are of a task: %s", (branch, isTasks) => {
  const runs = [sampleRun({ key: "started", branch: "claude/x" }), sampleRun({ key: "ready", branch: null })];
  expect(interest(tasks, { runs }).isTasks(branch)).toBe(isTasks);
});

test.each<[Run["state"], boolean]>([
  ["queued", false],
  ["dispatching", false],
  ["running", true],
  ["exited", true],
  ["failed", false],
  ["interrupted", false],
])("with a run that is %s a pull request is expected: %s", (state, expecting) => {
  expect(interest(tasks, { runs: [sampleRun({ key: "ready", state })] }).expecting).toBe(expecting);
});
