import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  createRepository,
  openRepository,
  type TestRepository,
} from "../../../test/support/git-repository.ts";
import {
  cloneWorld,
  createWorld,
  inspect,
  never,
  openWorktrees,
  prepare,
  prepared,
  remove,
  TASK,
} from "../../../test/support/task-worktrees.ts";

describe("what a new worktree looks like", () => {
  test("the files of the base, on the task's branch, in a private folder that git does not see", async () => {
    const { repository, worktrees } = createWorld();
    await prepared(worktrees, "a");
    const linked = openRepository(join(repository.root, ".worktrees/a"));
    expect(readFileSync(join(linked.root, TASK), "utf8")).toBe("# A\n");
    expect(linked.git("branch", "--show-current")).toBe("task/a");
    expect(linked.git("status", "--porcelain")).toBe("");
    expect(repository.git("status", "--porcelain")).toBe("");
    expect(lstatSync(join(repository.root, ".worktrees")).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(repository.root, ".worktrees/.gitignore"), "utf8")).toBe("*\n");
  });

  test("nothing is written into the repository's configuration, and no branch follows another", async () => {
    const { repository, worktrees } = cloneWorld();
    repository.git("config", "branch.autoSetupMerge", "always");
    const before = readFileSync(join(repository.root, ".git/config"), "utf8");
    await prepared(worktrees, "a");
    expect(readFileSync(join(repository.root, ".git/config"), "utf8")).toBe(before);
  });

  test("the lock of its preparation is gone", async () => {
    const { repository, worktrees } = createWorld();
    await prepared(worktrees, "a");
    expect(readdirSync(join(repository.root, ".worktrees")).sort()).toEqual([".gitignore", "a"]);
  });

  test("a task tree in a folder of a larger repository has its worktrees beside it", async () => {
    const repository = createRepository({ "app/tasks/a.md": "x\n", "other.md": "x\n" });
    repository.commit("first");
    const worktrees = openWorktrees(join(repository.root, "app"));
    const { folder } = await prepared(worktrees, "a");
    expect(folder).toBe(join(repository.root, "app/.worktrees/a/app"));
    expect(existsSync(join(folder, "tasks/a.md"))).toBe(true);
    expect(repository.git("status", "--porcelain")).toBe("");
    expect(await remove(worktrees, "a")).toEqual({ kind: "removed" });
  });
});

describe("where a branch starts", () => {
  test("without a remote: from the branch that is checked out", async () => {
    const { repository, worktrees } = createWorld();
    repository.git("switch", "--quiet", "-c", "feature");
    const head = repository.commit("on feature");
    expect((await prepared(worktrees, "a")).baseCommit).toBe(head);
  });

  test("detached: from that commit", async () => {
    const { repository, worktrees } = createWorld();
    const first = repository.git("rev-parse", "HEAD");
    repository.commit("second");
    repository.git("checkout", "--quiet", "--detach", first);
    expect((await prepared(worktrees, "a")).baseCommit).toBe(first);
  });

  test("with a remote: from its default branch, whatever is checked out", async () => {
    const { repository, worktrees } = cloneWorld();
    const remote = repository.git("rev-parse", "origin/trunk");
    repository.git("switch", "--quiet", "-c", "feature");
    repository.commit("local");
    expect((await prepared(worktrees, "a")).baseCommit).toBe(remote);
  });

  test("a remote that names a default branch it no longer has does not count", async () => {
    const { repository, worktrees } = cloneWorld();
    repository.git("update-ref", "-d", "refs/remotes/origin/trunk");
    expect((await prepared(worktrees, "a")).baseCommit).toBe(repository.git("rev-parse", "HEAD"));
  });

  test.each<[string, (repository: TestRepository) => string]>([
    ["a branch", () => "other"],
    ["a remote's branch", () => "origin/other"],
    ["a branch that only the remote has", () => "only-there"],
    ["a tag with a message", () => "v1"],
    ["a hash", ({ git }) => git("rev-parse", "origin/other")],
    ["half a hash", ({ git }) => git("rev-parse", "--short", "origin/other")],
    ["a full ref", () => "refs/heads/other"],
  ])("the configuration names %s", async (_name, name) => {
    const { repository } = cloneWorld();
    const wanted = repository.git("rev-parse", "origin/other");
    repository.git("branch", "--quiet", "other", wanted);
    repository.git("tag", "-a", "v1", "-m", "v1", wanted);
    const worktrees = openWorktrees(repository.root, name(repository));
    expect(worktrees.preflight("a")).toMatchObject({ kind: "clear" });
    expect((await prepared(worktrees, "a")).baseCommit).toBe(wanted);
  });

  test("HEAD in the configuration is what is checked out, also with a remote", async () => {
    const { repository } = cloneWorld();
    const head = repository.commit("local");
    expect((await prepared(openWorktrees(repository.root, "HEAD"), "a")).baseCommit).toBe(head);
  });

  test.each(["gone", "--upload-pack=x", "main~1", "HEAD^{/x}", "a b", "..", "$(touch x)", ":x", "@{-1}"])(
    "S17: the base %j is none: said before anything is tried, and again by git",
    async (base) => {
      const { repository } = createWorld();
      const worktrees = openWorktrees(repository.root, base);
      expect(worktrees.preflight("a")).toMatchObject({
        kind: "blocked",
        message: expect.stringContaining("worktree.base"),
      });
      expect(await prepare(worktrees, "a")).toMatchObject({ kind: "failed" });
      expect(existsSync(join(repository.root, ".worktrees"))).toBe(false);
    },
  );

  test("a branch of an earlier run is used, from where it and the base part", async () => {
    const { repository, worktrees } = createWorld();
    const parting = repository.git("rev-parse", "HEAD");
    repository.git("switch", "--quiet", "-c", "task/a");
    const tip = repository.commit("earlier work");
    repository.git("switch", "--quiet", "main");
    repository.commit("main continued");
    expect(await worktrees.prepare("a", never(), { isOwn: true })).toMatchObject({
      baseCommit: parting,
      created: true,
    });
    expect(await inspect(worktrees, "a")).toMatchObject({ head: tip, commits: 1, merged: false });
  });

  test("a branch that has nothing in common with the base counts from the base", async () => {
    const { repository, worktrees } = createWorld();
    const head = repository.git("rev-parse", "HEAD");
    repository.git("checkout", "--quiet", "--orphan", "task/a");
    repository.commit("alone");
    repository.git("switch", "--quiet", "main");
    const again = await worktrees.prepare("a", never(), { isOwn: true });
    expect(again).toMatchObject({ kind: "prepared", baseCommit: head });
  });
});

describe("what a worktree holds", () => {
  test("changed, staged, deleted and new files, also in new folders; ignored ones not", async () => {
    const { repository, worktrees } = createWorld({ "b.md": "b\n", "c.md": "c\n", ".gitignore": "out/\n" });
    const { folder } = await prepared(worktrees, "a");
    const linked = openRepository(folder);
    linked.write("b.md", "changed\n");
    linked.git("rm", "--quiet", "c.md");
    linked.write("staged.md", "x\n");
    linked.git("add", "staged.md");
    linked.write("new/one.md", "x\n");
    linked.write("new/two\nlines.md", "x\n");
    linked.write("out/built.js", "x\n");
    expect(await inspect(worktrees, "a")).toMatchObject({ changedFiles: 5, commits: 0 });
    expect(repository.git("status", "--porcelain")).toBe("");
  });

  test("K66: the work so far, in lines: committed, changed, deleted and new files, the last written first", async () => {
    const { worktrees } = createWorld({ "b.md": "1\n2\n3\n", "c.md": "c\n", "d.bin": "\0\n" });
    const { folder } = await prepared(worktrees, "a");
    const diff = async () => (await inspect(worktrees, "a"))?.diff;
    expect(await diff()).toEqual({ files: 0, added: 0, removed: 0, newest: [] });
    const linked = openRepository(folder);
    linked.write("b.md", "1\n2\nthree\nfour\n");
    linked.commit("work");
    linked.git("rm", "--quiet", "c.md");
    linked.write("d.bin", "\0\0\n");
    linked.write("new/one\n.md", "x\ny");
    const times: readonly (readonly [string, number])[] = [
      ["b.md", 1_000],
      ["d.bin", 3_000],
      ["new/one\n.md", 2_000],
    ];
    for (const [name, atS] of times) utimesSync(join(folder, name), atS, atS);
    expect(await diff()).toEqual({
      files: 4,
      added: 4,
      removed: 2,
      newest: [
        { path: "d.bin", added: null, removed: null },
        { path: "new/one\n.md", added: 2, removed: 0 },
        { path: "b.md", added: 2, removed: 1 },
        { path: "c.md", added: 0, removed: 1 },
      ],
    });
  });

  test("K66: what the base got since is not the work's", async () => {
    const { repository, worktrees } = createWorld({ "b.md": "b\n" });
    const { folder } = await prepared(worktrees, "a");
    repository.write("b.md", "of the base\n");
    repository.commit("main continued");
    openRepository(folder).write("new.md", "x\n");
    expect((await inspect(worktrees, "a"))?.diff).toMatchObject({ files: 1, added: 1, removed: 0 });
  });

  test("work that was merged here is in the base, though the remote does not have it yet", async () => {
    const { repository, worktrees } = cloneWorld();
    const { folder } = await prepared(worktrees, "a");
    openRepository(folder).commit("work");
    expect(await inspect(worktrees, "a")).toMatchObject({ commits: 1, merged: false });
    repository.git("merge", "--quiet", "task/a");
    expect(await inspect(worktrees, "a")).toMatchObject({ commits: 0, merged: true });
    expect(await remove(worktrees, "a")).toEqual({ kind: "removed" });
    expect(repository.git("branch", "--list", "task/a")).toBe("");
  });

  test("when a file that differs was written last", async () => {
    const { worktrees } = createWorld({ "b.md": "b\n", "c d.md": "c\n" });
    const { folder } = await prepared(worktrees, "a");
    const edited = async () => (await inspect(worktrees, "a"))?.editedAtMs;
    const write = (name: string, atS: number) => {
      writeFileSync(join(folder, name), `${atS}\n`);
      utimesSync(join(folder, name), atS, atS);
    };
    expect(await edited()).toBeNull();
    write("new file\n.md", 1_000);
    expect(await edited()).toBe(1_000_000);
    write("c d.md", 2_000);
    expect(await edited()).toBe(2_000_000);
    write("b.md", 1_500);
    expect(await edited()).toBe(2_000_000);
    rmSync(join(folder, "c d.md"));
    expect(await edited()).toBe(1_500_000);
    expect((await inspect(worktrees, "a"))?.changedFiles).toBe(3);
  });

  test("detached and on another branch: as it is", async () => {
    const { worktrees } = createWorld();
    const { folder, baseCommit } = await prepared(worktrees, "a");
    openRepository(folder).git("checkout", "--quiet", "--detach");
    expect(await inspect(worktrees, "a")).toMatchObject({ branch: null, head: baseCommit, commits: 0 });
    openRepository(folder).git("switch", "--quiet", "-c", "mine");
    expect(await inspect(worktrees, "a")).toMatchObject({ branch: "mine" });
  });

  test("its size is that of its files, with no link followed", async () => {
    const { worktrees } = createWorld();
    const { folder } = await prepared(worktrees, "a");
    writeFileSync(join(folder, "big.bin"), Buffer.alloc(200_000));
    symlinkSync("/usr", join(folder, "link"));
    const [facts] = await worktrees.list({ measure: true, signal: never() });
    expect(facts?.sizeBytes).toBeGreaterThan(200_000);
    expect(facts?.sizeBytes).toBeLessThan(300_000);
  });

  test("folders that are no worktrees of ours are listed without facts, and never removed", async () => {
    const { repository, worktrees } = createWorld();
    repository.write(".worktrees/mine/notes.txt", "x\n");
    mkdirSync(join(repository.root, ".worktrees/empty"));
    symlinkSync("/", join(repository.root, ".worktrees/link"));
    const unknown = {
      branch: null,
      head: null,
      changedFiles: null,
      editedAtMs: null,
      commits: null,
      merged: null,
      sizeBytes: null,
      onlyHere: null,
    };
    const listed = await worktrees.list({ measure: false, signal: never() });
    expect(listed).toMatchObject([{ slug: "mine", worktree: ".worktrees/mine", ...unknown }]);
    for (const slug of ["mine", "link"]) {
      expect(await remove(worktrees, slug)).toMatchObject({ kind: "refused" });
      expect(existsSync(join(repository.root, ".worktrees", slug))).toBe(true);
    }
  });

  test("what git does not tell is unknown, and unknown is never removed", async () => {
    const { repository, worktrees } = createWorld();
    const { folder } = await prepared(worktrees, "a");
    writeFileSync(join(repository.root, ".git/worktrees/a/index"), "damaged");
    expect(await inspect(worktrees, "a")).toMatchObject({ changedFiles: null, commits: null, merged: null });
    expect(await remove(worktrees, "a")).toMatchObject({ why: expect.stringContaining("git cannot tell") });
    expect(existsSync(folder)).toBe(true);
  });
});

describe("S17: names are only data", () => {
  const NAMES = [
    "-n",
    "--upload-pack=touch-x",
    "--force",
    "$(touch$IFS-x)",
    "a;touch",
    "`x`",
    "a|b&c",
    "'",
    '"',
    "🚀",
  ];

  test.each(NAMES)("%s", async (slug) => {
    const { repository, worktrees } = createWorld({ [`tasks/${slug}.md`]: "x\n" });
    expect(worktrees.preflight(slug)).toEqual({ kind: "clear", reused: false });
    const { folder } = await prepared(worktrees, slug);
    openRepository(folder).write(`--output=${slug.replaceAll("/", "")}`, "x\n");
    openRepository(folder).commit(slug);
    expect(await inspect(worktrees, slug)).toMatchObject({
      branch: `task/${slug}`,
      commits: 1,
      changedFiles: 0,
    });
    repository.git("merge", "--quiet", `refs/heads/task/${slug}`);
    expect(await remove(worktrees, slug)).toEqual({ kind: "removed" });
    expect(repository.git("for-each-ref", "--format=%(refname)", "refs/heads/task")).toBe("");
    expect(readdirSync(repository.root).sort()).toEqual(
      [".git", ".worktrees", `--output=${slug}`, "tasks"].sort(),
    );
  });

  test("a hint can be pasted whatever the name is", async () => {
    const { worktrees } = createWorld();
    const slug = "$(touch$IFS-x)'";
    const { folder } = await prepared(worktrees, slug);
    openRepository(folder).git("switch", "--quiet", "-c", "mine");
    expect(worktrees.preflight(slug)).toMatchObject({
      hint: `Run: git -C '.worktrees/$(touch$IFS-x)'\\''' switch 'task/$(touch$IFS-x)'\\'''`,
    });
  });
});

test("many worktrees are listed in order, each with its own facts", async () => {
  const { worktrees } = createWorld();
  const slugs = ["f", "a", "d", "c", "b", "e"];
  for (const slug of slugs)
    openRepository((await prepared(worktrees, slug)).folder).write(`${slug}.md`, "x\n");
  const listed = await worktrees.list({ measure: false, signal: never() });
  expect(listed.map(({ slug, changedFiles }) => [slug, changedFiles])).toEqual(
    slugs.sort().map((slug) => [slug, 1]),
  );
});
