import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { openRepository, temporaryFolder } from "../../../../test/support/git-repository.ts";
import { gitEnvironment, never, prepared, withCommit } from "../../../../test/support/task-worktrees.ts";
import { createWorktrees } from "../worktrees.ts";

const IGNORED = "node_modules\nbuild/\ncache/\nsecrets/\n";

async function setUp() {
  const repository = withCommit({ ".gitignore": IGNORED });
  const worktrees = createWorktrees({
    root: repository.root,
    base: null,
    disposable: ["node_modules", "build", "dist", "linked"],
    env: gitEnvironment(),
  });
  const { folder } = await prepared(worktrees, "a");
  const write = (path: string, text = "x") => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const free = (whyKept: () => Promise<string | null> = async () => null) =>
    worktrees.freeDisposable("a", { signal: never(), whyKept });
  return { repository, worktrees, folder, write, free };
}

describe("N53: what is freed in a worktree", () => {
  test("folders that can be made again and that git ignores go, and only they", async () => {
    const { folder, write, free } = await setUp();
    write("node_modules/a/index.js", "12345");
    write("packages/b/node_modules/c.js", "123");
    write("build/out.js", "12");
    // Not ignored, not disposable, and no folder.
    for (const kept of ["dist/work.js", "secrets/key", "cache/build-notes", "src/main.js"]) write(kept);
    const freed = await free();
    expect(freed).toMatchObject({ kind: "freed", bytes: 10 });
    expect(freed.kind === "freed" && freed.folders.toSorted()).toEqual([
      "build",
      "node_modules",
      "packages/b/node_modules",
    ]);
    for (const gone of ["node_modules", "build", "packages/b/node_modules"])
      expect(existsSync(join(folder, gone)), gone).toBe(false);
    for (const kept of ["dist/work.js", "secrets/key", "cache/build-notes", "src/main.js"])
      expect(existsSync(join(folder, kept)), kept).toBe(true);
  });

  test("nothing is removed through a link, be it the folder or on the way to it", async () => {
    const { folder, free, write } = await setUp();
    const outside = temporaryFolder();
    mkdirSync(join(outside, "node_modules"));
    writeFileSync(join(outside, "node_modules/precious"), "x");
    symlinkSync(join(outside, "node_modules"), join(folder, "node_modules"));
    symlinkSync(outside, join(folder, "linked"));
    write("build/inside.js");
    symlinkSync(outside, join(folder, "build/out"));
    expect(await free()).toMatchObject({ kind: "freed", folders: ["build"] });
    expect(readdirSync(join(outside, "node_modules"))).toEqual(["precious"]);
    expect(existsSync(join(folder, "node_modules/precious"))).toBe(true);
  });

  test("a folder with a file that git tracks stays", async () => {
    const { folder, write, free } = await setUp();
    write("node_modules/patched/index.js");
    write("node_modules/other/index.js");
    const { git } = openRepository(folder);
    git("add", "--force", "node_modules/patched/index.js");
    git("commit", "--quiet", "--message", "patched");
    await free();
    expect(existsSync(join(folder, "node_modules/patched/index.js"))).toBe(true);
  });

  test("nothing goes while it is kept, and no worktree is none", async () => {
    const { folder, worktrees, write, free } = await setUp();
    write("node_modules/a.js");
    expect(await free(async () => "its task has a run")).toEqual({
      kind: "refused",
      why: "its task has a run",
    });
    expect(existsSync(join(folder, "node_modules/a.js"))).toBe(true);
    const options = { signal: never(), whyKept: async () => null };
    expect(await worktrees.freeDisposable("b", options)).toMatchObject({ kind: "refused" });
    expect(await worktrees.freeDisposable("../a", options)).toMatchObject({ kind: "refused" });
  });
});
