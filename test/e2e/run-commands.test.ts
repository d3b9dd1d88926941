// The commands of runs where nothing needs to be started: exit codes, errors with a remedy, JSON, lists that are cut.

import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/git-repository.ts";
import { exampleTree, runTasks, runTasksJson } from "./tasks-process.ts";

const READY = "add-strict-owner-validation";

describe("C3, C5: what is wrong, and what next", () => {
  test.each<[string, readonly string[], number, RegExp, RegExp]>([
    ["no worker", ["kickoff", READY], 1, /No worker is configured/, /tasks worker use/],
    ["an unknown task", ["kickoff", "add-strict-owner-validatio"], 1, /No task is called/, /Did you mean/],
    ["no one at work", ["stop", READY], 1, /No one is working on/, /tasks kickoff/],
    ["nothing to stop", ["stop"], 2, /Name the tasks to stop, or --all/, /For example/],
    ["both", ["stop", READY, "--all"], 2, /not both/, /For example/],
    ["no prompt", ["continue", READY], 2, /--prompt is missing/, /For example/],
    ["no question", ["answer", READY, "eu"], 1, /No one is working on/, /tasks runs/],
    ["not active", ["is-active", READY], 1, /No one is working on/, /tasks kickoff/],
    ["no log", ["logs", READY], 1, /has no runs yet/, /tasks kickoff/],
    ["no run to report for", ["report", "--progress", "x"], 2, /TASKS_RUN and TASKS_EPOCH/, /--task/],
    [
      "no work by hand",
      ["finish", "--outcome", "done", "--task", READY],
      1,
      /No one is working on/,
      /tasks claim/,
    ],
    ["no outcome", ["finish"], 2, /--outcome is missing/, /done, blocked, failed/],
    ["an unknown outcome", ["finish", "--outcome", "fine"], 2, /fine/, /tasks finish --help/],
    [
      "two reports",
      ["report", "--progress", "x", "--waiting-on", "y"],
      2,
      /either --progress, or/,
      /For example/,
    ],
    [
      "a time that is none",
      ["report", "--waiting-on", "CI", "--until", "soon"],
      2,
      /which is not a time/,
      /14:20/,
    ],
    ["an empty question", ["ask", " "], 2, /question is empty/, /For example/],
    ["no time to snooze", ["snooze", READY], 2, /--until is missing/, /16:00/],
    ["nothing to acknowledge", ["acknowledge", READY], 1, /needs a person/, /tasks show|Its signals/],
    ["an unknown verb", ["worktrees", "clean"], 2, /does not know "clean"/, /prune/],
    ["a dry list", ["worktrees", "--dry-run"], 2, /belongs to/, /prune --dry-run/],
    ["an unknown hook verb", ["hooks", "add"], 2, /does not know "add"/, /uninstall/],
    ["hooks that are no longer installed", ["hooks", "install"], 2, /install` is gone/, /docs\/runs\.md/],
    [
      "a folder that is none",
      ["claim", READY, "--worktree", "nowhere"],
      2,
      /not a folder/,
      /git worktree add/,
    ],
    ["a run that is none", ["runs", "--before", "x"], 2, /no run "x"/, /without --before/],
    ["a count that is none", ["dispatch", "--max", "many"], 2, /--max is "many"/, /Leave it out/],
    ["no git", ["doctor"], 1, /every worker from starting/, /Fix the problems/],
  ])("%s", async (_what, words, code, what, next) => {
    const result = await runTasks(words, { cwd: exampleTree() });
    expect(result.stderr).toMatch(what);
    expect(result.stderr).toMatch(next);
    expect(result.code).toBe(code);
  });

  test("a worker whose run is not known must stop", async () => {
    const env = { TASKS_RUN: "gone", TASKS_EPOCH: "2" };
    const { code, stderr } = await runTasks(["report", "--progress", "x"], { cwd: exampleTree(), env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/run no longer exists/);
  });
});

describe("C2: stdout is one JSON value", () => {
  test.each([
    [["runs"]],
    [["worktrees"]],
    [["worktrees", "prune"]],
    [["reconcile", "--dry-run"]],
    [["dispatch", "--dry-run"]],
    [["pause"]],
    [["resume"]],
    [["next"]],
    [["claim", READY]],
    [["stop", "--all", "--yes"]],
  ])("%j", async (words) => {
    await expect(runTasksJson(words, { cwd: exampleTree() })).resolves.toBeTypeOf("object");
  });
});

test("P14: lists of runs and of starts are cut, say so, and continue where they stopped", async () => {
  const cwd = exampleTree();
  const plan = await runTasks(["dispatch", "--dry-run", "--limit", "2"], { cwd });
  expect(plan.stderr).toMatch(/2 of \d+ are shown; --limit \d+ shows all/);
  for (let count = 0; count < 3; count += 1)
    expect((await runTasks(["next", "--claim", "--as", `agent-${count}`], { cwd })).code).toBe(0);
  const first = await runTasks(["runs", "--limit", "2"], { cwd });
  expect(first.stdout.trim().split("\n")).toHaveLength(2);
  const [, before = ""] = /continue with --before (\S+)/.exec(first.stderr) ?? [];
  const second = await runTasks(["runs", "--limit", "2", "--before", before], { cwd });
  expect(second.stdout.trim().split("\n")).toHaveLength(1);
  expect(first.stdout).not.toContain(second.stdout.trim().split(" ")[0]);
  const listed = await runTasksJson<{ next: string | null; runs: { id: string }[] }>(
    ["runs", "--limit", "2"],
    { cwd },
  );
  expect(listed.next).toBe(listed.runs.at(-1)?.id);
});

test("who acts: --as, else the owner in the settings, else the user", async () => {
  const cwd = exampleTree();
  const by = async (words: readonly string[], env: Record<string, string>) =>
    (await runTasks(["pause", "--format", "json", ...words], { cwd, env })).stdout;
  expect(await by(["--as", "mia"], { TASKS_OWNER: "rj", USER: "root" })).toContain('"by": "mia"');
  expect(await by([], { TASKS_OWNER: "rj", USER: "root" })).toContain('"by": "rj"');
  expect(await by([], { TASKS_OWNER: "everyone", USER: "root" })).toContain('"by": "root"');
});

test("acknowledge and snooze: until when, and back again", async () => {
  const cwd = exampleTree();
  type Listed = { tasks: { key: string }[] };
  const needing = async () =>
    (await runTasksJson<Listed>(["list", "--group", "needs_attention"], { cwd })).tasks.map(({ key }) => key);
  const [key = ""] = await needing();
  expect((await runTasks(["acknowledge", key, "--until", "2h", "--note", "seen"], { cwd })).stdout).toMatch(
    /acknowledged until (?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d$/m,
  );
  expect(await needing()).not.toContain(key);
  expect((await runTasks(["acknowledge", key, "--withdraw"], { cwd })).stdout).toMatch(/asks again/);
  expect(await needing()).toContain(key);
  expect((await runTasks(["snooze", key, "--until", "2h"], { cwd })).stdout).toMatch(/snoozed until/);
});

test("without a repository every command says so", async () => {
  const { code, stderr } = await runTasks(["runs"], { cwd: temporaryFolder() });
  expect(code).toBe(3);
  expect(stderr).toMatch(/tasks init/);
});
