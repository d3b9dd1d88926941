// What a worker may do with commands, tried by a real one: real supervisor, real store, real git (docs/who-acts.md).

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import type { Run } from "../../src/core/contract/run.ts";
import { TASKS_ENTRY } from "../support/program.ts";
import { runTasks, serveTasks } from "./tasks-process.ts";
import { createWorkedTree, type WorkedTree } from "./worked-tree.ts";

/** Only a person decides these. Each with words that would do it. */
const REFUSED: readonly (readonly string[])[] = [
  ["answer", "a", "eu", "--as", "dave"],
  ["stop", "b"],
  ["stop", "--all", "--yes"],
  ["pause"],
  ["resume"],
  ["acknowledge", "b"],
  ["snooze", "b", "--until", "4h"],
  ["complete", "b", "--tick-gates", "--by", "dave"],
  ["update", "b", "status=completed"],
  ["update", "b", "priority=p1", "completed_by=dave"],
  ["accept", "b"],
  ["drop", "b"],
  ["dispatch"],
  ["deliver"],
  ["continue", "b", "--prompt", "go on", "--interrupt"],
  ["worktrees", "prune"],
  ["worker", "use", "claude"],
  ["trust", "--yes"],
  ["trust", "--revoke"],
  ["hooks", "uninstall"],
  ["open", "--url", "http://127.0.0.1:1"],
];

/** A worker may look and plan, and say what is its own to say. */
const ALLOWED: readonly (readonly string[])[] = [
  ["list"],
  ["show", "b"],
  ["worker"],
  ["worktrees"],
  ["dispatch", "--dry-run"],
  ["doctor", "b"],
  ["update", "b", "priority=p1"],
  ["create", "found-it", "--workstream", "infra", "--title", "Found it"],
  ["report", "--progress", "half way"],
];

type Tried = { readonly words: readonly string[]; readonly code: number; readonly said: string };

/** Runs commands as a program would that the worker starts, with or without what says that it is one. */
const TRY = `
const { spawnSync } = await import("node:child_process");
const { writeFileSync } = await import("node:fs");
const tryAll = (commands, { env = process.env, cwd = process.cwd(), program = ["tasks"] } = {}) =>
  commands.map((words) => {
    const { status, stdout, stderr } = spawnSync(program[0], [...program.slice(1), ...words], { env, cwd, encoding: "utf8" });
    return { words, code: status, said: stdout + stderr };
  });
const save = (name, tried) => writeFileSync(process.env.TASKS_REPO + "/notes/" + name, JSON.stringify(tried));
`;

function tried(tree: WorkedTree, name: string): readonly Tried[] {
  return JSON.parse(readFileSync(join(tree.root, "notes", name), "utf8"));
}

async function inStore<T>(
  tree: WorkedTree,
  read: (store: Awaited<ReturnType<typeof openSqliteStore>>) => Promise<T>,
) {
  const store = await openSqliteStore({
    file: join(tree.root, ".tasks/task_manager/store.sqlite"),
    nowMs: () => Date.now(),
  });
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}

const acts = (tree: WorkedTree) =>
  inStore(tree, async (store) =>
    (await store.readTransitions({ limit: 100 })).filter((one) => one.kind === "acted"),
  );

/** A tree in which `a` is worked on and has done what `code` says. */
async function worked(code: string): Promise<WorkedTree> {
  const tree = await createWorkedTree({ tasks: { a: { owner: "dave" }, b: { owner: "dave" }, c: {} } });
  tree.script("a", `${TRY}${code}`);
  expect(await tree.tasks("kickoff", "a", "--now")).toMatchObject({ code: 0 });
  await tree.until("a", ({ state }) => state === "exited" || state === "failed");
  return tree;
}

const RUN_IN_ROOT = "{ cwd: process.env.TASKS_REPO }";

describe("J29: what only a person decides", () => {
  test("is refused to a worker, whatever name it gives, and nothing is changed by it", async () => {
    const tree = await worked(`
      tasks("ask", "Which region?");
      save("refused", tryAll(${JSON.stringify(REFUSED)}));
      save("allowed", tryAll(${JSON.stringify(ALLOWED)}));`);
    for (const { words, code, said } of tried(tree, "refused")) {
      expect({ words, code }).toEqual({ words, code: 1 });
      expect(said).toContain(`\`tasks ${words[0]}\` is for a person to decide, and the worker of a gave it`);
    }
    for (const { words, code, said } of tried(tree, "allowed"))
      expect({ words, code, said }).toMatchObject({ code: 0 });
    const [run] = await inStore(tree, (store) => store.readRuns({ key: "a", limit: 1 }));
    expect(run?.question?.answer).toBeNull();
    expect(await tree.run("b")).toBeUndefined();
    expect(readFileSync(join(tree.root, "tasks/config.yaml"), "utf8")).not.toContain("claude");
    expect((await acts(tree)).map(({ action, by }) => [action, by])).toEqual([["kickoff", "dave"]]);
    // The person does the same from the repository.
    expect(await tree.tasks("answer", "a", "eu")).toMatchObject({ code: 0 });
  });

  test("is refused too when the worker took the variables out, or left its processes", async () => {
    const answer = JSON.stringify([["answer", "a", "eu"]]);
    const program = JSON.stringify([process.execPath, TASKS_ENTRY]);
    const tree = await worked(`
      tasks("ask", "Which region?");
      const { PATH, HOME, TASKS_HOME, TASKS_REPO } = process.env;
      const env = { PATH, HOME, TASKS_HOME, USER: "dave" };
      save("cleared", tryAll(${answer}, { env, cwd: TASKS_REPO, program: ${program} }));
      save("gone", tryAll(${answer}, { env, cwd: TASKS_REPO, program: ["setsid", "-w", ...${program}] }));`);
    for (const name of ["cleared", "gone"]) {
      const [only] = tried(tree, name);
      expect(only).toMatchObject({ code: 1, said: expect.stringContaining("is for a person to decide") });
    }
  });

  test("is refused in the worktree of a live run, where a worker that hides everything still is", async () => {
    const tree = await createWorkedTree({ tasks: { a: {} } });
    tree.script("a", `tasks("ask", "Which region?"); note("asked"); await hang();`);
    await tree.tasks("kickoff", "a", "--now");
    await tree.until("a", ({ question }) => question !== null);
    const worktree = join(tree.root, ".worktrees/a");
    const inside = await runTasks(["answer", "a", "eu"], { cwd: worktree });
    expect(inside).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("this folder is the worktree it works in"),
    });
    expect(inside.stderr).toContain(tree.root);
    expect(await tree.tasks("stop", "a")).toMatchObject({ code: 0 });
    // No worker is left in it.
    expect((await runTasks(["pause"], { cwd: worktree })).code).toBe(0);
  });

  test("TASKS_RUN alone is enough, outside of every run", async () => {
    const tree = await createWorkedTree({ tasks: { a: {} } });
    const options = { cwd: tree.root, env: { TASKS_RUN: "run-of-none" } };
    expect(await runTasks(["pause"], options)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("TASKS_RUN is set"),
    });
    expect(await runTasks(["list"], options)).toMatchObject({ code: 0 });
  });
});

test("J30: what a worker may do is done in its own name, not the person's", async () => {
  const tree = await worked(`
    save("recorded", tryAll([["kickoff", "b", "--as", "dave", "--note", "found on the way"], ["claim", "c", "--as", "dave"], ["continue", "b", "--prompt", "mind the API"]], ${RUN_IN_ROOT}));
    tasks("finish", "--outcome", "done");`);
  for (const { words, code, said } of tried(tree, "recorded"))
    expect({ words, code, said }).toMatchObject({ code: 0 });
  expect(await tree.run("b")).toMatchObject({ queued_by: "worker of a" });
  const done = (await acts(tree)).map(({ action, key, by }) => [action, key, by]);
  expect(done.toSorted()).toEqual([
    ["claim", "c", "worker of a"],
    ["continue", "b", "worker of a"],
    ["kickoff", "a", "dave"],
    ["kickoff", "b", "worker of a"],
  ]);
});

describe("J27: a forged word of a worker", () => {
  test("is refused: the run and its epoch do not make a worker", async () => {
    const tree = await createWorkedTree({ tasks: { a: {}, b: {} } });
    tree.script("a", `tasks("ask", "Which region?"); await hang();`);
    tree.script(
      "b",
      `${TRY}
       const forged = { ...process.env, ...JSON.parse(await (await import("node:fs/promises")).readFile(process.env.TASKS_REPO + "/victim", "utf8")) };
       const { TASKS_RUN_PROOF: _none, ...without } = forged;
       const said = [["finish", "--outcome", "failed"], ["report", "--progress", "x"], ["ask", "x"]];
       save("forged", [...tryAll(said, { env: forged }), ...tryAll(said, { env: without })]);
       tasks("finish", "--outcome", "done");`,
    );
    await tree.tasks("kickoff", "a", "--now");
    await tree.until("a", ({ question }) => question !== null);
    const [victim] = await inStore(tree, (store) => store.readRuns({ key: "a", limit: 1 }));
    const { id, epoch } = victim as Run;
    writeFileSync(join(tree.root, "victim"), JSON.stringify({ TASKS_RUN: id, TASKS_EPOCH: String(epoch) }));
    await tree.tasks("kickoff", "b", "--now");
    await tree.until("b", ({ state }) => state === "exited");
    for (const { code, said } of tried(tree, "forged"))
      expect({ code, said }).toMatchObject({ code: 1, said: expect.stringContaining("TASKS_RUN_PROOF") });
    expect(await tree.run("a")).toMatchObject({ state: "running", outcome: null });
    // Nor is a person's word that of a worker.
    expect((await tree.tasks("finish", "--outcome", "done", "--task", "a")).code).toBe(1);
    expect(await tree.run("a")).toMatchObject({ outcome: null });
  });

  test("J28: the proof is in no store, log, page or inner run", async () => {
    const tree = await worked(`
      console.log("proof: " + process.env.TASKS_RUN_PROOF);
      note(process.env.TASKS_RUN_PROOF);
      tasks("report", "--progress", process.env.TASKS_RUN_PROOF);
      tasks("finish", "--outcome", "done", "--note", process.env.TASKS_RUN_PROOF);`);
    const secret = tree.notes("a").find((line) => line.startsWith("tasksrun_")) ?? "";
    expect(secret).toMatch(/^tasksrun_[\w-]{43}$/);
    const [run] = await inStore(tree, (store) => store.readRuns({ key: "a", limit: 1 }));
    expect(JSON.stringify(run)).not.toContain(secret);
    expect(run?.proof?.hash).toMatch(/^[0-9a-f]{64}$/);
    for (const words of [
      ["logs", "a"],
      ["runs", "a", "--format", "json"],
      ["show", "a", "--format", "json"],
    ]) {
      const { stdout } = await tree.tasks(...words);
      expect(stdout).not.toContain(secret);
      expect(stdout).not.toContain(run?.proof?.hash);
    }
  });
});

test("J29: a server that a worker starts only shows, and says so", async () => {
  const tree = await createWorkedTree({ tasks: { a: {} } });
  const served = await serveTasks([], { cwd: tree.root, env: { TASKS_RUN: "run-1", TASKS_SLUG: "a" } });
  await served.printed(/A worker started this server/);
  await expect.poll(async () => (await fetch(`${served.url}/readyz`)).status, { timeout: 20_000 }).toBe(200);
  const page = await (await fetch(`${served.url}/status`, { headers: { accept: "text/html" } })).text();
  expect(page).toContain("<main");
  expect(page).not.toContain("/actions/");
});
