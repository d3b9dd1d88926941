import { describe, expect, test } from "vitest";
import {
  closed,
  merged,
  pullRequest,
  pullRequestsInput,
} from "../../../test/support/pull-request-samples.ts";
import { runFacts, sampleRun } from "../../../test/support/run-samples.ts";
import { NOON_MS, type TaskSketch, taskRecord, treeIndex } from "../../../test/support/task-tree.ts";
import type { PullRequest } from "../contract/pull-request.ts";
import { linkTree } from "../links/link-tree.ts";
import { DAY_MS, HOUR_MS } from "../values/durations.ts";
import { CLOCKS_DIFFER_MS } from "./judge-merge.ts";
import { type LinkInput, linkPullRequests } from "./link-pull-requests.ts";
import { mergeWords } from "./pull-request-words.ts";

type Given = {
  readonly task?: Partial<TaskSketch>;
  readonly startBranch?: string | null;
} & Partial<LinkInput> & {
    /** When the task's file was added; an hour before noon unless given. */
    readonly addedMs?: number | null;
    readonly firstSeenMs?: number;
    readonly mtimeMs?: number;
  };

/** What becomes of task `a`. */
function judged(known: readonly PullRequest[], given: Given = {}) {
  const { task, startBranch = null, addedMs = NOON_MS - HOUR_MS, ...input } = given;
  const record = taskRecord({ slug: "a", ...task });
  const { firstSeenMs = NOON_MS + DAY_MS, mtimeMs = NOON_MS + DAY_MS } = given;
  const seen = { ...record, firstSeenMs, stamp: { ...record.stamp, mtimeMs } };
  const linked = linkPullRequests(linkTree(treeIndex([seen]), null).tasks, {
    runs: new Map(),
    input: pullRequestsInput(known, { startBranch }),
    addedDatesMs: new Map(addedMs === null ? [] : [[record.stamp.path, addedMs]]),
    ...input,
  });
  return linked.get("a");
}

/** "#712 merged into feature-b, not in main yet; #5 would bring it there". */
function words(known: readonly PullRequest[], given: Given = {}): string {
  const facts = judged(known, given);
  if (facts === undefined) return "none";
  const { pullRequest: one, merge } = facts;
  return `#${one.number} ${merge === null ? one.state : mergeWords(one, merge).words}`;
}

describe("a merge and the beginning of its task", () => {
  test("D11: a merge older than the task is not its delivery", () => {
    const old = merged({ mergedAtMs: NOON_MS - 700 * DAY_MS });
    expect(words([old])).toBe("#712 merged on 2024-04-23, before this task started (2026-03-24)");
    expect(judged([old])?.merge?.as).toBe("earlier");
  });

  test.each<[string, PullRequest, Given]>([
    ["merged after the file was added", merged(), {}],
    ["the squash brought the file along", merged(), { addedMs: NOON_MS + 1_000 }],
    ["the host's clock is a little behind", merged(), { addedMs: NOON_MS + CLOCKS_DIFFER_MS }],
    [
      "the file was seen before it was added",
      merged(),
      { addedMs: NOON_MS + DAY_MS, firstSeenMs: NOON_MS - 1 },
    ],
    ["a file in no commit, last changed before", merged(), { addedMs: null, mtimeMs: NOON_MS - 1 }],
    ["git has not been asked yet", merged({ mergedAtMs: 0 }), { addedDatesMs: null }],
    [
      "a run was queued before, whenever the file was added",
      merged(),
      {
        addedMs: NOON_MS + DAY_MS,
        runs: new Map([
          ["a", runFacts(sampleRun({ queued: { by: "dave", atMs: NOON_MS - 1, note: null } }))],
        ]),
      },
    ],
    [
      "the file names it by its number",
      merged({ mergedAtMs: 0 }),
      { task: { pullRequest: { number: 712, url: null } } },
    ],
  ])("D11: it counts where %s", (_, one, given) => {
    expect(judged([one], given)?.merge).toEqual({ as: "delivered" });
  });

  test.each<[string, Given]>([
    ["added long after", { addedMs: NOON_MS + CLOCKS_DIFFER_MS + 1 }],
    ["in no commit, first seen and changed after", { addedMs: null }],
  ])("D11: it does not where the file was %s", (_, given) => {
    expect(judged([merged()], given)?.merge?.as).toBe("earlier");
  });

  test("what was closed before the task began is not its pull request at all", () => {
    expect(words([closed({ closedAtMs: NOON_MS - DAY_MS })])).toBe("none");
    expect(words([closed({ closedAtMs: NOON_MS - DAY_MS }), pullRequest({ number: 7 })])).toBe("#7 open");
  });

  test("D11: a newer one counts, whatever was merged before the task began", () => {
    const old = merged({ number: 3, mergedAtMs: NOON_MS - 700 * DAY_MS });
    expect(words([old, pullRequest({ number: 9 })])).toBe("#9 open");
    expect(words([old, merged({ number: 9, branch: "dave/a" })])).toBe("#9 merged");
  });
});

describe("several branches that match a task's name", () => {
  const daves = merged({ number: 3, branch: "dave/a" });
  const evas = merged({ number: 4, branch: "eva/a" });

  test.each<[string, readonly PullRequest[], Given, string]>([
    ["one by a star alone counts", [daves], {}, "#3 merged"],
    ["the one that is named exactly wins", [daves, merged({ number: 1 }), evas], {}, "#1 merged"],
    ["an open one that is named exactly wins", [daves, pullRequest({ number: 1 })], {}, "#1 open"],
    [
      "two by a star alone are not guessed",
      [daves, evas],
      {},
      "#4 merged, and so was #3 (dave/a): unclear which one is this task's",
    ],
    [
      "unless the file names one",
      [daves, evas],
      { task: { pullRequest: { number: 3, url: null } } },
      "#3 merged",
    ],
    ["or one is older than the task", [{ ...daves, mergedAtMs: 0 }, evas], {}, "#4 merged"],
    [
      "two of one branch are one after the other",
      [daves, merged({ number: 5, branch: "dave/a" })],
      {},
      "#5 merged",
    ],
    ["an open one continues", [daves, pullRequest({ number: 2, branch: "eva/a" })], {}, "#2 open"],
  ])("D9: %s", (_, known, given, expected) => {
    expect(words(known, given)).toBe(expected);
    expect(words(known.toReversed(), given)).toBe(expected);
  });
});

describe("reverts", () => {
  const first = merged({ number: 6 });
  const revert = merged({ number: 7, branch: "revert-6-task/a", reverts: 6 });
  const again = merged({ number: 8, branch: "revert-7-revert-6-task/a", reverts: 7 });
  const undone = "#6 merged, then reverted by #7: its work is not in main";

  test.each<[string, readonly PullRequest[], string]>([
    ["a merged revert takes the work out again", [first, revert], undone],
    ["an open revert takes nothing out yet", [first, { ...revert, state: "open" }], "#6 merged"],
    ["nor one that was closed", [first, { ...revert, state: "closed" }], "#6 merged"],
    ["a revert of the revert brings it back", [first, revert, again], "#6 merged"],
    ["not while it is open", [first, revert, { ...again, state: "open" }], undone],
    [
      "a third revert takes it out again",
      [first, revert, again, merged({ number: 9, branch: "x", reverts: 8 })],
      undone,
    ],
    ["whatever the branch of the revert is called", [first, { ...revert, branch: "oops" }], undone],
    ["a newer pull request continues", [first, revert, pullRequest({ number: 9 })], "#9 open"],
    ["a newer merge delivers", [first, revert, merged({ number: 9 })], "#9 merged"],
    ["a revert of another branch's", [first, { ...revert, base: "release" }], "#6 merged"],
    ["a number that is older than what it names", [first, { ...revert, number: 2 }], "#6 merged"],
    ["a revert is not the task's own", [{ ...revert, state: "open" }], "none"],
  ])("D12: %s", (_, known, expected) => {
    expect(words(known)).toBe(expected);
    expect(words(known.toReversed())).toBe(expected);
  });

  test("D12: what to do is said, and who could bring it back", () => {
    const hintOf = (known: readonly PullRequest[]) => {
      const facts = judged(known);
      return facts?.merge ? mergeWords(facts.pullRequest, facts.merge).hint : null;
    };
    expect(hintOf([first, revert])).toContain("Kick the task off again");
    expect(hintOf([first, revert, { ...again, state: "open" }])).toBe(
      "Merge #8 to bring it back, or kick the task off again.",
    );
  });
});

describe("stacks", () => {
  const stacked = merged({ base: "feature-b" });
  const below = (given: Partial<PullRequest>) => pullRequest({ number: 5, branch: "feature-b", ...given });
  const later = { state: "merged", mergedAtMs: NOON_MS + 1 } as const;

  test.each<[string, readonly PullRequest[], Given, string]>([
    ["no one brings it on", [stacked], {}, "#712 merged into feature-b, not in main yet"],
    [
      "an open one would",
      [stacked, below({})],
      {},
      "#712 merged into feature-b, not in main yet; #5 would bring it there",
    ],
    ["it was brought there", [stacked, below(later)], {}, "#712 merged"],
    [
      "it came too late for that",
      [stacked, below({ ...later, mergedAtMs: NOON_MS - 1 })],
      {},
      "#712 merged into feature-b, not in main yet",
    ],
    [
      "through two branches",
      [
        stacked,
        below({ ...later, base: "feature-c" }),
        merged({ number: 4, branch: "feature-c", mergedAtMs: NOON_MS + 2 }),
      ],
      {},
      "#712 merged",
    ],
    [
      "only as far as the second",
      [stacked, below({ ...later, base: "feature-c" })],
      {},
      "#712 merged into feature-b, not in main yet",
    ],
    [
      "what brought it there was reverted",
      [stacked, below(later), merged({ number: 9, branch: "r", reverts: 5 })],
      {},
      "#712 merged into feature-b, not in main yet",
    ],
    [
      "a circle of branches",
      [stacked, below({ ...later, base: "task/a" })],
      {},
      "#712 merged into feature-b, not in main yet",
    ],
    ["new work starts there", [stacked], { startBranch: "feature-b" }, "#712 merged"],
    ["the default branch counts as well", [merged()], { startBranch: "develop" }, "#712 merged"],
    [
      "the default branch is as the host has it",
      [merged({ base: "trunk", defaultBranch: "trunk" })],
      { gitDefaultBranch: "main" },
      "#712 merged",
    ],
    [
      "where the host was not asked, as git has it",
      [merged({ base: "feature-b", defaultBranch: null })],
      { gitDefaultBranch: "main" },
      "#712 merged into feature-b, not in main yet",
    ],
    ["nothing is known of a base", [merged({ base: "x", defaultBranch: null })], {}, "#712 merged"],
  ])("D13: merged into another branch than the base: %s", (_, known, given, expected) => {
    expect(words(known, given)).toBe(expected);
  });
});
