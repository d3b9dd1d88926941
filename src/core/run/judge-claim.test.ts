import { describe, expect, test } from "vitest";
import type { PullRequestView } from "../contract/pull-request-view.ts";
import { RUN_STATES, type Run, type RunId } from "../contract/run.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { problem } from "../problems/problem-table.ts";
import { type RemovalRequest, type WorktreeState, whyWorktreeStays } from "../worker/judge-worktree.ts";
import { describeOpenRun, hintFor, judgeClaim, judgeKickoff } from "./judge-claim.ts";
import { judgeClosing, taskResolutionOf } from "./judge-closing.ts";
import { queueRun } from "./run-transitions.ts";

const QUEUED = queueRun({
  id: "r1" as RunId,
  key: "a",
  owner: null,
  act: { by: "dave", atMs: 0 },
  note: null,
});
const QUESTION = { number: 1, text: "Which?", choices: [], askedAtMs: 0, answer: null };
const runIn = (state: Run["state"], changes: Partial<Run> = {}): Run => ({
  ...QUEUED,
  state,
  attempt: 2,
  host: "desk",
  ...changes,
});
const BY_HAND: Partial<Run> = { kind: "by_hand", workerName: "mia" };
const TASK = {
  key: "a",
  slug: "a",
  status: "ready",
  file: "tasks/a.md",
  problems: [],
} as const satisfies Partial<TaskRow>;

describe("who has a task, and the command that was probably meant", () => {
  test.each<[Run, string, RegExp]>([
    [QUEUED, "a is queued by dave", /tasks dispatch.*tasks stop a/],
    [runIn("dispatching"), "The worker of a is starting (attempt 2)", /tasks continue a/],
    [runIn("running"), "A worker is running on a (attempt 2, host desk)", /tasks continue a.*tasks stop a/],
    [runIn("running", { host: null }), "A worker is running on a (attempt 2)", /tasks stop a/],
    [runIn("running", BY_HAND), "mia has claimed a", /tasks release a/],
    [runIn("running", { kind: "by_hand" }), "dave has claimed a", /tasks release a/],
    [runIn("exited"), "The worker of a has ended (exited)", /tasks continue a.*tasks kickoff a/],
    [runIn("failed"), "The worker of a has ended (failed)", /tasks kickoff a/],
    [
      runIn("interrupted", { question: QUESTION }),
      "The worker of a has asked a question and ended",
      /tasks answer a/,
    ],
    [runIn("closed"), "The run of a is closed", /tasks kickoff a/],
  ])("%#", (run, hold, remedy) => {
    expect(describeOpenRun(run)).toBe(hold);
    expect(hintFor(run)).toMatch(remedy);
  });

  test("S19: a name that could act on a terminal is quoted", () => {
    expect(describeOpenRun({ ...QUEUED, key: "a\u001B[31m" })).not.toContain("\u001B");
  });
});

describe("one claim per task", () => {
  test("no one has it, or what has ended makes room", () => {
    expect(judgeClaim(TASK, null)).toEqual({ kind: "free", supersedes: null });
    for (const state of ["exited", "failed", "interrupted"] as const) {
      const ended = runIn(state);
      expect(judgeClaim(TASK, ended)).toEqual({ kind: "free", supersedes: ended });
    }
  });

  test.each([QUEUED, runIn("dispatching"), runIn("running"), runIn("running", BY_HAND)])(
    "taken %#",
    (run) => {
      expect(judgeClaim(TASK, run)).toMatchObject({
        kind: "refused",
        code: "run_refused",
        message: `${describeOpenRun(run)}.`,
        hint: hintFor(run),
      });
    },
  );

  test("a task that is over, and for a worker one whose slug is shared", () => {
    expect(judgeClaim({ ...TASK, status: "completed" }, null)).toMatchObject({ message: "a is completed." });
    expect(judgeClaim({ ...TASK, status: null }, null)).toMatchObject({ kind: "free" });
    const shared = { ...TASK, key: "x/a" };
    expect(judgeClaim(shared, null)).toMatchObject({ kind: "free" });
    expect(judgeKickoff(shared, null)).toMatchObject({
      kind: "refused",
      hint: expect.stringContaining("tasks/a.md"),
    });
    expect(judgeKickoff(TASK, null)).toMatchObject({ kind: "free" });
  });
});

describe("a run is over when its task is, and no worker of ours may live", () => {
  const closed = (standing: Parameters<typeof judgeClosing>[1], kind: Run["kind"]) =>
    RUN_STATES.filter((state) => judgeClosing({ state, kind }, standing) !== null);

  const PULL_REQUEST = { number: 712, state: "merged" } as PullRequestView;

  test.each(["completed", "cancelled", "merged as #712"] as const)("%s", (standing) => {
    expect(closed(standing, "supervised")).toEqual(["queued", "exited", "failed", "interrupted"]);
    expect(closed(standing, "by_hand")).toContain("running");
    expect(judgeClosing(QUEUED, standing)?.as).toBe(standing === "cancelled" ? "abandoned" : "delivered");
  });

  test("never while the task is open", () => {
    expect(closed("open", "supervised")).toEqual([]);
    const row = (status: "ready" | null, rule = "ready") => ({ status, rule, pull_request: PULL_REQUEST });
    const rows = [row("ready"), row(null), row("ready", "merged")];
    expect(rows.map(taskResolutionOf)).toEqual(["open", "open", "merged as #712"]);
  });
});

const HOLDS = { changedFiles: 0, commits: 0, merged: true, obstacle: null, onlyHere: [] };

test.each<[Partial<WorktreeState>, RemovalRequest["open"], string | null]>([
  [{ changedFiles: 0, commits: 0, merged: true }, null, null],
  [{ changedFiles: 0, commits: null, merged: true }, null, null],
  [{ changedFiles: 1, commits: 0, merged: true }, null, "1 file changed"],
  [{ changedFiles: 0, commits: 3, merged: false }, null, "3 commits not in the base"],
  [{ changedFiles: 0, commits: null, merged: false }, null, "its commits are not in the base"],
  [{ changedFiles: null, commits: 0, merged: true }, null, "git cannot tell what is in it"],
  [{ changedFiles: 0, commits: 0, merged: null }, null, "git cannot tell what is in it"],
  [{ obstacle: "a rebase is in progress in it" }, null, "a rebase is in progress in it"],
  [{ onlyHere: null }, null, "git cannot tell what is in it"],
  [
    { onlyHere: [{ kind: "ignored", count: 2, names: ["data/", ".env"] }] },
    null,
    "only here: 2 ignored files (data/ and .env)",
  ],
  [{ changedFiles: 0, commits: 0, merged: true }, runIn("running"), "a worker is running in it"],
  [{ changedFiles: 0, commits: 0, merged: true }, runIn("exited"), "the run of its task is open (exited)"],
  [{ changedFiles: 0, commits: 0, merged: true }, runIn("running", BY_HAND), "its task is claimed by mia"],
  [
    { changedFiles: 0, commits: 0, merged: true },
    runIn("running", { kind: "by_hand" }),
    "its task is claimed by a person",
  ],
])("a worktree stays while anything in it would be lost, or someone may need it: %#", (state, open, why) => {
  expect(whyWorktreeStays({ ...HOLDS, ...state }, { open, discard: false })).toBe(why);
});

test("W14: what exists nowhere else goes only when a person asks for it; changes and commits of a branch never", () => {
  const onlyHere = [
    { kind: "ignored", count: 1, names: ["data/"] },
    { kind: "unreferenced", count: 1, names: ["1a2b3c4 Try it"] },
    { kind: "submodule", count: 1, names: ["lib: x, changed"] },
  ] as const;
  const stays = (state: Partial<WorktreeState>, discard: boolean) =>
    whyWorktreeStays({ ...HOLDS, ...state }, { open: null, discard });
  expect(stays({ onlyHere }, false)).toBe(
    'only here: 1 ignored file (data/); 1 commit on no branch ("1a2b3c4 Try it"); 1 item that only a submodule has ("lib: x, changed")',
  );
  expect(stays({ onlyHere }, true)).toBeNull();
  expect(stays({ onlyHere, changedFiles: 1 }, true)).toBe("1 file changed");
  expect(stays({ onlyHere, commits: 1, merged: false }, true)).toBe("1 commit not in the base");
});

test("T20: no worker is started for a file that cannot be read, and the refusal says why; by hand it may be fixed", () => {
  const empty = problem("file_empty", { file: "tasks/a.md", line: null }, {});
  const unreadable = { ...TASK, problems: [empty] };
  expect(judgeKickoff(unreadable, null)).toMatchObject({
    kind: "refused",
    code: "run_refused",
    message: "tasks/a.md cannot be read, so no worker is started for it: The file is empty.",
    hint: empty.hint,
  });
  expect(judgeClaim(unreadable, null)).toMatchObject({ kind: "free" });
});
