import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  createRepository,
  openRepository,
  type TestRepository,
  temporaryFolder,
} from "../../../../test/support/git-repository.ts";
import {
  createWorld,
  gitEnvironment,
  inspect,
  never,
  prepare,
  prepared,
  remove,
  TASK,
  withCommit,
} from "../../../../test/support/task-worktrees.ts";
import type { Worktrees } from "../../../ports/git/worktrees.ts";
import type { RunCommand } from "../../../ports/system/run-command.ts";
import { runCommand } from "../../exec/run-command.ts";
import { describeHolder } from "../../process-table/process-identity.ts";
import { createWorktrees } from "../worktrees.ts";

/** What is in the way, what is said about it, and the way out that the hint names. */
const OBSTACLES: Record<
  string,
  { make: (repository: TestRepository, worktrees: Worktrees) => unknown; says: string; hint: string }
> = {
  "a folder that is no worktree": {
    make: ({ write }) => write(".worktrees/a/notes.txt", "mine\n"),
    says: "is not a worktree of this repository",
    hint: "Move it away",
  },
  "a file": {
    make: ({ write }) => write(".worktrees/a", "mine\n"),
    says: "is a link or a file",
    hint: "Move it away",
  },
  "a link to another folder": {
    make: ({ root }) => {
      mkdirSync(join(root, ".worktrees"));
      symlinkSync(temporaryFolder(), join(root, ".worktrees/a"));
    },
    says: "is a link or a file",
    hint: "Move it away",
  },
  "a link instead of .worktrees": {
    make: ({ root }) => symlinkSync(temporaryFolder(), join(root, ".worktrees")),
    says: ".worktrees is a link or a file",
    hint: "Move it away",
  },
  "a separate repository": {
    make: ({ root }) => {
      mkdirSync(join(root, ".worktrees/a"), { recursive: true });
      createRepository({ "x.md": "x\n" }, join(root, ".worktrees/a")).commit("x");
    },
    says: "is a separate repository",
    hint: "Move it away",
  },
  "another repository's worktree": {
    make: ({ root }) => {
      const other = withCommit();
      mkdirSync(join(root, ".worktrees"));
      other.git("worktree", "add", "--quiet", "-b", "task/a", join(root, ".worktrees/a"));
    },
    says: "belongs to another repository",
    hint: "Move it away",
  },
  "a worktree that git has forgotten": {
    make: async ({ root }, worktrees) => {
      await prepared(worktrees, "a");
      rmSync(join(root, ".git/worktrees/a"), { recursive: true });
    },
    says: "Git has forgotten the worktree",
    hint: "git worktree repair",
  },
  "a worktree that was moved here": {
    make: async ({ root }, worktrees) => {
      await prepared(worktrees, "b");
      renameSync(join(root, ".worktrees/b"), join(root, ".worktrees/a"));
    },
    says: "was copied or moved",
    hint: "git worktree repair .worktrees/a",
  },
  "another branch in it": {
    make: async ({ root }, worktrees) => {
      await prepared(worktrees, "a");
      openRepository(join(root, ".worktrees/a")).git("switch", "--quiet", "-c", "mine");
    },
    says: "is on branch mine, not on task/a",
    hint: "git -C .worktrees/a switch task/a",
  },
  "no branch in it": {
    make: async ({ root }, worktrees) => {
      await prepared(worktrees, "a");
      openRepository(join(root, ".worktrees/a")).git("checkout", "--quiet", "--detach");
    },
    says: "is on no branch, not on task/a",
    hint: "git -C .worktrees/a switch task/a",
  },
  "a rebase in progress in it": {
    make: (repository, worktrees) => conflict(repository, worktrees, "rebase"),
    says: "A rebase is in progress in .worktrees/a",
    hint: "git -C .worktrees/a rebase --abort",
  },
  "a merge in progress in it": {
    make: (repository, worktrees) => conflict(repository, worktrees, "merge"),
    says: "A merge is in progress in .worktrees/a",
    hint: "git -C .worktrees/a merge --abort",
  },
  "the branch checked out in the repository itself": {
    make: ({ git }) => git("switch", "--quiet", "-c", "task/a"),
    says: "task/a is checked out in the repository itself",
    hint: "Switch to another branch",
  },
  "the branch checked out in another worktree": {
    make: ({ git, root }) => git("worktree", "add", "--quiet", "-b", "task/a", join(root, "elsewhere")),
    says: "task/a is checked out in elsewhere",
    hint: "git worktree remove elsewhere",
  },
  "a branch called task": {
    make: ({ git }) => git("branch", "task"),
    says: "A branch is called task",
    hint: "git branch -m task",
  },
  "branches below it": {
    make: ({ git }) => git("branch", "task/a/b"),
    says: "There are branches below task/a/",
    hint: "git branch --list 'task/a/*'",
  },
  "branches below it, packed": {
    make: ({ git }) => [git("branch", "task/a/b"), git("pack-refs", "--all")],
    says: "There are branches below task/a/",
    hint: "git branch --list 'task/a/*'",
  },
  "files, and an index that is gone": {
    make: async ({ root }, worktrees) => {
      await prepared(worktrees, "a");
      rmSync(join(root, ".git/worktrees/a/index"));
    },
    says: "git has no index of them",
    hint: "git -C .worktrees/a reset",
  },
  "a preparation by another process": {
    make: ({ write }) => write(".worktrees/.a.preparing", JSON.stringify(describeHolder({ url: null }))),
    says: "is being prepared by another process",
    hint: "Wait for it",
  },
};

describe("what is in the way is named, with the remedy, and stays untouched", () => {
  test.each(Object.entries(OBSTACLES))("%s", async (_name, { make, says, hint }) => {
    const { repository, worktrees } = createWorld();
    await make(repository, worktrees);
    const before = repository.git("worktree", "list", "--porcelain");
    const expected = { message: expect.stringContaining(says), hint: expect.stringContaining(hint) };
    expect(worktrees.preflight("a")).toMatchObject({ kind: "blocked", ...expected });
    expect(await prepare(worktrees, "a")).toMatchObject({ kind: "failed", ...expected });
    expect(repository.git("worktree", "list", "--porcelain")).toBe(before);
  });

  test("a worktree inside another one is none", async () => {
    const { worktrees } = createWorld();
    await prepared(worktrees, "app");
    expect(worktrees.preflight("app/a")).toMatchObject({ message: ".worktrees/app is itself a worktree." });
    expect(await prepare(worktrees, "app/a")).toMatchObject({ kind: "failed" });
  });
});

const UNUSABLE: Record<string, { make: () => { root: string; env?: Record<string, string> }; says: string }> =
  {
    "no git on the PATH": {
      make: () => ({ root: withCommit().root, env: { PATH: `${temporaryFolder()}::.:bin` } }),
      says: "There is no git on the PATH",
    },
    "a git that may not be run": {
      make: () => {
        const folder = temporaryFolder();
        writeFileSync(join(folder, "git"), "");
        chmodSync(join(folder, "git"), 0o644);
        return { root: withCommit().root, env: { PATH: folder } };
      },
      says: "There is no git on the PATH",
    },
    "no repository": { make: () => ({ root: temporaryFolder() }), says: "is in no git repository" },
    "no commits": { make: () => ({ root: createRepository().root }), says: "has no commit yet" },
    "a bare repository": {
      make: () => {
        const bare = join(temporaryFolder(), "app.git");
        withCommit().git("clone", "--quiet", "--bare", ".", bare);
        return { root: bare };
      },
      says: "bare repository",
    },
    "a worktree whose repository moved away": {
      make: () => {
        const { root, git } = withCommit();
        const linked = join(temporaryFolder(), "linked");
        git("worktree", "add", "--quiet", linked);
        rmSync(join(root, ".git"), { recursive: true });
        return { root: linked };
      },
      says: "git folder that is gone",
    },
    "a folder that is gone": { make: () => ({ root: join(temporaryFolder(), "gone") }), says: "it is gone" },
  };

describe("a repository that cannot be used says why, and nothing throws", () => {
  test.each(Object.entries(UNUSABLE))("%s", async (_name, { make, says }) => {
    const { root, env } = make();
    const worktrees = createWorktrees({ root, base: null, env: env ?? gitEnvironment() });
    const expected = { message: expect.stringContaining(says), hint: expect.stringMatching(/\S/) };
    expect(worktrees.preflight("a")).toMatchObject({ kind: "blocked", ...expected });
    expect(await prepare(worktrees, "a")).toMatchObject({ kind: "failed", ...expected });
    expect(await inspect(worktrees, "a")).toBeNull();
    expect(await worktrees.list({ measure: true, signal: never() })).toEqual([]);
    expect(await remove(worktrees, "a")).toMatchObject({ kind: "refused" });
  });

  test("another user's repository: git's refusal, with the remedy", async () => {
    const { root } = withCommit();
    const refusing: RunCommand = (request) =>
      runCommand({
        ...request,
        program: "sh",
        args: ["-c", 'echo "fatal: detected dubious ownership" >&2; exit 128'],
      });
    const worktrees = createWorktrees({ root, base: null, env: gitEnvironment(), run: refusing });
    expect(await prepare(worktrees, "a")).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("another user owns it"),
      hint: expect.stringContaining("safe.directory"),
    });
  });
});

test("a preflight starts no process", () => {
  const { root } = withCommit();
  const run: RunCommand = () => {
    throw new Error("A process was started.");
  };
  const worktrees = createWorktrees({ root, base: null, env: gitEnvironment(), run });
  expect(worktrees.preflight("a")).toEqual({ kind: "clear", reused: false });
});

async function conflict(repository: TestRepository, worktrees: Worktrees, command: string): Promise<void> {
  const { folder } = await prepared(worktrees, "a");
  const linked = openRepository(folder);
  linked.write(TASK, "theirs\n");
  linked.commit("theirs");
  repository.write(TASK, "ours\n");
  repository.commit("ours");
  expect(() => linked.git(command, "main")).toThrow();
}
