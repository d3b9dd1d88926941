import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  createRepository,
  openRepository,
  type TestRepository,
  temporaryFolder,
} from "../../../../test/support/git-repository.ts";
import {
  createWorld,
  never,
  openWorktrees,
  prepare,
  prepared,
  remove,
  type World,
} from "../../../../test/support/task-worktrees.ts";

describe("W14: what exists nowhere else is named and kept, unless a person asks", () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ["a result in an ignored folder", { "data/result.csv": "1" }, ["data/"]],
    ["an ignored file", { ".env.local": "KEY=1" }, [".env.local"]],
    [
      "beside what can be made again",
      { "app/node_modules/x/i.js": "", "app/data/r.csv": "1" },
      ["app/data/"],
    ],
    [
      "in an ignored folder that holds both",
      { "data/node_modules/x.js": "", "data/a/r.csv": "1" },
      ["data/"],
    ],
    ["installed packages", { "node_modules/x/index.js": "", "app/target/debug/a": "" }, []],
    ["nothing but what can be made again", { "data/node_modules/x.js": "" }, []],
    ["a copy of what the root has", { "same.secret": "the same" }, []],
    ["what the root has otherwise", { "same.secret": "not so" }, ["same.secret"]],
  ])("%s", async (_name, files, names) => {
    const { repository, worktrees } = ignoringWorld();
    repository.write("same.secret", "the same");
    const { folder } = await prepared(worktrees, "a");
    for (const [path, text] of Object.entries(files)) write(folder, path, text);
    const [listed] = await list({ worktrees });
    expect(listed?.onlyHere?.flatMap((each) => each.names)).toEqual(names);
    const first = await remove(worktrees, "a");
    expect(first.kind).toBe(names.length === 0 ? "removed" : "refused");
    if (first.kind === "removed") return;
    expect(first.why).toBe(`only here: 1 ignored file (${names})`);
    expect(existsSync(join(folder, Object.keys(files)[0] ?? ""))).toBe(true);
    expect(await worktrees.remove("a", { signal: never(), discard: true })).toEqual({ kind: "removed" });
    expect(existsSync(folder)).toBe(false);
  });

  test("an ignored link and an ignored empty folder hold nothing", async () => {
    const { worktrees } = ignoringWorld();
    const { folder } = await prepared(worktrees, "a");
    mkdirSync(join(folder, "data"));
    symlinkSync(temporaryFolder(), join(folder, "link.secret"));
    expect(await remove(worktrees, "a")).toEqual({ kind: "removed" });
  });

  test("a commit on a detached HEAD, though the branch is checked out again", async () => {
    const { worktrees, repository } = createWorld();
    const work = openRepository((await prepared(worktrees, "a")).folder);
    work.git("checkout", "--quiet", "--detach");
    const lost = work.commit("tried something");
    work.git("checkout", "--quiet", "-");
    const why = `only here: 1 commit on no branch ("${lost.slice(0, 7)} tried something")`;
    expect(await remove(worktrees, "a")).toEqual({ kind: "refused", why });
    repository.git("branch", "rescued", lost);
    expect(await remove(worktrees, "a")).toEqual({ kind: "removed" });
  });

  test("a commit that a reset left behind, also when the worktree's folder is gone", async () => {
    const { worktrees } = createWorld();
    const { folder } = await prepared(worktrees, "a");
    const work = openRepository(folder);
    work.write("x", "x");
    work.commit("dropped");
    work.git("reset", "--quiet", "--hard", "HEAD~1");
    expect(await remove(worktrees, "a")).toMatchObject({
      why: expect.stringContaining("1 commit on no branch"),
    });
    rmSync(folder, { recursive: true });
    expect(await remove(worktrees, "a")).toMatchObject({ why: expect.stringContaining("dropped") });
    expect(await prepare(worktrees, "a")).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("dropped"),
      hint: expect.stringMatching(/git branch .*[0-9a-f]{7}/),
    });
  });

  test("amended, rebased and squashed by hand is replaced, and keeps nothing", async () => {
    const { worktrees, repository } = createWorld();
    const work = openRepository((await prepared(worktrees, "a")).folder);
    for (const name of ["x", "y"]) {
      work.write(name, name);
      work.commit(name);
    }
    work.git("commit", "--quiet", "--amend", "-m", "better");
    work.git("reset", "--quiet", "--soft", "HEAD~2");
    work.commit("both");
    repository.commit("the base moves on");
    work.git("rebase", "--quiet", "main");
    repository.git("merge", "--quiet", "--ff-only", "task/a");
    expect(await remove(worktrees, "a")).toEqual({ kind: "removed" });
  });

  test("a stash is kept by the repository, and goes with no worktree", async () => {
    const { worktrees, repository } = createWorld({ file: "1\n" });
    const work = openRepository((await prepared(worktrees, "a")).folder);
    work.write("file", "2\n");
    work.git("stash", "--quiet");
    expect(await remove(worktrees, "a")).toEqual({ kind: "removed" });
    expect(repository.git("stash", "list")).toContain("task/a");
  });
});

describe("W13: a worktree with an initialised submodule is judged by what is in it, and goes", () => {
  test.each<[string, (inside: TestRepository) => void, string | null]>([
    ["as it was cloned", () => {}, null],
    ["a changed file", (inside) => inside.write("lib.txt", "2\n"), "lib: lib.txt, changed"],
    ["a new file", (inside) => inside.write("new.txt", ""), "lib: new.txt, changed"],
    ["a commit that its remote lacks", (inside) => void inside.commit("mine"), "mine"],
    [
      "a stash",
      (inside) => {
        inside.write("lib.txt", "2\n");
        inside.git("stash", "--quiet");
      },
      "WIP on",
    ],
  ])("%s", async (_name, change, why) => {
    const { worktrees, folder } = await submoduleWorld();
    change(openRepository(join(folder, "lib")));
    const [listed] = await list({ worktrees });
    const removal = await remove(worktrees, "a");
    if (why === null) {
      expect(listed?.onlyHere).toEqual([]);
      expect(removal).toEqual({ kind: "removed" });
      return;
    }
    expect(listed?.onlyHere?.[0]?.names.join()).toContain(why);
    expect(removal).toMatchObject({ kind: "refused", why: expect.stringContaining("only a submodule has") });
    expect(existsSync(join(folder, "lib/lib.txt"))).toBe(true);
    expect(await worktrees.remove("a", { signal: never(), discard: true })).toEqual({ kind: "removed" });
  });
});

describe("W12: what a person merged squashed or rebased is merged, and goes with its branch", () => {
  const squash = ({ git }: TestRepository) => {
    git("merge", "--quiet", "--squash", "task/a");
    git("commit", "--quiet", "-m", "squashed");
  };
  test.each<[string, (repository: TestRepository) => void]>([
    ["squashed", squash],
    [
      "squashed, and the same lines changed again since",
      (repository) => {
        squash(repository);
        repository.write("x", "another\n");
        repository.commit("later");
      },
    ],
    ["picked one by one", ({ git }) => void git("cherry-pick", "main..task/a")],
    [
      "squashed into a base that has moved on",
      (repository) => {
        repository.write("other", "");
        repository.commit("elsewhere");
        squash(repository);
      },
    ],
  ])("%s", async (_name, merge) => {
    const { worktrees, repository } = createWorld({ x: "0\n" });
    const work = openRepository((await prepared(worktrees, "a")).folder);
    for (const text of ["1\n", "2\n"]) {
      work.write("x", text);
      work.commit(text);
    }
    expect(await list({ worktrees })).toMatchObject([{ merged: false, commits: 2 }]);
    repository.commit("so that names differ");
    merge(repository);
    expect(await list({ worktrees })).toMatchObject([{ merged: true, mergedInAnotherForm: true }]);
    const objects = repository.git("count-objects");
    expect(await remove(worktrees, "a")).toEqual({ kind: "removed" });
    expect(repository.git("count-objects")).toBe(objects);
    expect(repository.git("branch", "--list", "task/a")).toBe("");
  });

  test.each<[string, (work: TestRepository, repository: TestRepository) => void]>([
    ["half of it was picked", (_work, { git }) => void git("cherry-pick", "task/a~1")],
    [
      "it took itself back, so that the base only looks the same",
      (work) => {
        work.write("x", "0\n");
        work.commit("back");
      },
    ],
    ["nothing was", () => {}],
  ])("not where %s", async (_name, change) => {
    const { worktrees, repository } = createWorld({ x: "0\n" });
    const work = openRepository((await prepared(worktrees, "a")).folder);
    for (const text of ["1\n", "2\n"]) {
      work.write("x", text);
      work.commit(text);
    }
    repository.commit("so that names differ");
    change(work, repository);
    expect(await list({ worktrees })).toMatchObject([{ merged: false, mergedInAnotherForm: false }]);
    expect(await remove(worktrees, "a")).toMatchObject({ kind: "refused" });
  });
});

function ignoringWorld(): World {
  return createWorld({ ".gitignore": "data/\nnode_modules\ntarget/\n*.secret\n.env*\n" });
}

async function submoduleWorld() {
  const library = createRepository({ "lib.txt": "1\n" });
  library.commit("library");
  const repository = createRepository({ file: "" });
  repository.git("submodule", "--quiet", "add", library.root, "lib");
  repository.commit("with a submodule");
  const worktrees = openWorktrees(repository.root);
  const { folder } = await prepared(worktrees, "a");
  openRepository(folder).git("submodule", "--quiet", "update", "--init");
  return { worktrees, folder };
}

const list = ({ worktrees }: Pick<World, "worktrees">) => worktrees.list({ measure: false, signal: never() });

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
