import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  createRepository,
  GIT_TEST_ENVIRONMENT,
  openRepository,
  type TestRepository,
  temporaryFolder,
} from "../../../../test/support/git-repository.ts";
import { createGit } from "./git.ts";

const TASKS = "tasks/workstreams/app/tasks";
const A = `${TASKS}/a.md`;
const B = `${TASKS}/b.md`;
const FIRST = "2026-03-01T10:00:00Z";
const SECOND = "2026-03-02T10:00:00Z";
const THIRD = "2026-03-03T10:00:00Z";

const MOVED = "tasks/workstreams/infra/tasks/moved.md";
/** Long enough for git to know it again. */
const BODY = "one\ntwo\nthree\nfour\nfive\n";

describe("commit dates", () => {
  test("each file has the date of its last commit; other folders do not count", async () => {
    const repository = createRepository({ [A]: "a\n", [B]: "b\n" });
    repository.commit("both", FIRST);
    repository.write(B, "b2\n");
    repository.commit("b", SECOND);
    repository.write("src/app.ts", "x\n");
    const head = repository.commit("code", THIRD);
    expect(await dates(repository)).toEqual({ [A]: FIRST, [B]: SECOND });
    expect((await ask(repository.root))?.head).toBe(head);
  });

  test("a file that differs from HEAD has no date: staged, changed, deleted or new", async () => {
    const names = ["clean", "changed", "staged", "deleted"].map((name) => `${TASKS}/${name}.md`);
    const repository = createRepository(Object.fromEntries(names.map((path) => [path, `${path}\n`])));
    repository.commit("all", FIRST);
    const [clean = "", changed = "", staged = "", deleted = ""] = names;
    repository.write(changed, "x\n");
    repository.write(staged, "x\n");
    repository.git("add", staged);
    repository.git("rm", "--quiet", deleted);
    repository.write(`${TASKS}/new.md`, "x\n");
    expect(await dates(repository)).toEqual({ [clean]: FIRST });
  });

  test("a file that was only touched, or checked out with CRLF, is as committed", async () => {
    const repository = createRepository({ [A]: "one\ntwo\n" });
    repository.commit("all", FIRST);
    repository.write(A, "one\r\ntwo\r\n");
    expect(await dates(repository)).toEqual({ [A]: FIRST });
  });

  test("a merge dates a file only when it differs from both sides", async () => {
    const repository = createRepository({ [A]: "a\n", [B]: "1\n2\n3\n4\n5\n" });
    repository.commit("both", FIRST);
    repository.git("switch", "--quiet", "-c", "side");
    repository.write(A, "side\n");
    repository.commit("side", SECOND);
    repository.git("switch", "--quiet", "main");
    repository.write(B, "other\n");
    repository.commit("main", SECOND);
    repository.git("merge", "--quiet", "--no-commit", "side");
    repository.commit("merge", THIRD);
    expect(await dates(repository)).toEqual({ [A]: SECOND, [B]: SECOND });
  });

  test("odd names come through: line feeds, quotes, emoji, a leading dash", async () => {
    const names = ["-n", "a\nb", 'quote"', "ünïcödé", "🚀", "commit 0000 1"].map(
      (name) => `${TASKS}/${name}.md`,
    );
    const repository = createRepository(Object.fromEntries(names.map((path) => [path, "x\n"])));
    repository.commit("all", FIRST);
    expect(await dates(repository)).toEqual(Object.fromEntries(names.map((path) => [path, FIRST])));
  });

  test("a tree in a folder of a larger repository has its own paths", async () => {
    const repository = createRepository({ [`app/${A}`]: "a\n", [A]: "other\n" });
    repository.commit("all", FIRST);
    expect(toTimes(await ask(join(repository.root, "app")))).toEqual({ [A]: FIRST });
  });

  test("a shallow clone's first commit dates nothing", async () => {
    const repository = createRepository({ [A]: "a\n", [B]: "b\n" });
    repository.commit("both", FIRST);
    repository.write(B, "b2\n");
    repository.commit("b", SECOND);
    repository.write(B, "b3\n");
    repository.commit("b again", THIRD);
    const clone = join(temporaryFolder(), "clone");
    repository.git("clone", "--quiet", "--depth=2", `file://${repository.root}`, clone);
    expect(toTimes(await ask(clone))).toEqual({ [B]: THIRD });
  });

  test("D11: each file is as old as the commit that added it: changed since, moved, written again", async () => {
    const repository = createRepository({
      [A]: "a\n",
      [B]: "b\n",
      "tasks/workstreams/infra/tasks/old.md": BODY,
    });
    repository.commit("all", FIRST);
    repository.write(A, "changed\n");
    repository.git("rm", "--quiet", B);
    repository.git("mv", "tasks/workstreams/infra/tasks/old.md", MOVED);
    repository.commit("move", SECOND);
    repository.write(B, "another task\n");
    repository.commit("again", THIRD);
    repository.write(A, "not committed\n");
    const first = await ask(repository.root);
    expect(timesOf(first?.addedMs)).toEqual({ [A]: FIRST, [MOVED]: FIRST, [B]: THIRD });
    // What is known is not asked again.
    const known = first && { ...first, addedMs: new Map([...first.addedMs].map(([path]) => [path, 0])) };
    const git = createGit({ root: repository.root, env: GIT_TEST_ENVIRONMENT });
    expect((await git.commitDates(neverAborted(), known))?.addedMs).toEqual(known?.addedMs);
  });

  test("D11: a shallow clone does not say when its oldest files were added", async () => {
    const repository = createRepository({ [A]: "a\n" });
    repository.commit("one", FIRST);
    repository.write(B, "b\n");
    repository.commit("two", SECOND);
    repository.write(A, "a2\n");
    repository.commit("three", THIRD);
    const clone = join(temporaryFolder(), "clone");
    repository.git("clone", "--quiet", "--depth=1", `file://${repository.root}`, clone);
    expect(timesOf((await ask(clone))?.addedMs)).toEqual({});
  });

  test("history is read only until every file has its date", async () => {
    const repository = createRepository({ [A]: "a\n" });
    repository.commit("old", FIRST);
    const tree = repository.git("rev-parse", "HEAD^{tree}");
    repository.write(A, "a2\n");
    repository.commit("new", SECOND);
    repository.write(A, "a3\n");
    repository.commit("newer", THIRD);
    // Without the oldest commit's tree, reading all of the history fails.
    rmSync(join(repository.root, ".git/objects", tree.slice(0, 2), tree.slice(2)));
    expect(() => repository.git("log", "--name-only", "--", "tasks")).toThrow();
    expect(await dates(repository)).toEqual({ [A]: THIRD });
  });

  test.each<[string, () => string]>([
    ["no git", () => temporaryFolder()],
    ["no commits", () => createRepository({ [A]: "a\n" }).root],
    ["a folder that is gone", () => join(temporaryFolder(), "gone")],
  ])("%s: no dates and no complaint", async (_name, make) => {
    const root = make();
    const git = createGit({ root, env: GIT_TEST_ENVIRONMENT });
    const before = git.facts();
    expect(await git.commitDates(neverAborted())).toBeNull();
    expect(git.facts()).toEqual(before);
  });

  test("an aborted question is no failure", async () => {
    const repository = createRepository({ [A]: "a\n" });
    repository.commit("all");
    const git = createGit({ root: repository.root, env: GIT_TEST_ENVIRONMENT });
    expect(await git.commitDates(AbortSignal.abort())).toBeNull();
    expect(git.facts().git).toBe("ok");
  });
});

describe("what git complains about is shown once, with a hint, until it is fixed", () => {
  test("git is not installed", async () => {
    const repository = committed();
    const git = createGit({ root: repository.root, env: { PATH: temporaryFolder() } });
    expect(await git.commitDates(neverAborted())).toBeNull();
    expect(git.facts()).toMatchObject({
      branch: "main",
      git: "failing",
      notice: expect.stringContaining("not installed"),
    });
  });

  test("the repository belongs to another user", async () => {
    const repository = committed();
    const env = {
      ...GIT_TEST_ENVIRONMENT,
      PATH: fakeGit('echo "fatal: detected dubious ownership in repository" >&2; exit 128'),
    };
    const git = createGit({ root: repository.root, env });
    expect(await git.commitDates(neverAborted())).toBeNull();
    expect(git.facts().notice).toContain("safe.directory");
    expect(git.facts().notice).not.toContain(repository.root);
  });

  test("a damaged repository, later fixed", async () => {
    const repository = committed();
    const file = join(repository.root, ".git/refs/heads/main");
    const commit = repository.git("rev-parse", "HEAD");
    const git = createGit({ root: repository.root, env: GIT_TEST_ENVIRONMENT });
    writeFileSync(file, `${"0123456789".repeat(4)}\n`);
    expect(await git.commitDates(neverAborted())).toBeNull();
    writeFileSync(file, `${commit}\n`);
    expect(await git.commitDates(neverAborted())).not.toBeNull();
    expect(git.facts()).toMatchObject({ git: "ok", notice: null });
  });
});

test("S18: a hostile configuration makes git run nothing", async () => {
  const repository = createRepository({ [A]: "a\n", ".gitattributes": "* filter=evil diff=evil\n" });
  repository.commit("all", FIRST);
  const markers = temporaryFolder();
  const run = (name: string) => `touch ${join(markers, name)}`;
  mkdirSync(join(repository.root, ".git/hooks"), { recursive: true });
  appendFileSync(
    join(repository.root, ".git/config"),
    `
[core]
	fsmonitor = ${run("fsmonitor")}
	pager = ${run("pager")}
	sshCommand = ${run("ssh")}
	editor = ${run("editor")}
	askPass = ${run("askpass")}
	hooksPath = .git/hooks
[filter "evil"]
	clean = ${run("clean")}
	smudge = ${run("smudge")}
	process = ${run("process")}
[diff "evil"]
	textconv = ${run("textconv")}
	command = ${run("diff")}
[diff]
	external = ${run("external")}
[gpg]
	program = ${run("gpg")}
[log]
	showSignature = true
[alias]
	log = !${run("alias")}
[pager]
	log = ${run("pager-log")}
`,
  );
  repository.write(A, "changed\n");
  repository.write(A, "a\n");
  expect(await dates(repository)).toEqual({ [A]: FIRST });
  expect(readdirSync(markers)).toEqual([]);
});

test("S17: a path or branch that looks like an option is only data", async () => {
  const repository = createRepository({ [`${TASKS}/--output=x.md`]: "x\n" });
  repository.commit("all", FIRST);
  repository.git("update-ref", "refs/heads/--upload-pack=x", "HEAD");
  repository.git("symbolic-ref", "HEAD", "refs/heads/--upload-pack=x");
  expect(await dates(repository)).toEqual({ [`${TASKS}/--output=x.md`]: FIRST });
  expect(createGit({ root: repository.root }).facts().branch).toBe("--upload-pack=x");
});

test("S10: a file that became a link or a pipe is not followed", async () => {
  const repository = createRepository({ [A]: "same\n", [B]: "b\n" });
  repository.commit("all", FIRST);
  const outside = join(temporaryFolder(), "outside.md");
  writeFileSync(outside, "same\n");
  repository.git("rm", "--quiet", "--cached", A);
  repository.git("reset", "--quiet", "--mixed");
  expect(await dates(repository)).toEqual({ [A]: FIRST, [B]: FIRST });
  repository.git("rm", "--quiet", A);
  mkdirSync(join(repository.root, TASKS), { recursive: true });
  symlinkSync(outside, join(repository.root, A));
  expect(await dates(repository)).toEqual({ [B]: FIRST });
});

test("R7: git is never in a person's way: the index lock of another is no hindrance, and none is left", async () => {
  const repository = committed();
  const lock = join(repository.root, ".git/index.lock");
  writeFileSync(lock, "");
  expect(await dates(repository)).toEqual({ [A]: FIRST });
  expect(existsSync(lock)).toBe(true);
});

test("GIT_DIR and its kin in the environment lead nowhere else", async () => {
  const repository = committed();
  const other = committed();
  const env = { ...GIT_TEST_ENVIRONMENT, GIT_DIR: join(other.root, ".git"), GIT_WORK_TREE: other.root };
  const answer = await createGit({ root: repository.root, env }).commitDates(neverAborted());
  expect(answer?.head).toBe(openRepository(repository.root).git("rev-parse", "HEAD"));
});

function committed(): TestRepository {
  const repository = createRepository({ [A]: `${Math.random()}\n` });
  repository.commit("all", FIRST);
  return repository;
}

/** A folder with a `git` that does this. */
function fakeGit(script: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "git"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}

function ask(root: string) {
  return createGit({ root, env: GIT_TEST_ENVIRONMENT }).commitDates(neverAborted());
}

async function dates(repository: TestRepository) {
  return toTimes(await ask(repository.root));
}

function toTimes(answer: Awaited<ReturnType<typeof ask>>): Record<string, string> | null {
  return timesOf(answer?.datesMs);
}

function timesOf(datesMs: ReadonlyMap<string, number> | undefined): Record<string, string> | null {
  if (datesMs === undefined) return null;
  const entries = [...datesMs].map(([path, ms]) => [path, new Date(ms).toISOString().replace(".000", "")]);
  return Object.fromEntries(entries);
}

function neverAborted(): AbortSignal {
  return new AbortController().signal;
}
