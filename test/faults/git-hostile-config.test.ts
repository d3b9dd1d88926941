// A repository's own configuration that would run a program by every way git has, in every scope a repository can bring
// along: nothing of it may run, whatever is done with worktrees and dates.

import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createGit } from "../../src/adapters/git/facts/git.ts";
import { createWorktrees } from "../../src/adapters/git/worktrees.ts";
import type { Worktrees } from "../../src/ports/git/worktrees.ts";
import {
  createRepository,
  openRepository,
  type TestRepository,
  temporaryFolder,
} from "../support/git-repository.ts";
import {
  gitEnvironment,
  inspect,
  never,
  openWorktrees,
  prepare,
  prepared,
  remove,
  TASK,
} from "../support/task-worktrees.ts";

/** Names of filters, also ones that a careless override would take apart. */
const FILTER_NAMES = ["evil", "a=b", "a.b", "a=b.clean", 'q"uote', "x]y", "--c"];

type Trap = {
  readonly repository: TestRepository;
  /** The mechanisms that ran. */
  sprung(): readonly string[];
  /** Configuration that would run `touch <marker>` by every way there is. */
  readonly configuration: string;
};

function createTrap(): Trap {
  const repository = createRepository({ [TASK]: "# a\n" });
  commitAttributes(repository);
  const markers = temporaryFolder();
  return {
    repository,
    sprung: () => readdirSync(markers),
    configuration: hostileConfiguration((name) => `touch ${join(markers, name)}; true`),
  };
}

function hostileConfiguration(run: (name: string) => string): string {
  const program = (name: string) => JSON.stringify(run(name));
  const filters = FILTER_NAMES.map(
    (name, index) => `
[filter ${JSON.stringify(name)}]
	clean = ${program(`clean-${index}`)}
	smudge = ${program(`smudge-${index}`)}
	required = true`,
  );
  return `
[core]
	fsmonitor = ${program("fsmonitor")}
	pager = ${program("pager")}
	editor = ${program("editor")}
	sshCommand = ${program("ssh")}
	askPass = ${program("askpass")}
	gitProxy = ${program("proxy")}
	alternateRefsCommand = ${program("alternates")}
[filter "stream"]
	process = ${program("process")}
	required = true
${filters.join("\n")}
[diff]
	external = ${program("external")}
[diff "evil"]
	textconv = ${program("textconv")}
	command = ${program("diff")}
[merge "evil"]
	driver = ${program("merge")}
[credential]
	helper = "!${run("credential").replaceAll('"', "")}"
[gpg]
	program = ${program("gpg")}
[log]
	showSignature = true
[status]
	submoduleSummary = true
[submodule]
	recurse = true
[alias]
	status = "!${run("alias")}"
	worktree = "!${run("alias")}"
	config = "!${run("alias")}"
[pager]
	status = ${program("pager-status")}
	config = ${program("pager-config")}
[hook "post-checkout-evil"]
	event = post-checkout
	event = reference-transaction
	event = post-index-change
	command = ${program("hook-config")}
`;
}

const ATTRIBUTES = [
  ...FILTER_NAMES.map((name, index) => `file-${index}.txt filter=${name} diff=evil merge=evil`),
  "stream.txt filter=stream",
  "tasks/** filter=evil diff=evil merge=evil",
].join("\n");

/** Every file in the tree has its own filter. */
function commitAttributes({ write, commit }: TestRepository): void {
  FILTER_NAMES.forEach((_, index) => {
    write(`file-${index}.txt`, "text\n");
  });
  write("stream.txt", "text\n");
  write(".gitattributes", `${ATTRIBUTES}\n`);
  commit("with attributes");
}

function installHooks(folder: string, marker: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of [
    "post-checkout",
    "reference-transaction",
    "post-index-change",
    "pre-auto-gc",
    "fsmonitor-watchman",
  ])
    writeFileSync(join(folder, name), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
}

/** Everything that is ever done with worktrees, and the dates; with changes that make git look into files. */
async function doEverything(repository: TestRepository, worktrees: Worktrees): Promise<void> {
  expect(worktrees.preflight("a")).toMatchObject({ kind: "clear" });
  const { folder } = await prepared(worktrees, "a");
  expect(readFileSync(join(folder, "stream.txt"), "utf8")).toBe("text\n");
  // Same size, other time: only its content tells git whether it changed.
  for (const name of ["file-0.txt", "file-1.txt", "stream.txt", TASK]) {
    const text = readFileSync(join(folder, name), "utf8");
    writeFileSync(join(folder, name), text);
  }
  expect(await inspect(worktrees, "a")).toMatchObject({ changedFiles: 0 });
  writeFileSync(join(folder, "file-2.txt"), "TEXT\n");
  expect(await inspect(worktrees, "a")).toMatchObject({ changedFiles: 1 });
  expect(await worktrees.list({ measure: true, signal: never() })).toHaveLength(1);
  expect(await prepare(worktrees, "a")).toMatchObject({ kind: "prepared", created: false });
  expect(await remove(worktrees, "a")).toMatchObject({ kind: "refused" });
  writeFileSync(join(folder, "file-2.txt"), "text\n");
  const git = createGit({ root: repository.root, env: gitEnvironment() });
  expect((await git.commitDates(never()))?.datesMs.size).toBe(1);
  expect(await remove(worktrees, "a")).toEqual({ kind: "removed" });
}

describe("S18: a hostile repository runs nothing", () => {
  const SCOPES: Record<string, (trap: Trap) => void> = {
    "in .git/config": ({ repository, configuration }) => {
      appendFileSync(join(repository.root, ".git/config"), configuration);
    },
    "included from .git/config": ({ repository, configuration }) => {
      writeFileSync(join(repository.root, ".git/included"), configuration);
      appendFileSync(join(repository.root, ".git/config"), "[include]\n\tpath = included\n");
    },
    "included only where the task's branch is checked out": ({ repository, configuration }) => {
      writeFileSync(join(repository.root, ".git/included"), configuration);
      const condition = '[includeIf "onbranch:task/**"]\n\tpath = included\n';
      appendFileSync(join(repository.root, ".git/config"), condition);
    },
    "included only in linked worktrees": ({ repository, configuration }) => {
      writeFileSync(join(repository.root, ".git/included"), configuration);
      const condition = '[includeIf "gitdir:**/worktrees/**"]\n\tpath = included\n';
      appendFileSync(join(repository.root, ".git/config"), condition);
    },
    "in config.worktree": ({ repository, configuration }) => {
      appendFileSync(join(repository.root, ".git/config"), "[extensions]\n\tworktreeConfig = true\n");
      writeFileSync(join(repository.root, ".git/config.worktree"), configuration);
    },
    "with attributes from info/attributes": ({ repository, configuration }) => {
      mkdirSync(join(repository.root, ".git/info"), { recursive: true });
      writeFileSync(join(repository.root, ".git/info/attributes"), `${ATTRIBUTES}\n`);
      appendFileSync(join(repository.root, ".git/config"), configuration);
    },
  };

  test.each(Object.entries(SCOPES))("%s", async (_name, set) => {
    const trap = createTrap();
    const { repository, sprung } = trap;
    set(trap);
    await doEverything(repository, openWorktrees(repository.root));
    expect(sprung()).toEqual([]);
    // The trap is a real one: git without care runs into it.
    expect(() => repository.git("worktree", "add", "--quiet", "-b", "task/careless", "careless")).toThrow();
    expect(sprung()).toEqual(expect.arrayContaining(["smudge-0", "smudge-1", "smudge-5", "process"]));
  });

  test.each([null, "hooks-of-ours"])("hooks in %j", async (path) => {
    const { repository } = createTrap();
    const marker = join(temporaryFolder(), "hook");
    installHooks(join(repository.root, path ?? ".git/hooks"), marker);
    if (path !== null) repository.git("config", "core.hooksPath", path);
    await doEverything(repository, openWorktrees(repository.root));
    expect(existsSync(marker)).toBe(false);
    repository.git("worktree", "add", "--quiet", "-b", "task/careless", "careless");
    expect(existsSync(marker)).toBe(true);
  });

  test("a filter of the user's own works on, and the repository cannot put another program in its place", async () => {
    const { repository, sprung, configuration } = createTrap();
    const home = temporaryFolder();
    writeFileSync(
      join(home, ".gitconfig"),
      '[filter "evil"]\n\tclean = tr A-Z a-z\n\tsmudge = tr a-z A-Z\n\trequired = true\n',
    );
    appendFileSync(join(repository.root, ".git/config"), configuration);
    const env = { ...gitEnvironment(), HOME: home };
    const worktrees = createWorktrees({ root: repository.root, base: null, env });
    const { folder } = await prepared(worktrees, "a");
    expect(readFileSync(join(folder, "file-0.txt"), "utf8")).toBe("TEXT\n");
    writeFileSync(join(folder, "file-0.txt"), "TEXT\n");
    expect(await inspect(worktrees, "a")).toMatchObject({ changedFiles: 0 });
    expect(sprung()).toEqual([]);
  });

  test("a worktree whose own configuration leads elsewhere is neither believed nor removed", async () => {
    const { repository } = createTrap();
    const worktrees = openWorktrees(repository.root);
    const { folder } = await prepared(worktrees, "a");
    const elsewhere = temporaryFolder();
    appendFileSync(join(repository.root, ".git/config"), "[extensions]\n\tworktreeConfig = true\n");
    writeFileSync(
      join(repository.root, ".git/worktrees/a/config.worktree"),
      `[core]\n\tworktree = ${elsewhere}\n`,
    );
    writeFileSync(join(folder, "work.md"), "work\n");
    expect(await inspect(worktrees, "a")).toMatchObject({ changedFiles: null, merged: null });
    expect(await prepare(worktrees, "a")).toMatchObject({ kind: "failed" });
    expect(await remove(worktrees, "a")).toMatchObject({ kind: "refused" });
    expect(existsSync(join(folder, "work.md"))).toBe(true);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test("hundreds of filters are refused with a sentence, and nothing is made", async () => {
    const { repository } = createTrap();
    const many = Array.from({ length: 1000 }, (_, index) => `[filter "f${index}"]\n\tsmudge = false\n`);
    appendFileSync(join(repository.root, ".git/config"), many.join(""));
    const worktrees = openWorktrees(repository.root);
    expect(await prepare(worktrees, "a")).toMatchObject({
      message: expect.stringContaining("hundreds of filters"),
    });
    expect(openRepository(repository.root).git("branch", "--list", "task/a")).toBe("");
  });

  test("a configuration that git cannot read is a failure with git's words", async () => {
    const { repository } = createTrap();
    appendFileSync(join(repository.root, ".git/config"), "[broken\n");
    const worktrees = openWorktrees(repository.root);
    expect(await prepare(worktrees, "a")).toMatchObject({ message: expect.stringContaining("bad config") });
    expect(await remove(worktrees, "a")).toMatchObject({ kind: "refused" });
  });
});
