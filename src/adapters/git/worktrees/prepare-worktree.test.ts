import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  openRepository,
  type TestRepository,
  temporaryFolder,
} from "../../../../test/support/git-repository.ts";
import {
  createWorld,
  gitEnvironment,
  inspect,
  openWorktrees,
  prepare,
  prepared,
  remove,
  TASK,
} from "../../../../test/support/task-worktrees.ts";
import type { Worktrees } from "../../../ports/git/worktrees.ts";
import type { RunCommand } from "../../../ports/system/run-command.ts";
import { runCommand } from "../../exec/run-command.ts";
import { describeHolder } from "../../process-table/process-identity.ts";
import { createWorktrees } from "../worktrees.ts";

/** Git fails at commands with this word, so many times. */
function failingAt(
  word: string,
  { root }: TestRepository,
  complaint: string,
  times = Number.POSITIVE_INFINITY,
): Worktrees {
  let left = times;
  const run: RunCommand = (request) =>
    request.args.includes(word) && left-- > 0
      ? runCommand({ ...request, program: "sh", args: ["-c", `echo '${complaint}' >&2; exit 128`] })
      : runCommand(request);
  return createWorktrees({ root, base: null, env: gitEnvironment(), run });
}

describe("what was left half done is recreated", () => {
  test("made by git and not filled", async () => {
    const { repository, worktrees } = createWorld();
    repository.git("worktree", "add", "--quiet", "--no-checkout", "-b", "task/a", ".worktrees/a");
    await expectMadeAgain(repository, worktrees);
  });

  test.each([
    ["by a process that is gone", JSON.stringify({ ...describeHolder({ url: null }), pid: 2 ** 22 + 1 })],
    ["by one that could not tidy up", "{}"],
    ["by one that was killed while it left its mark", '{"id'],
  ])("half filled %s", async (_name, mark) => {
    const { repository, worktrees } = createWorld();
    repository.git("worktree", "add", "--quiet", "--no-checkout", "-b", "task/a", ".worktrees/a");
    repository.write(".worktrees/.a.preparing", mark);
    repository.write(".git/worktrees/a/index.lock", "");
    repository.write(".worktrees/a/half.md", "ha");
    await expectMadeAgain(repository, worktrees);
    expect(existsSync(join(repository.root, ".worktrees/a/half.md"))).toBe(false);
  });

  test("filled by a process that died before it said so: used as it is", async () => {
    const { repository, worktrees } = createWorld();
    await prepared(worktrees, "a");
    repository.write(".worktrees/.a.preparing", "{}");
    repository.write(".worktrees/a/new.md", "work\n");
    expect(await prepare(worktrees, "a")).toMatchObject({ kind: "prepared", created: false });
    expect(existsSync(join(repository.root, ".worktrees/a/new.md"))).toBe(true);
    expect(existsSync(join(repository.root, ".worktrees/.a.preparing"))).toBe(false);
  });

  test("its making was interrupted and its folder is gone: git's own lock is no hindrance, a person's is", async () => {
    const { repository, worktrees } = createWorld();
    for (const [lock, kind] of [
      ["initializing", "prepared"],
      ["on a stick", "failed"],
    ]) {
      await prepared(worktrees, "a");
      rmSync(join(repository.root, ".worktrees/a"), { recursive: true });
      repository.write(".git/worktrees/a/locked", `${lock}\n`);
      expect(await prepare(worktrees, "a")).toMatchObject({ kind });
    }
  });

  test("its files could not be written: nothing of it stays, the branch neither", async () => {
    const { repository } = createWorld();
    const worktrees = failingAt("read-tree", repository, "error: No space left on device");
    expect(await prepare(worktrees, "a")).toMatchObject({
      kind: "failed",
      message: "The files of .worktrees/a could not be written: the disk is full.",
    });
    expect(existsSync(join(repository.root, ".worktrees/a"))).toBe(false);
    expect(repository.git("branch", "--list", "task/a")).toBe("");
    expect(await prepare(openWorktrees(repository.root), "a")).toMatchObject({
      kind: "prepared",
      created: true,
    });
  });

  test("an empty folder of that name is no hindrance, registered or not", async () => {
    const { repository, worktrees } = createWorld();
    mkdirSync(join(repository.root, ".worktrees/a"), { recursive: true });
    expect(await prepare(worktrees, "a")).toMatchObject({ created: true });
    for (const name of readdirSync(join(repository.root, ".worktrees/a")))
      rmSync(join(repository.root, ".worktrees/a", name), { recursive: true });
    expect(await prepare(worktrees, "a")).toMatchObject({ created: true });
  });

  test("only the entry of the deleted folder is tidied up: others may lie on a disk that is away", async () => {
    const { repository, worktrees } = createWorld();
    const away = join(temporaryFolder(), "away");
    repository.git("worktree", "add", "--quiet", "-b", "away", away);
    renameSync(away, `${away}-for-now`);
    await prepared(worktrees, "a");
    rmSync(join(repository.root, ".worktrees/a"), { recursive: true });
    await prepared(worktrees, "a");
    expect(repository.git("worktree", "list")).toContain(away);
  });
});

describe("two preparations at once", () => {
  test("of several tasks: all are made", async () => {
    const { worktrees } = createWorld();
    const tasks = Array.from({ length: 8 }, (_, at) => `t${at}`);
    const outcomes = await Promise.all(tasks.map((task) => prepare(worktrees, task)));
    expect(outcomes).toMatchObject(tasks.map(() => ({ kind: "prepared", created: true })));
    const removals = await Promise.all(tasks.map((task) => remove(worktrees, task)));
    expect(removals).toEqual(tasks.map(() => ({ kind: "removed" })));
  });

  test.each([
    "fatal: failed to read .git/worktrees/b/commondir: Success",
    "fatal: failed to read /home/a b/.git/worktrees/task b/commondir: No such file or directory",
  ])("a worktree that another git is making or removing is waited for: %s", async (complaint) => {
    const { repository } = createWorld();
    const worktrees = failingAt("worktree", repository, complaint, 3);
    expect(await prepare(worktrees, "a")).toMatchObject({ kind: "prepared", created: true });
  });

  test("one that stays half created is reported", async () => {
    const { repository } = createWorld();
    const worktrees = failingAt(
      "worktree",
      repository,
      "fatal: failed to read .git/worktrees/b/commondir: x",
    );
    expect(await prepare(worktrees, "a")).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("failed to read .git/worktrees/b/commondir"),
    });
  });

  test("the worktree cannot be created: the new branch does not stay", async () => {
    const { repository } = createWorld();
    const worktrees = failingAt("worktree", repository, "fatal: it cannot");
    expect(await prepare(worktrees, "a")).toMatchObject({
      kind: "failed",
      message: expect.stringMatching(/^The worktree could not be created: .*it cannot$/),
    });
    expect(repository.git("branch", "--list", "task/*")).toBe("");
  });

  test("by two processes, as it were: one makes it, the other has it or a clear failure", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { repository } = createWorld();
      const both = await Promise.all([0, 1, 2].map(() => prepare(openWorktrees(repository.root), "a")));
      expect(both.filter((one) => one.kind === "prepared" && one.created)).toHaveLength(1);
      for (const one of both)
        expect(one).toMatchObject(
          one.kind === "failed" ? { hint: expect.stringMatching(/\S/) } : { branch: "task/a" },
        );
      expect(await inspect(openWorktrees(repository.root), "a")).toMatchObject({
        changedFiles: 0,
        merged: true,
      });
    }
  });
});

test("a lock that was left is gone once the worktree was looked at, unless it is still unfinished", async () => {
  const { repository, worktrees } = createWorld();
  const lock = join(repository.root, ".worktrees/.a.preparing");
  repository.git("worktree", "add", "--quiet", "--no-checkout", "-b", "task/a", ".worktrees/a");
  writeFileSync(lock, "{}");
  expect(await remove(worktrees, "a")).toMatchObject({ kind: "refused" });
  expect(existsSync(lock)).toBe(true);
  await prepared(worktrees, "a");
  repository.write(".worktrees/a/new.md", "work\n");
  writeFileSync(lock, "{}");
  expect(await remove(worktrees, "a")).toMatchObject({ kind: "refused" });
  expect(existsSync(lock)).toBe(false);
});

async function expectMadeAgain(repository: TestRepository, worktrees: Worktrees): Promise<void> {
  expect(worktrees.preflight("a")).toEqual({ kind: "clear", reused: false });
  expect(await remove(worktrees, "a")).toMatchObject({ why: expect.stringContaining("never finished") });
  expect(await prepare(worktrees, "a")).toMatchObject({ kind: "prepared", created: true });
  expect(openRepository(join(repository.root, ".worktrees/a")).git("status", "--porcelain")).toBe("");
  expect(existsSync(join(repository.root, ".worktrees/a", TASK))).toBe(true);
}
