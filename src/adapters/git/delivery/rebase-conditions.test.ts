import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../test/support/git-repository.ts";
import {
  BRANCH,
  createRebaseWorld,
  headOf,
  moveBase,
  moveBaseIntoConflict,
  pushAgain,
  pushToBase,
  type RebaseWorld,
  rebase,
  stateOf,
  stateOfTask,
  textOf,
} from "../../../../test/support/rebase-world.ts";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";

describe("a worktree with work in progress is not touched", () => {
  test.each<[string, (world: RebaseWorld) => void, RegExp, readonly string[]]>([
    [
      "a changed file",
      ({ task }) => task.write("other.md", "x\n"),
      /uncommitted changes in 1 file$/,
      ["other.md"],
    ],
    [
      "a new file",
      ({ task }) => task.write("new dir/\u00fc\n.md", "x"),
      /uncommitted/,
      ["new dir/\u00fc\n.md"],
    ],
    ["a deleted file", ({ task }) => rmSync(join(task.root, "other.md")), /uncommitted/, ["other.md"]],
    [
      "a staged file",
      ({ task }) => {
        task.write("other.md", "x\n");
        task.git("add", "other.md");
        task.write("other.md", "other\n");
      },
      /uncommitted/,
      ["other.md"],
    ],
    [
      "many files: five are named",
      ({ task }) => {
        for (const name of ["a", "b", "c", "d", "e", "f", "g"]) task.write(`${name}.new`, "x");
      },
      /7 files/,
      ["a.new", "b.new", "c.new", "d.new", "e.new"],
    ],
    [
      "a merge with a conflict",
      ({ task }) => {
        task.git("fetch", "--quiet");
        expect(() => task.git("merge", "origin/main")).toThrow();
      },
      /a merge is in progress/,
      [],
    ],
    [
      "a rebase of its owner",
      ({ task }) => {
        task.git("fetch", "--quiet");
        expect(() => task.git("rebase", "origin/main")).toThrow();
      },
      /a rebase is in progress/,
      [],
    ],
    [
      "a cherry-pick",
      ({ task }) => {
        task.git("fetch", "--quiet");
        expect(() => task.git("cherry-pick", "origin/main")).toThrow();
      },
      /a cherry-pick is in progress/,
      [],
    ],
  ])("%s", async (_name, change, why, files) => {
    const world = await createRebaseWorld();
    moveBaseIntoConflict(world);
    change(world);
    const before = world.task.git("status", "--porcelain=v2", "--branch");
    expect(await rebase(world)).toEqual({ kind: "dirty", why: expect.stringMatching(why), files });
    expect(world.task.git("status", "--porcelain=v2", "--branch")).toBe(before);
    expect(world.remote.git("rev-parse", BRANCH)).toBe(world.pushed);
  });

  test("an ignored file in the place of a new one of the base", async () => {
    const world = await createRebaseWorld({ files: { ".gitignore": "local.env\nbuild\n" } });
    world.task.write("local.env", "mine\n");
    world.task.write("build", "mine\n");
    world.elsewhere.git("config", "core.excludesFile", "/dev/null");
    world.elsewhere.write(".gitignore", "\n");
    world.elsewhere.write("build/out.md", "base\n");
    pushToBase(world.elsewhere, "local.env", "base\n");
    const before = stateOfTask(world);
    const files = ["build", "local.env"];
    expect(await rebase(world)).toEqual({
      kind: "dirty",
      why: expect.stringContaining("git ignores"),
      files,
    });
    expect(stateOfTask(world)).toEqual(before);
  });

  test("an ignored folder with files in the place of a new file of the base", async () => {
    const world = await createRebaseWorld({ files: { ".gitignore": "cache/\n" } });
    world.task.write("cache/mine.md", "mine\n");
    pushToBase(world.elsewhere, "cache", "base\n");
    const files = ["cache/mine.md"];
    expect(await rebase(world)).toMatchObject({ kind: "dirty", files });
    expect(textOf(world, "cache/mine.md")).toBe("mine\n");
  });

  test.each(["--assume-unchanged", "--skip-worktree"])(
    "a changed file that git does not compare: %s",
    async (flag) => {
      const world = await createRebaseWorld();
      world.task.git("update-index", flag, "other.md");
      world.task.write("other.md", "mine\n");
      moveBase(world);
      expect(await rebase(world)).toMatchObject({ kind: "rebased" });
      pushToBase(world.elsewhere, "other.md", "base\n");
      const before = stateOfTask(world);
      const request = { headCommit: headOf(world) };
      expect(await rebase(world, request)).toMatchObject({ kind: "dirty", files: ["other.md"] });
      expect(stateOfTask(world)).toEqual(before);
    },
  );
});

describe("what a person or the worker has to do", () => {
  test("conflicts are named, and nothing is touched", async () => {
    const world = await createRebaseWorld();
    moveBaseIntoConflict(world);
    const before = stateOfTask(world);
    expect(await rebase(world)).toEqual({
      kind: "manual",
      cause: "conflict",
      why: 'it conflicts with "main" in 1 file',
      files: ["text.md"],
    });
    expect(stateOfTask(world)).toEqual(before);
  });

  test("a file that one side deleted and the other changed is a conflict", async () => {
    const world = await createRebaseWorld();
    world.elsewhere.git("rm", "--quiet", "text.md");
    pushToBase(world.elsewhere, "more.md", "x\n");
    expect(await rebase(world)).toMatchObject({ kind: "manual", cause: "conflict", files: ["text.md"] });
  });

  test.each<[string, (world: RebaseWorld) => undefined | { readonly headCommit: CommitSha }, string]>([
    [
      "a commit that is not pushed",
      ({ task }) => void task.commit("more"),
      "commits in its worktree are not pushed",
    ],
    [
      "a worktree that is behind",
      (world) => {
        world.task.commit("more");
        const pushed = pushAgain(world);
        world.task.git("reset", "--quiet", "--hard", "HEAD~1");
        return pushed;
      },
      "commits that its worktree does not have",
    ],
    [
      "a commit of the pull request that is not here",
      () => ({ headCommit: "0123456789abcdef0123456789abcdef01234567" as CommitSha }),
      "have diverged",
    ],
    [
      "a push from elsewhere that the host does not know of yet",
      ({ elsewhere }) => {
        elsewhere.git("fetch", "--quiet");
        elsewhere.git("switch", "--quiet", BRANCH);
        elsewhere.commit("from elsewhere");
        elsewhere.git("push", "--quiet", "origin", BRANCH);
      },
      "pushed to from elsewhere",
    ],
    [
      "a branch that the remote no longer has",
      ({ remote }) => void remote.git("branch", "-D", BRANCH),
      "no branch",
    ],
    [
      "a base that the remote does not have",
      ({ remote }) => void remote.git("branch", "-m", "main", "trunk"),
      'no branch "main"',
    ],
    ["another branch in the worktree", ({ task }) => void task.git("switch", "-c", "mine"), "is not on"],
    ["a detached HEAD", ({ task }) => void task.git("checkout", "--detach"), "is not on"],
    [
      "merges",
      (world) => {
        world.task.git("fetch", "--quiet");
        world.task.git("reset", "--quiet", "--hard", "origin/main~1");
        world.task.commit("a");
        world.task.git("switch", "--quiet", "-c", "side", "HEAD~1");
        world.task.commit("b");
        world.task.git("switch", "--quiet", BRANCH);
        world.task.git("merge", "--quiet", "side");
        return pushAgain(world);
      },
      "merges",
    ],
    [
      "no commit in common",
      (world) => {
        world.task.git("checkout", "--quiet", "--orphan", "alone");
        world.task.commit("alone");
        world.task.git("branch", "-M", "alone", BRANCH);
        return pushAgain(world);
      },
      "no commit in common",
    ],
    [
      "nothing that the base does not have",
      (world) => {
        world.elsewhere.git("fetch", "--quiet");
        world.elsewhere.git("cherry-pick", world.pushed);
        world.elsewhere.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
      },
      "has all of its changes already",
    ],
    ["a folder that is gone", ({ task }) => void rmSync(task.root, { recursive: true }), "no worktree"],
  ])("%s", async (_name, change, why) => {
    const world = await createRebaseWorld();
    moveBase(world);
    const request = change(world);
    const [here, there] = [world.repository, world.remote].map(({ git }) =>
      git("for-each-ref", "refs/heads"),
    );
    expect(await rebase(world, request)).toEqual({
      kind: "manual",
      cause: "branch",
      why: expect.stringContaining(why),
      files: [],
    });
    expect(world.repository.git("for-each-ref", "refs/heads")).toBe(here);
    expect(world.remote.git("for-each-ref", "refs/heads")).toBe(there);
  });

  test("commits that are signed, because a rebase would undo it", async () => {
    const world = await createRebaseWorld();
    const raw = world.task.git("cat-file", "commit", "HEAD").split("\n");
    const end = raw.indexOf("");
    const signature = ["gpgsig -----BEGIN PGP SIGNATURE-----", " ", " x", " -----END PGP SIGNATURE-----"];
    const file = join(temporaryFolder(), "commit");
    writeFileSync(file, `${[...raw.slice(0, end), ...signature, ...raw.slice(end)].join("\n")}\n`);
    world.task.git("reset", "--quiet", "--hard", world.task.git("hash-object", "-t", "commit", "-w", file));
    moveBase(world);
    expect(await rebase(world, pushAgain(world))).toMatchObject({
      cause: "branch",
      why: expect.stringContaining("signed"),
    });
  });

  test("a task without a worktree, and one that cannot have any", async () => {
    const world = await createRebaseWorld();
    for (const slug of ["b", "..", "a/b/c", ""])
      expect(await rebase(world, { slug })).toMatchObject({
        kind: "manual",
        why: "it has no worktree",
      });
  });

  test("a push that the remote refuses: the branch is put back", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    const hooks = join(world.remote.root, "hooks");
    mkdirSync(hooks, { recursive: true });
    const hook = "#!/bin/sh\necho 'no force pushes here: https://u:hunter2hunter2@forge.test/' >&2\nexit 1\n";
    writeFileSync(join(hooks, "pre-receive"), hook, { mode: 0o755 });
    world.task.git("fetch", "--quiet");
    const before = stateOfTask(world);
    expect(await rebase(world)).toEqual({
      kind: "manual",
      cause: "refused",
      why: expect.stringMatching(/refused the push: .*no force pushes here: https:\/\/\[redacted\]@forge/),
      files: [],
    });
    const { reflog: _, git: _logs, ...after } = stateOfTask(world) as Record<string, unknown>;
    expect(before).toMatchObject(after);
    rmSync(join(hooks, "pre-receive"));
    expect(await rebase(world)).toMatchObject({ kind: "rebased" });
  });
});

describe("what cannot be tried now", () => {
  test.each<[string, (world: RebaseWorld) => void, string]>([
    ["no remote", ({ task }) => void task.git("remote", "remove", "origin"), "no remote"],
    [
      "several remotes, none called origin",
      ({ task }) => {
        task.git("remote", "rename", "origin", "one");
        task.git("remote", "add", "two", "https://forge.test/a.git");
      },
      "none is called origin",
    ],
    [
      "a remote with several addresses",
      ({ task }) => void task.git("remote", "set-url", "--add", "origin", "https://forge.test/a.git"),
      "several addresses",
    ],
    [
      "a remote that is gone",
      ({ remote }) => rmSync(remote.root, { recursive: true }),
      "does not appear to be",
    ],
    [
      "no name to commit in",
      ({ task }) => {
        task.git("config", "--unset", "user.name");
        task.git("config", "--unset", "user.email");
        task.git("config", "user.useConfigOnly", "true");
      },
      "user.name",
    ],
    [
      "a configuration that cannot be read",
      ({ repository }) => writeFileSync(join(repository.root, ".git/config"), "[broken\n"),
      "configuration",
    ],
  ])("%s", async (_name, change, why) => {
    const world = await createRebaseWorld();
    moveBase(world);
    change(world);
    expect(await rebase(world)).toEqual({
      kind: "failed",
      reason: "git",
      why: expect.stringContaining(why),
    });
    expect(readFileSync(join(world.repository.root, ".git/refs/heads/task/a"), "utf8").trim()).toBe(
      world.pushed,
    );
  });

  test("the committer of the environment is who commits", async () => {
    const env = { PATH: process.env["PATH"] ?? "", HOME: temporaryFolder() };
    const named = { GIT_COMMITTER_NAME: "Robo", GIT_COMMITTER_EMAIL: "robo@example.com" };
    const world = await createRebaseWorld({ env: { ...env, ...named } });
    moveBase(world);
    await rebase(world);
    expect(world.task.git("log", "-1", "--format=%an %cn %ce")).toBe("Dave Robo robo@example.com");
  });

  test("called off: nothing is touched", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    const before = stateOfTask(world);
    expect(await rebase(world, { signal: AbortSignal.abort() })).toMatchObject({
      kind: "failed",
      reason: "git",
    });
    expect(stateOfTask(world)).toEqual(before);
  });

  test("another process prepares the worktree", async () => {
    const world = await createRebaseWorld();
    const holder = { id: "x", host: "another", pid: 1, url: null };
    writeFileSync(join(world.repository.root, ".worktrees/.a.preparing"), JSON.stringify(holder));
    expect(await rebase(world)).toMatchObject({
      kind: "failed",
      reason: "git",
      why: expect.stringContaining("prepared"),
    });
  });
});

describe("S17: names are only data", () => {
  test("what git takes for no branch is refused in words, as branch and as base", async () => {
    const world = await createRebaseWorld();
    const before = stateOf(world);
    const names = [
      ...["", "-x", "--upload-pack=touch-x", "a b", "a..b", "a\nb", "a\0b", "a*", "a:b", "@{-1}", "a.lock"],
      ...[
        "a.lock/b",
        "/a",
        "a/",
        "a//b",
        "@",
        "HEAD",
        "a^",
        "~a",
        ".a",
        "a/.b",
        "a.",
        "\ud800",
        "a\\b",
        "a[b",
      ],
    ];
    for (const name of names)
      for (const request of [{ branch: name }, { base: name }])
        expect([name, await rebase(world, request)]).toMatchObject([
          name,
          { kind: "manual", cause: "branch", why: expect.stringContaining("git takes no branch called") },
        ]);
    expect(stateOf(world)).toEqual(before);
  });

  test("what is no hash is no head commit", async () => {
    const world = await createRebaseWorld();
    for (const name of ["", "HEAD", "main", "--all", "0123", "x".repeat(40), "A".repeat(40)])
      expect(await rebase(world, { headCommit: name as CommitSha })).toMatchObject({
        kind: "manual",
        why: "its head is no commit",
      });
  });

  test("odd names of branches that git allows are rebased and pushed like any other", async () => {
    const world = await createRebaseWorld();
    const { task, elsewhere } = world;
    let branch = BRANCH;
    let headCommit = world.pushed;
    for (const odd of [
      "$(touch$IFS-x)",
      "a;touch",
      "`x`",
      "a|b&c",
      "'",
      '"',
      "+x",
      "x-u--exec=y",
      "refs/heads/x",
    ]) {
      task.git("branch", "-m", branch, `b/${odd}`);
      branch = `b/${odd}`;
      task.git("push", "--quiet", "origin", `refs/heads/${branch}`);
      elsewhere.commit(`base ${odd}`);
      elsewhere.git("push", "--quiet", "origin", `HEAD:refs/heads/base/${odd}`);
      const rebased = await rebase(world, { branch, base: `base/${odd}`, headCommit });
      expect(rebased).toMatchObject({ kind: "rebased", commits: 1 });
      headCommit = headOf(world);
      expect(world.remote.git("rev-parse", `refs/heads/${branch}`)).toBe(headCommit);
    }
    expect(readdirSync(task.root).sort()).toEqual([".git", "other.md", "text.md"]);
  });
});
