import { describe, expect, test } from "vitest";
import {
  closed,
  deliveryRecord,
  merged,
  PATTERNS,
  pageOf,
  pullRequest,
  pullRequestsInput,
} from "../../../test/support/pull-request-samples.ts";
import { runFacts, sampleRun } from "../../../test/support/run-samples.ts";
import { type TaskSketch, taskRecord, treeIndex } from "../../../test/support/task-tree.ts";
import type { CommitSha } from "../contract/commit-sha.ts";
import type { PullRequest } from "../contract/pull-request.ts";
import type { Run } from "../contract/run.ts";
import { linkTree } from "../links/link-tree.ts";
import { NOTHING_SEEN, type RunFacts } from "../run/run-facts.ts";
import { hintedNumber, type LinkedPullRequests, linkPullRequests } from "./link-pull-requests.ts";
import type { PullRequestsInput } from "./pull-requests-input.ts";

type Given = {
  readonly tasks?: readonly TaskSketch[];
  readonly known: readonly PullRequest[];
  readonly runs?: readonly RunFacts[];
  readonly input?: Partial<PullRequestsInput>;
  readonly before?: LinkedPullRequests;
};

/** Task `a` alone, and no one at work, unless given. */
function link({ tasks = [{ slug: "a" }], known, runs = [], input, before }: Given): LinkedPullRequests {
  const tree = linkTree(treeIndex(tasks.map(taskRecord)), null);
  const byKey = new Map(runs.map((one) => [one.run.key, one]));
  return linkPullRequests(tree.tasks, { runs: byKey, input: pullRequestsInput(known, input) }, before);
}

/** "a: #712 by branch, rivals #698". */
function values(linked: LinkedPullRequests): readonly string[] {
  return [...linked].map(
    ([
      key,
      {
        pullRequest: { number },
        linkedBy,
        rivals,
      },
    ]) => {
      const others = rivals.map((rival) => `#${rival.number}`).join(" ");
      return `${key}: #${number} by ${linkedBy}${others === "" ? "" : `, rivals ${others}`}`;
    },
  );
}

function run(change: Partial<Run>, seen: Partial<RunFacts["seen"]> = {}): RunFacts {
  return runFacts(sampleRun(change), { seen: { ...NOTHING_SEEN, ...seen } });
}

const ELSEWHERE = { branch: "somewhere/else" };

describe("by branch", () => {
  test.each<[string, Given, readonly string[]]>([
    ["a pattern names the task", { known: [pullRequest()] }, ["a: #712 by branch"]],
    ["a branch of no one's", { known: [pullRequest(ELSEWHERE)] }, []],
    ["a longer slug is another task's", { known: [pullRequest({ branch: "task/a-again" })] }, []],
    ["without patterns only a run tells", { known: [pullRequest()], input: { patterns: [] } }, []],
    [
      "the run's branch, whatever it is called",
      { known: [pullRequest(ELSEWHERE)], runs: [run({ branch: "somewhere/else" })] },
      ["a: #712 by branch"],
    ],
    [
      "another task's run",
      {
        tasks: [{ slug: "a" }, { slug: "b" }],
        known: [pullRequest(ELSEWHERE)],
        runs: [run({ key: "b", branch: "somewhere/else" })],
      },
      ["b: #712 by branch"],
    ],
    [
      "the branch that is checked out in its worktree",
      { known: [pullRequest(ELSEWHERE)], runs: [run({}, { branch: "somewhere/else" })] },
      ["a: #712 by branch"],
    ],
    [
      "the commit that is checked out there",
      { known: [pullRequest(ELSEWHERE)], runs: [run({}, { head: "head-of-712", commits: 1 })] },
      ["a: #712 by branch"],
    ],
    [
      "that commit of one that is over says nothing: it may be anyone's base",
      { known: [merged(ELSEWHERE)], runs: [run({}, { head: "head-of-712", commits: 1 })] },
      [],
    ],
    [
      "a worktree without commits of its own has the base as its head, whatever else that is merged into",
      {
        known: [pullRequest({ branch: "main", base: "production" })],
        runs: [run({ baseCommit: "head-of-712" as CommitSha }, { head: "head-of-712", commits: null })],
      },
      [],
    ],
    [
      "nor does one that was brought up to date and holds nothing else",
      {
        known: [pullRequest({ branch: "main", base: "production" })],
        runs: [run({ baseCommit: "older" as CommitSha }, { head: "head-of-712", commits: 0 })],
      },
      [],
    ],
    ["a run without branch and worktree", { known: [pullRequest({ branch: "" })], runs: [run({})] }, []],
  ])("%s", (_, given, expected) => {
    expect(values(link(given))).toEqual(expected);
  });

  test("a slug that two tasks share links to neither, but each one's run does", () => {
    const tasks = [{ slug: "a" }, { slug: "a", workstream: "web" }, { slug: "b" }];
    const known = [pullRequest(), pullRequest({ number: 5, branch: "task/b" })];
    expect(values(link({ tasks, known }))).toEqual(["b: #5 by branch"]);
    const runs = [run({ key: "web/a", branch: "task/a" })];
    expect(values(link({ tasks, known, runs }))).toEqual(["web/a: #712 by branch", "b: #5 by branch"]);
  });

  test("a branch of a fork is called what anyone likes, and links to nothing", () => {
    const known = [pullRequest({ fork: true })];
    const runs = [run({ branch: "task/a" }, { branch: "task/a", head: "head-of-712", commits: 1 })];
    expect(values(link({ known, runs }))).toEqual([]);
  });

  test.each(["__proto__", "constructor", "toString"])(
    "S14: a task called %s is linked like any other",
    (slug) => {
      expect(values(link({ tasks: [{ slug }], known: [] }))).toEqual([]);
      const known = [pullRequest({ branch: `task/${slug}` })];
      expect(values(link({ tasks: [{ slug }], known }))).toEqual([`${slug}: #712 by branch`]);
    },
  );
});

describe("of several", () => {
  const old = pullRequest({ number: 1 });
  test.each<[string, readonly PullRequest[], string]>([
    ["open before merged", [merged({ number: 9 }), old], "a: #1 by branch"],
    ["open before closed", [closed({ number: 9 }), old], "a: #1 by branch"],
    ["merged before closed", [closed({ number: 9 }), merged({ number: 1 })], "a: #1 by branch"],
    ["of merged the newest", [merged({ number: 9 }), merged({ number: 1 })], "a: #9 by branch"],
    ["of closed the newest", [closed({ number: 1 }), closed({ number: 9 })], "a: #9 by branch"],
    ["two open ones are rivals", [old, pullRequest({ number: 9 })], "a: #9 by branch, rivals #1"],
    [
      "rivals stand newest first, in whichever order they were learned of",
      [pullRequest({ number: 5 }), pullRequest({ number: 9 }), old, pullRequest({ number: 7 })],
      "a: #9 by branch, rivals #7 #5 #1",
    ],
    [
      "D9: the branch that a pattern names exactly wins, its rivals may be on others, and what is over is none",
      [old, pullRequest({ number: 2, branch: "dave/a" }), merged({ number: 3 })],
      "a: #1 by branch, rivals #2",
    ],
  ])("%s", (_, known, expected) => {
    expect(values(link({ known }))).toEqual([expected]);
    expect(values(link({ known: known.toReversed() }))).toEqual([expected]);
  });

  test("one that is found in several ways is one, not its own rival", () => {
    const runs = [run({ branch: "task/a" }, { branch: "task/a", head: "head-of-712", commits: 1 })];
    expect(values(link({ known: [pullRequest()], runs }))).toEqual(["a: #712 by branch"]);
  });
});

describe("by hint", () => {
  const hinting = (number: number | null, url: string | null = null): readonly TaskSketch[] => [
    { slug: "a", pullRequest: { number, url } },
  ];
  const other = pullRequest(ELSEWHERE);

  test.each<[string, Given, readonly string[]]>([
    ["by number", { tasks: hinting(712), known: [other] }, ["a: #712 by hint"]],
    ["by address", { tasks: hinting(null, pageOf(712)), known: [other] }, ["a: #712 by hint"]],
    ["of a fork", { tasks: hinting(712), known: [pullRequest({ fork: true })] }, ["a: #712 by hint"]],
    ["merged", { tasks: hinting(712), known: [merged(ELSEWHERE)] }, ["a: #712 by hint"]],
    ["a number that is not known", { tasks: hinting(7), known: [other] }, []],
    [
      "a branch counts more",
      { tasks: hinting(712), known: [other, pullRequest({ number: 5 })] },
      ["a: #5 by branch"],
    ],
    [
      "even one that was closed",
      { tasks: hinting(712), known: [other, closed({ number: 5 })] },
      ["a: #5 by branch"],
    ],
    [
      "an address of a repository that is not known yet",
      { tasks: hinting(null, pageOf(712)), known: [other], input: { repository: null } },
      [],
    ],
  ])("%s", (_, given, expected) => {
    expect(values(link(given))).toEqual(expected);
  });

  test.each<[url: string, number: number | null]>([
    ["https://github.com/acme/app/pull/712", 712],
    ["https://github.com/ACME/App/pull/712", 712],
    ["http://git.corp.example/acme/app/pull/712", 712],
    ["https://github.com/acme/app/pull/712/files?w=1#r1", 712],
    ["https://github.com/acme/app/pull/712#issuecomment-1", 712],
    ["https://github.com/acme/other/pull/712", null],
    ["https://github.com/evil/acme/app/pull/712", null],
    ["https://github.com/acme/app/pull/712x", null],
    ["https://github.com/acme/app/issues/712", null],
    ["https://github.com/acme/app/pull/", null],
    ["https://github.com/acme/app/pull/99999999999", null],
    ["x https://github.com/acme/app/pull/712", null],
    ["", null],
  ])("%s means %s", (url, number) => {
    expect(hintedNumber({ number: null, url }, "acme/app")).toBe(number);
  });

  test("a number counts more than an address; without either there is none", () => {
    expect(hintedNumber({ number: 5, url: pageOf(712) }, "acme/app")).toBe(5);
    expect(hintedNumber({ number: null, url: null }, null)).toBeNull();
  });
});

describe("from build to build", () => {
  const tasks = [{ slug: "a" }, { slug: "b" }];
  const ofB = pullRequest({ number: 5, branch: "task/b" });
  const before = link({ tasks, known: [pullRequest(), ofB] });

  test("facts that are equal keep their identity, those of others too", () => {
    const known = structuredClone([pullRequest({ title: "New title" }), ofB]);
    const after = link({ tasks, known, before });
    expect(after.get("b")).toBe(before.get("b"));
    expect(after.get("a")).not.toBe(before.get("a"));
    expect(after.get("a")?.pullRequest.title).toBe("New title");
  });

  test.each<[string, Partial<PullRequestsInput>]>([
    ["what was done for it", { deliveryRecords: new Map([[712, deliveryRecord()]]) }],
    ["a rival", { known: [pullRequest(), ofB, pullRequest({ number: 6 })] }],
  ])("%s makes them new", (_, input) => {
    const after = link({ tasks, known: [pullRequest(), ofB], input, before });
    expect(after.get("a")).not.toBe(before.get("a"));
    expect(after.get("b")).toBe(before.get("b"));
  });

  test("what was done for another one is not this one's", () => {
    const care = new Map([[5, deliveryRecord({ number: 5 })]]);
    const after = link({ tasks, known: [pullRequest(), ofB], input: { deliveryRecords: care } });
    expect([after.get("a")?.deliveryRecord, after.get("b")?.deliveryRecord]).toEqual([
      null,
      deliveryRecord({ number: 5 }),
    ]);
  });

  test("without any pull request nothing is linked, whatever there was", () => {
    expect(link({ tasks, known: [], before }).size).toBe(0);
  });
});

test("each task is looked at once: thousands of tasks and branches are linked at once", () => {
  const tasks = Array.from({ length: 2_000 }, (_, at): TaskSketch => ({ slug: `t${at}` }));
  const known = tasks.map(({ slug }, at) => pullRequest({ number: at + 1, branch: `task/${slug}` }));
  const linked = link({ tasks, known, input: { patterns: PATTERNS } });
  expect(linked.size).toBe(2_000);
  expect(linked.get("t7")?.pullRequest.number).toBe(8);
});
