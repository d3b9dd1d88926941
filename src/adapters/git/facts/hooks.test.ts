import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  openRepository,
  type TestRepository,
  temporaryFolder,
} from "../../../../test/support/git-repository.ts";
import { asOrdinaryUser } from "../../../../test/support/ordinary-user.ts";
import { eventually } from "../../../../test/support/served-tree.ts";
import { gitEnvironment, never, withCommit } from "../../../../test/support/task-worktrees.ts";
import { installHooks, uninstallHooks } from "../../../app/setup/install-hooks.ts";
import type { HookFolder, HookSearch } from "../../../ports/git/git-hooks.ts";
import { createGitHooks } from "./hooks.ts";

describe("where git takes its hooks from", () => {
  test("the usual folder, made when it is not there", async () => {
    const { root } = withCommit();
    rmSync(join(root, ".git/hooks"), { recursive: true, force: true });
    const folder = await foundIn(root);
    expect(folder).toMatchObject({ shown: ".git/hooks", treeFolder: "" });
    expect(folder.read("post-merge")).toEqual({ kind: "none" });
    expect(folder.write("post-merge", "#!/bin/sh\n")).toEqual({ kind: "done" });
    expect(folder.read("post-merge")).toEqual({ kind: "text", text: "#!/bin/sh\n" });
    expect(lstatSync(join(root, ".git/hooks/post-merge")).mode & 0o777).toBe(0o755);
    expect(readdirSync(join(root, ".git/hooks"))).toEqual(["post-merge"]);
    expect(folder.remove("post-merge")).toEqual({ kind: "done" });
    expect(folder.read("post-merge")).toEqual({ kind: "none" });
  });

  test("of a linked worktree: the repository's", async () => {
    const { root, git } = withCommit();
    const linked = join(temporaryFolder(), "linked");
    git("worktree", "add", "--quiet", linked);
    const folder = await foundIn(linked);
    folder.write("post-merge", "x\n");
    expect(existsSync(join(root, ".git/hooks/post-merge"))).toBe(true);
  });

  test("a task tree in a folder of the repository", async () => {
    const { root, write } = withCommit();
    write("apps/web/x.md", "x\n");
    expect(await foundIn(join(root, "apps/web"))).toMatchObject({ treeFolder: "apps/web" });
  });

  test("a folder of the repository that was chosen", async () => {
    const { root, git } = withCommit();
    git("config", "core.hooksPath", ".githooks");
    expect(await foundIn(root)).toMatchObject({ shown: ".githooks" });
  });

  test.each<[string, (repository: TestRepository, home: string) => void, string]>([
    [
      "of the user, for all repositories",
      (_, home) => writeFileSync(join(home, ".gitconfig"), "[core]\n\thooksPath = ~/hooks\n"),
      "outside the repository",
    ],
    ["elsewhere", ({ git }) => git("config", "core.hooksPath", "/opt/hooks"), "outside the repository"],
    ["above", ({ git }) => git("config", "core.hooksPath", "../hooks"), "outside the repository"],
    [
      "behind a link",
      ({ git, root }) => {
        symlinkSync(temporaryFolder(), join(root, "hooks"));
        git("config", "core.hooksPath", "hooks");
      },
      "outside the repository",
    ],
    ["of husky", ({ git }) => git("config", "core.hooksPath", ".husky/_"), "Husky"],
  ])("%s: not for this program to write to", async (_name, choose, says) => {
    const repository = withCommit();
    const home = temporaryFolder();
    choose(repository, home);
    expect(await findIn(repository.root, { ...gitEnvironment(), HOME: home })).toMatchObject({
      kind: "elsewhere",
      why: expect.stringContaining(says),
    });
  });

  test.each<[string, () => string]>([
    ["no repository", () => temporaryFolder()],
    ["a folder that is gone", () => join(temporaryFolder(), "gone")],
    [
      "a configuration that git cannot read",
      () => {
        const { root } = withCommit();
        writeFileSync(join(root, ".git/config"), "[broken\n");
        return root;
      },
    ],
  ])("%s: a sentence and a remedy", async (_name, make) => {
    expect(await findIn(make())).toMatchObject({ kind: "failed", hint: expect.stringMatching(/\S/) });
  });
});

test.each<[string, (file: string) => void, string]>([
  ["a link", (file) => symlinkSync("/bin/sh", file), "is a link"],
  ["a folder", (file) => mkdirSync(file), "is a link or a folder"],
  ["a program", (file) => writeFileSync(file, "\x7fELF\0", { mode: 0o755 }), "is a program"],
  ["not UTF-8", (file) => writeFileSync(file, Buffer.from([0x23, 0xff, 0x0a]), { mode: 0o755 }), "not UTF-8"],
  ["not executable", (file) => writeFileSync(file, "#!/bin/sh\n", { mode: 0o644 }), "is not executable"],
  ["huge", (file) => writeFileSync(file, "#".repeat(2 ** 21), { mode: 0o755 }), "too large"],
])("a hook that is %s is not to be changed", async (_name, make, why) => {
  const { root } = withCommit();
  const file = join(root, ".git/hooks/post-merge");
  mkdirSync(dirname(file), { recursive: true });
  make(file);
  expect((await foundIn(root)).read("post-merge")).toEqual({
    kind: "unusable",
    why: expect.stringContaining(why),
  });
});

test("a hook keeps its permissions; one that cannot be written stays whole", async () => {
  const { root } = withCommit();
  const file = join(root, ".git/hooks/post-merge");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "#!/bin/sh\n");
  chmodSync(file, 0o750);
  const folder = await foundIn(root);
  folder.write("post-merge", "#!/bin/sh\necho\n");
  expect(lstatSync(file).mode & 0o777).toBe(0o750);
  chmodSync(dirname(file), 0o555);
  await asOrdinaryUser(root, () => {
    expect(folder.write("post-merge", "other")).toEqual({
      kind: "failed",
      why: expect.stringContaining("permission denied"),
    });
  });
  chmodSync(dirname(file), 0o755);
  expect(readFileSync(file, "utf8")).toBe("#!/bin/sh\necho\n");
  expect(readdirSync(dirname(file)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

describe("git runs what was installed", () => {
  test("after a checkout of a branch and a merge, in the background, beside the hook that was there", async () => {
    const { repository, calls, finish } = await installed();
    repository.git("switch", "--quiet", "-c", "side");
    // The program has not ended, and git has.
    expect(await eventually(calls, (lines) => lines.length === 1)).toEqual([
      `reconcile --from-hook --repo ${repository.root}`,
    ]);
    expect(readFileSync(join(repository.root, "mine.txt"), "utf8")).toBe("mine\n");
    repository.commit("side");
    repository.git("switch", "--quiet", "main");
    await eventually(calls, (lines) => lines.length === 2);
    repository.git("merge", "--quiet", "side");
    await eventually(calls, (lines) => lines.length === 3);
    finish();
  });

  test("not after a checkout of files, nor once it is uninstalled", async () => {
    const { repository, calls, finish, hooks } = await installed();
    repository.git("checkout", "--quiet", "--", ".");
    repository.git("switch", "--quiet", "-c", "one");
    await eventually(calls, (lines) => lines.length > 0);
    await uninstallHooks(hooks, { signal: never() });
    repository.git("switch", "--quiet", "-c", "two");
    expect(calls()).toHaveLength(1);
    expect(readFileSync(join(repository.root, ".git/hooks/post-checkout"), "utf8")).toBe(HOOK_OF_A_PERSON);
    finish();
  });

  test("a program that is gone is no hindrance, and the hook's own failure stays one", async () => {
    const { repository, program, finish } = await installed();
    finish();
    rmSync(program);
    repository.git("switch", "--quiet", "-c", "one");
    writeFileSync(
      join(repository.root, ".git/hooks/post-checkout"),
      `${readFileSync(join(repository.root, ".git/hooks/post-checkout"), "utf8")}exit 1\n`,
    );
    expect(() => repository.git("switch", "--quiet", "-c", "two")).toThrow();
    expect(repository.git("branch", "--show-current")).toBe("two");
  });

  test("in a task's worktree: for the tree that is checked out there", async () => {
    const { repository, calls, finish } = await installed();
    const linked = join(temporaryFolder(), "linked");
    repository.git("worktree", "add", "--quiet", linked);
    openRepository(linked).git("switch", "--quiet", "-c", "side");
    await eventually(calls, (lines) => lines.includes(`reconcile --from-hook --repo ${linked}`));
    finish();
  });
});

const HOOK_OF_A_PERSON = "#!/bin/sh -eu\necho mine > mine.txt\nwait\n";

/** With a program that writes down how it was called, and ends when it is told to. */
async function installed() {
  const repository = withCommit({ ".gitignore": "mine.txt\n" });
  mkdirSync(join(repository.root, ".git/hooks"), { recursive: true });
  writeFileSync(join(repository.root, ".git/hooks/post-checkout"), HOOK_OF_A_PERSON, { mode: 0o755 });
  const folder = temporaryFolder("tasks it's $HOME");
  const program = join(folder, "tasks");
  const log = join(folder, "calls");
  const end = join(folder, "end");
  // Removed with its folder when the test ends, it has nobody left to tell it: then it ends too.
  const wait = `while [ -e "$0" ] && [ ! -e "$(dirname "$0")/end" ]; do sleep 0.05; done`;
  writeFileSync(program, `#!/bin/sh\necho "$@" >> "$(dirname "$0")/calls"\n${wait}\n`, { mode: 0o755 });
  const hooks = createGitHooks({ root: repository.root, env: gitEnvironment() });
  await installHooks(hooks, { command: [program], signal: never() });
  const calls = () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
  return { repository, hooks, program, calls, finish: () => writeFileSync(end, "") };
}

function findIn(root: string, env = gitEnvironment()): Promise<HookSearch> {
  return createGitHooks({ root, env }).find(never());
}

async function foundIn(root: string): Promise<HookFolder> {
  const search = await findIn(root);
  if (search.kind !== "found") throw new Error(JSON.stringify(search));
  return search.folder;
}
