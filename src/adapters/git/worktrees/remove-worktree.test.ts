import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  openRepository,
  type TestRepository,
  temporaryFolder,
} from "../../../../test/support/git-repository.ts";
import {
  createWorld,
  never,
  prepare,
  prepared,
  remove,
  TASK,
  type World,
} from "../../../../test/support/task-worktrees.ts";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";

describe("what is removed, and what never is", () => {
  test.each<[string, (folder: string, repository: TestRepository) => void, string]>([
    ["a new file", (folder) => writeFileSync(join(folder, "new.md"), "x"), "1 file changed"],
    [
      "a rebase in progress",
      (folder) =>
        mkdirSync(openRepository(folder).git("rev-parse", "--git-path", "rebase-merge"), { recursive: true }),
      "a rebase is in progress in it",
    ],
    [
      "a changed file that git does not compare",
      (folder) => {
        openRepository(folder).git("update-index", "--assume-unchanged", TASK);
        writeFileSync(join(folder, TASK), "work\n");
      },
      "git does not compare",
    ],
    [
      "a changed file that git skips",
      (folder) => {
        openRepository(folder).git("update-index", "--skip-worktree", TASK);
        writeFileSync(join(folder, TASK), "work\n");
      },
      "git does not compare",
    ],
    [
      "commits without a branch",
      (folder) => {
        openRepository(folder).git("checkout", "--quiet", "--detach");
        openRepository(folder).commit("work");
      },
      "1 commit not in the base",
    ],
    [
      "a lock of its owner",
      (folder, { git }) => void git("worktree", "lock", "--reason", "on a stick", folder),
      "locked",
    ],
  ])("%s keeps it", async (_name, change, why) => {
    const { repository, worktrees } = createWorld();
    const { folder } = await prepared(worktrees, "a");
    change(folder, repository);
    expect(await remove(worktrees, "a")).toMatchObject({
      kind: "refused",
      why: expect.stringContaining(why),
    });
    expect(existsSync(join(folder, TASK))).toBe(true);
    expect(repository.git("branch", "--list", "task/a")).toContain("task/a");
  });

  test("what was merged in another form goes, branch and all; one commit more stays", async () => {
    const { repository, worktrees } = createWorld();
    const { folder } = await prepared(worktrees, "a");
    const squashed = openRepository(folder).commit("work") as CommitSha;
    const further = openRepository(folder).commit("more work");
    const never = new AbortController().signal;
    expect(await worktrees.remove("a", { signal: never, delivered: squashed })).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("2 commits not in the base"),
    });
    expect(await worktrees.remove("a", { signal: never, delivered: further as CommitSha })).toEqual({
      kind: "removed",
    });
    expect(existsSync(folder)).toBe(false);
    expect(repository.git("branch", "--list", "task/a")).toBe("");
  });

  test("the branch stays when something on it is not in the base, pushed or not", async () => {
    const { repository, worktrees } = createWorld();
    const { folder } = await prepared(worktrees, "a");
    const linked = openRepository(folder);
    const work = linked.commit("work");
    linked.git("switch", "--quiet", "-c", "mine", "main");
    repository.git("update-ref", "refs/remotes/origin/task/a", work);
    repository.git("config", "branch.task/a.remote", "origin");
    repository.git("config", "branch.task/a.merge", "refs/heads/task/a");
    repository.git("config", "remote.origin.url", "x");
    repository.git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
    expect(await remove(worktrees, "a")).toEqual({ kind: "removed" });
    expect(repository.git("rev-parse", "task/a")).toBe(work);
  });

  test("S10: nothing is written behind a link in the place of .worktrees", async () => {
    const { repository, worktrees } = createWorld();
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, join(repository.root, ".worktrees"));
    expect(await remove(worktrees, "a")).toMatchObject({ why: expect.stringContaining("is a link") });
    expect(await prepare(worktrees, "a")).toMatchObject({ kind: "failed" });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test("a worktree whose folder is gone is forgotten, with its merged branch", async () => {
    const { repository, worktrees } = createWorld();
    const { folder } = await prepared(worktrees, "a");
    rmSync(folder, { recursive: true });
    expect(await remove(worktrees, "a")).toEqual({ kind: "removed" });
    expect(repository.git("worktree", "list")).not.toContain(".worktrees/a");
    expect(repository.git("branch", "--list", "task/a")).toBe("");
  });

  test("the folder of a workstream goes with its last worktree", async () => {
    const { repository, worktrees } = createWorld();
    await prepared(worktrees, "app/a");
    expect(await remove(worktrees, "app/a")).toEqual({ kind: "removed" });
    expect(existsSync(join(repository.root, ".worktrees/app"))).toBe(false);
    expect(await prepare(worktrees, "app")).toMatchObject({ kind: "prepared" });
  });
});

describe("K47: what runs before a removal", () => {
  const removeAfter = (
    worktrees: World["worktrees"],
    beforeRemove: (folder: string) => Promise<string | null>,
  ) => worktrees.remove("a", { signal: never(), beforeRemove });

  test("it gets the folder, and its failure keeps the worktree with the reason", async () => {
    const { worktrees } = createWorld();
    const { folder } = await prepared(worktrees, "a");
    const seen: string[] = [];
    const removal = await removeAfter(worktrees, async (where) => {
      seen.push(where);
      return "it says no";
    });
    expect(removal).toEqual({ kind: "refused", why: "it says no" });
    expect(seen).toEqual([folder]);
    expect(existsSync(folder)).toBe(true);
    expect(await removeAfter(worktrees, async () => null)).toEqual({ kind: "removed" });
  });

  test("what it leaves in the worktree keeps it", async () => {
    const { worktrees } = createWorld();
    const { folder } = await prepared(worktrees, "a");
    const removal = await removeAfter(worktrees, async () => {
      writeFileSync(join(folder, "result.md"), "x");
      return null;
    });
    expect(removal).toMatchObject({ kind: "refused", why: expect.stringContaining("1 file changed") });
    expect(existsSync(join(folder, "result.md"))).toBe(true);
  });

  test("nothing runs in a worktree that stays anyway", async () => {
    const { worktrees } = createWorld();
    const { folder } = await prepared(worktrees, "a");
    writeFileSync(join(folder, "work.md"), "x");
    const removal = await removeAfter(worktrees, () => expect.fail("it ran"));
    expect(removal.kind).toBe("refused");
  });
});
