import { chmodSync, existsSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openRepository, temporaryFolder } from "../../../../test/support/git-repository.ts";
import {
  BRANCH,
  createRebaseWorld,
  headOf,
  moveBase,
  moveBaseIntoConflict,
  pushAgain,
  pushToBase,
  rebase,
  stateOf,
  textOf,
} from "../../../../test/support/rebase-world.ts";
import { inspect, prepared } from "../../../../test/support/task-worktrees.ts";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";

describe("a branch whose base has moved on", () => {
  test("is rebased onto it and pushed, in the worktree and on the remote", async () => {
    const world = await createRebaseWorld();
    const baseCommit = moveBase(world);
    const rebased = await rebase(world);
    const head = headOf(world);
    expect(rebased).toEqual({ kind: "rebased", headCommit: head, baseCommit, commits: 1 });
    expect(head).not.toBe(world.pushed);
    expect(world.remote.git("rev-parse", BRANCH)).toBe(head);
    expect(world.task.git("rev-parse", "HEAD^")).toBe(baseCommit);
    expect(world.task.git("status", "--porcelain")).toBe("");
    expect(world.task.git("symbolic-ref", "HEAD")).toBe(`refs/heads/${BRANCH}`);
    expect(textOf(world)).toContain("the base's line");
    expect(textOf(world)).toContain("the task's line");
  });

  test("nothing of ours is left behind, and a second time there is nothing to do", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    await rebase(world);
    expect(readdirSync(join(world.repository.root, ".worktrees")).sort()).toEqual([".gitignore", "a"]);
    const own = readdirSync(join(world.repository.root, ".git/worktrees/a"));
    expect(own.filter((name) => name.startsWith("tasks"))).toEqual([]);
    const before = stateOf(world);
    expect(await rebase(world, { headCommit: headOf(world) })).toEqual({ kind: "up_to_date" });
    expect(stateOf(world)).toEqual(before);
  });

  test("does what git rebase does, file by file and commit by commit", async () => {
    const files = { "a/one.md": "one\n", "a/two.md": "two\n", "run.sh": "#!/bin/sh\n", "gone.md": "x\n" };
    const world = await createRebaseWorld({ files });
    const { task } = world;
    task.git("mv", "a/one.md", "moved.md");
    chmodSync(join(task.root, "run.sh"), 0o755);
    symlinkSync("text.md", join(task.root, "link"));
    task.commit("moves, a mode and a link", "2026-01-02T03:04:05+09:00");
    task.git("commit", "--quiet", "--allow-empty", "-m", "empty on purpose");
    task.git("rm", "--quiet", "gone.md");
    task.write("new/deep/file.md", "new\n");
    task.commit("with a body\n\nLine 1\n  Line 2\n\nCo-authored-by: X <x@example.com>");
    const { headCommit } = pushAgain(world);
    moveBase(world);
    pushToBase(world.elsewhere, "a/one.md", "one\nand more\n");
    task.git("fetch", "--quiet");
    task.git("branch", "careless", headCommit);
    const careless = join(temporaryFolder(), "careless");
    task.git("worktree", "add", "--quiet", careless, "careless");
    openRepository(careless).git("rebase", "--quiet", "origin/main");
    expect(await rebase(world, { headCommit })).toMatchObject({ kind: "rebased", commits: 4 });
    const commitsOf = (branch: string) =>
      task.git("log", "--format=%T %an %ae %aI %B", "origin/main..".concat(branch)).split("\n");
    expect(commitsOf(BRANCH)).toEqual(commitsOf("careless"));
    expect(task.git("log", "-1", "--format=%cn %ce")).toBe("Rita rita@example.com");
  });

  test("a message in another encoding reads the same", async () => {
    const world = await createRebaseWorld();
    const { task } = world;
    const message = join(temporaryFolder(), "message");
    writeFileSync(message, Buffer.from("caf\xe9\n\n  indented\n# not a comment\n", "latin1"));
    const options = ["-c", "i18n.commitEncoding=ISO-8859-1"];
    task.git(...options, "commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "-F", message);
    const { headCommit } = pushAgain(world);
    moveBase(world);
    expect(await rebase(world, { headCommit })).toMatchObject({ kind: "rebased", commits: 2 });
    const read = (commit: string) => task.git("log", "-1", "--format=%an %ae %aI%n%B", commit);
    expect(read("HEAD")).toContain("caf\u00e9\n\n  indented\n# not a comment");
    expect(read("HEAD")).toBe(read(headCommit));
  });

  test("a commit whose change the base already has is left out", async () => {
    const world = await createRebaseWorld();
    world.task.write("new.md", "new\n");
    world.task.commit("more");
    const { headCommit } = pushAgain(world);
    world.elsewhere.git("fetch", "--quiet");
    world.elsewhere.git("commit", "--quiet", "--allow-empty", "-m", "before");
    world.elsewhere.git("cherry-pick", world.pushed);
    world.elsewhere.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
    expect(await rebase(world, { headCommit })).toMatchObject({ kind: "rebased", commits: 1 });
    expect(world.task.git("log", "--format=%s", "origin/main..")).toBe("more");
  });

  test("remote-tracking branches move too, so that nothing of the base counts as the task's work", async () => {
    const world = await createRebaseWorld();
    const baseCommit = moveBase(world);
    await rebase(world);
    expect(world.task.git("rev-parse", "origin/main")).toBe(baseCommit);
    expect(world.task.git("rev-parse", `origin/${BRANCH}`)).toBe(headOf(world));
    world.repository.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main");
    expect(await inspect(world.worktrees, "a")).toMatchObject({ commits: 1, changedFiles: 0 });
  });

  test("the other branches, and the checkout of the repository, stay as they are", async () => {
    const world = await createRebaseWorld();
    const { repository, task } = world;
    task.git("branch", "stacked");
    repository.git("config", "rebase.updateRefs", "true");
    moveBase(world);
    const main = repository.git("rev-parse", "main");
    expect(await rebase(world)).toMatchObject({ kind: "rebased" });
    expect(repository.git("rev-parse", "stacked")).toBe(world.pushed);
    expect(repository.git("rev-parse", "main")).toBe(main);
    expect(repository.git("status", "--porcelain")).toBe("");
  });

  test("files whose time alone has changed are no changes", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    utimesSync(join(world.task.root, "text.md"), 1_000, 1_000);
    expect(await rebase(world)).toMatchObject({ kind: "rebased" });
  });

  test("ignored files stay", async () => {
    const world = await createRebaseWorld({ files: { ".gitignore": "out/\n" } });
    moveBase(world);
    world.task.write("out/built.js", "built\n");
    expect(await rebase(world)).toMatchObject({ kind: "rebased" });
    expect(textOf(world, "out/built.js")).toBe("built\n");
  });

  test("what .gitattributes says of merging holds", async () => {
    const world = await createRebaseWorld({
      files: { ".gitattributes": "list.md merge=union\n", "list.md": "0\n" },
    });
    world.task.write("list.md", "0\ntask\n");
    world.task.commit("list");
    const { headCommit } = pushAgain(world);
    pushToBase(world.elsewhere, "list.md", "0\nbase\n");
    expect(await rebase(world, { headCommit })).toMatchObject({ kind: "rebased" });
    expect(textOf(world, "list.md")).toBe("0\nbase\ntask\n");
  });

  test("of a branch with another name than the task's, in a workstream's worktree", async () => {
    const world = await createRebaseWorld();
    const other = openRepository((await prepared(world.worktrees, "app/b")).folder);
    other.git("switch", "--quiet", "-c", "feature/ünïcode-$(x)");
    other.write("b.md", "b\n");
    const headCommit = other.commit("b") as CommitSha;
    other.git("push", "--quiet", "origin", "HEAD");
    moveBase(world);
    const request = { slug: "app/b", branch: "feature/ünïcode-$(x)", headCommit };
    expect(await rebase(world, request)).toMatchObject({ kind: "rebased", commits: 1 });
  });

  test("with a remote that is called otherwise, and pushed to by another address", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    world.task.git("remote", "rename", "origin", "our.forge");
    world.task.git("remote", "set-url", "--push", "our.forge", `file://${world.remote.root}`);
    expect(await rebase(world)).toMatchObject({ kind: "rebased" });
    expect(world.task.git("rev-parse", `our.forge/${BRANCH}`)).toBe(headOf(world));
  });

  test("in a shallow clone", async () => {
    const world = await createRebaseWorld({ clone: ["--depth=1"] });
    moveBase(world);
    expect(await rebase(world)).toMatchObject({ kind: "rebased", commits: 1 });
    expect(existsSync(join(world.repository.root, ".git/shallow"))).toBe(true);
  });

  test("in a clone that has its objects from another repository", async () => {
    const lender = await createRebaseWorld();
    const world = await createRebaseWorld({ clone: [`--reference=${lender.repository.root}`] });
    moveBase(world);
    expect(await rebase(world, { dryRun: true })).toMatchObject({ kind: "would_rebase" });
    expect(await rebase(world)).toMatchObject({ kind: "rebased", commits: 1 });
  });

  test("in a clone that lacks old versions of files", async () => {
    const world = await createRebaseWorld({ clone: ["--filter=blob:none"] });
    moveBase(world);
    // Which knows the commit, and has none of its files.
    world.repository.git("fetch", "--quiet");
    expect(await rebase(world, { dryRun: true })).toMatchObject({ kind: "would_rebase" });
    expect(await rebase(world)).toMatchObject({ kind: "rebased", commits: 1 });
  });

  test("in a repository of SHA-256", async () => {
    const world = await createRebaseWorld({ objectFormat: "sha256" });
    moveBase(world);
    expect(world.pushed).toHaveLength(64);
    expect(await rebase(world)).toMatchObject({ kind: "rebased", commits: 1 });
  });
});

describe("a dry run", () => {
  test("says what would be done, with what it is done, and changes nothing", async () => {
    const world = await createRebaseWorld();
    const baseCommit = moveBase(world);
    const before = stateOf(world);
    expect(await rebase(world, { dryRun: true })).toEqual({ kind: "would_rebase", baseCommit, commits: 1 });
    expect(stateOf(world)).toEqual(before);
    expect(await rebase(world)).toMatchObject({ kind: "rebased", baseCommit, commits: 1 });
  });

  test("finds conflicts, and changes nothing", async () => {
    const world = await createRebaseWorld();
    moveBaseIntoConflict(world);
    const before = stateOf(world);
    expect(await rebase(world, { dryRun: true })).toMatchObject({ kind: "manual", files: ["text.md"] });
    expect(stateOf(world)).toEqual(before);
  });

  test("of what is up to date", async () => {
    const world = await createRebaseWorld();
    const before = stateOf(world);
    expect(await rebase(world, { dryRun: true })).toEqual({ kind: "up_to_date" });
    expect(stateOf(world)).toEqual(before);
  });
});
