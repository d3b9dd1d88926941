// A worktree as a sign of progress: real git, whose changes are found by files alone.

import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createWorktrees } from "../../src/adapters/git/worktrees.ts";
import type { Run } from "../../src/core/contract/run.ts";
import {
  createRepository,
  GIT_TEST_ENVIRONMENT,
  openRepository,
  type TestRepository,
  temporaryFolder,
} from "../support/git-repository.ts";
import { eventually } from "../support/served-tree.ts";
import {
  createProbeContext,
  HOUR_MS,
  MINUTE_MS,
  type ProbeContext,
  runningRun,
} from "./run-probe-context.ts";

const TASK = "tasks/workstreams/infra/tasks/a.md";
const TEXT = "---\ntitle: A\nstatus: ready\n---\n\n# Problem\n";

type World = ProbeContext & {
  readonly repository: TestRepository;
  /** The worktree of task `a`. */
  readonly work: TestRepository;
  readonly folder: string;
  readonly run: Run;
  /** How long ago the worktree changed; null when no change is known. */
  changedAge(): Promise<number | null>;
};

function createWorktree(): World {
  const repository = createRepository({ [TASK]: TEXT, "src/a.txt": "one\n" });
  repository.commit("first");
  const folder = join(repository.root, ".worktrees/a");
  repository.git("worktree", "add", "--quiet", "-b", "task/a", folder);
  const context = createProbeContext({ root: repository.root });
  const run = runningRun({ worktree: ".worktrees/a" });
  return {
    ...context,
    repository,
    work: openRepository(folder),
    folder,
    run,
    async changedAge() {
      const { worktree } = await context.sight(run);
      return worktree?.changedAtMs === null || worktree === null
        ? null
        : context.clock.wallMs() - worktree.changedAtMs;
    },
  };
}

describe("what moves", () => {
  test.each<[string, (work: TestRepository) => void]>([
    ["a commit", (work) => work.commit("more")],
    [
      "a file that is added",
      (work) => {
        work.write("new.txt", "new\n");
        work.git("add", "new.txt");
      },
    ],
    ["another branch", (work) => work.git("checkout", "--quiet", "-b", "other")],
    ["a detached HEAD", (work) => work.git("checkout", "--quiet", "--detach")],
    [
      "a commit without a working tree",
      (work) =>
        work.git("update-ref", "HEAD", work.git("commit-tree", "-m", "x", "-p", "HEAD", "HEAD^{tree}")),
    ],
  ])("%s is seen", async (_name, change) => {
    const { work, clock, changedAge, sight, run } = createWorktree();
    await changedAge();
    clock.advance(HOUR_MS);
    expect(await changedAge()).toBeGreaterThanOrEqual(HOUR_MS);
    change(work);
    // Its file has the machine's time, which the clock is ahead of: then it is dated by the look.
    expect(await changedAge()).toBe(0);
    expect((await sight(run)).worktree?.head).toBe(work.git("rev-parse", "HEAD"));
    clock.advance(MINUTE_MS);
    expect(await changedAge()).toBe(MINUTE_MS);
  });

  test("a change is dated by its file where that can be", async () => {
    const { work, clock, changedAge, repository } = createWorktree();
    await changedAge();
    clock.advance(MINUTE_MS);
    work.write("new.txt", "new\n");
    work.git("add", "new.txt");
    const atMs = clock.wallMs() - 10_000;
    utimesSync(join(repository.root, ".git/worktrees/a/index"), atMs / 1000, atMs / 1000);
    expect(await changedAge()).toBe(10_000);
  });

  test("what git does for itself is no progress", async () => {
    const { repository, clock, changedAge } = createWorktree();
    await changedAge();
    clock.advance(HOUR_MS);
    repository.git("pack-refs", "--all");
    repository.git("gc", "--quiet");
    expect(await changedAge()).toBeGreaterThanOrEqual(HOUR_MS);
    repository.commit("in the root only");
    expect(await changedAge()).toBeGreaterThanOrEqual(HOUR_MS);
  });

  test("after a takeover the files' times count", async () => {
    const { repository, clock, run, sight, takeOver, changedAge } = createWorktree();
    await changedAge();
    const atMs = clock.wallMs() - 20 * MINUTE_MS;
    for (const name of ["index", "HEAD", "logs/HEAD"]) {
      utimesSync(join(repository.root, ".git/worktrees/a", name), atMs / 1000, atMs / 1000);
    }
    utimesSync(join(repository.root, ".git/refs/heads/task/a"), atMs / 1000, atMs / 1000);
    const { worktree } = await sight(run, takeOver());
    expect(clock.wallMs() - (worktree?.changedAtMs ?? 0)).toBe(20 * MINUTE_MS);
  });

  test("R10: times from the future are from now, and a clock set back makes nothing lie ahead", async () => {
    const { repository, clock, changedAge } = createWorktree();
    const aheadS = (clock.wallMs() + HOUR_MS) / 1000;
    utimesSync(join(repository.root, ".git/worktrees/a/index"), aheadS, aheadS);
    expect(await changedAge()).toBe(0);
    clock.stepWall(-HOUR_MS);
    expect(await changedAge()).toBe(0);
    clock.advance(MINUTE_MS);
    expect(await changedAge()).toBe(MINUTE_MS);
  });
});

test("real git, asked in the background, tells of files and commits", async () => {
  const repository = createRepository({ "a.txt": "one\n" });
  repository.commit("first");
  const worktrees = createWorktrees({ root: repository.root, base: null, env: GIT_TEST_ENVIRONMENT });
  const prepared = await worktrees.prepare("a", new AbortController().signal);
  if (prepared.kind === "failed") throw new Error(prepared.message);
  const { clock, sight } = createProbeContext({ root: repository.root, inspect: worktrees.inspect });
  const work = openRepository(prepared.folder);
  work.write("b.txt", "two\n");
  work.commit("second");
  const editedAtMs = clock.wallMs() - 7 * MINUTE_MS;
  work.write("a.txt", "changed\n");
  utimesSync(join(prepared.folder, "a.txt"), editedAtMs / 1000, editedAtMs / 1000);
  const run = runningRun({ worktree: prepared.worktree });
  await sight(run);
  const { worktree } = await eventually(
    () => sight(run),
    (observation) => observation.worktree?.commits !== null,
  );
  expect(worktree).toMatchObject({ commits: 1, changedFiles: 1, head: work.git("rev-parse", "HEAD") });
});

describe("a worktree that is not as it should be", () => {
  test("a deleted one is reported, and seen again when it is back", async () => {
    const { sight, run, folder, repository } = createWorktree();
    expect(await sight(run)).toMatchObject({ worktreeExists: true, worktree: { head: expect.any(String) } });
    rmSync(folder, { recursive: true });
    expect(await sight(run)).toMatchObject({ worktreeExists: false, worktree: null, drifted: false });
    repository.git("worktree", "prune");
    repository.git("worktree", "add", "--quiet", folder, "task/a");
    expect(await sight(run)).toMatchObject({ worktreeExists: true, worktree: { head: expect.any(String) } });
  });

  test("a link in its place is none", async () => {
    const { sight, run, folder } = createWorktree();
    renameSync(folder, `${folder}-moved`);
    symlinkSync(`${folder}-moved`, folder);
    expect(await sight(run)).toMatchObject({ worktreeExists: false, worktree: null });
  });

  test("a folder without its own git folder is not taken for the repository around it", async () => {
    const { sight, run, folder, repository, clock, changedAge } = createWorktree();
    rmSync(join(folder, ".git"));
    expect(await sight(run)).toMatchObject({
      worktreeExists: true,
      worktree: { head: null, changedAtMs: null },
    });
    clock.advance(MINUTE_MS);
    repository.commit("in the root");
    expect(await changedAge()).toBeNull();
  });

  test("a run has none yet", async () => {
    const { sight } = createWorktree();
    expect(await sight(runningRun())).toMatchObject({ worktreeExists: null, worktree: null });
  });

  test("one that was made elsewhere is probed where it is", async () => {
    const { sight, repository } = createWorktree();
    const elsewhere = join(temporaryFolder(), "mine");
    repository.git("worktree", "add", "--quiet", "-b", "mine", elsewhere);
    const run = runningRun({ kind: "by_hand", worktree: elsewhere, holder: null, worker: null });
    expect(await sight(run)).toMatchObject({
      holder: "unknown",
      worker: "unknown",
      worktreeExists: true,
      worktree: { head: repository.git("rev-parse", "mine") },
    });
  });

  test("a repository that is gone is no error", async () => {
    const { sight, run, root } = createWorktree();
    rmSync(root, { recursive: true });
    expect(await sight(run)).toMatchObject({
      worktreeExists: false,
      worktree: null,
      log: null,
      drifted: false,
    });
  });
});

describe("the task's file in the worktree", () => {
  test.each<[string, (text: string) => string, boolean]>([
    ["as it is in the root", (text) => text, false],
    ["with another value", (text) => text.replace("ready", "completed"), true],
    ["with another comment", (text) => text.replace("ready", "ready # soon"), true],
    ["with other line ends", (text) => text.replaceAll("\n", "\r\n"), false],
    ["with another body", (text) => `${text}\nMore.\n`, false],
    ["without front matter", () => "# Problem\n", true],
  ])("%s", async (_name, change, drifted) => {
    const { sight, run, work } = createWorktree();
    expect((await sight(run)).drifted).toBe(false);
    work.write(TASK, change(TEXT));
    expect((await sight(run)).drifted).toBe(drifted);
    work.write(TASK, TEXT);
    expect((await sight(run)).drifted).toBe(false);
  });

  test("what only one of the two has does not differ", async () => {
    const { sight, run, folder, root } = createWorktree();
    rmSync(join(folder, TASK));
    expect((await sight(run)).drifted).toBe(false);
    rmSync(join(root, TASK));
    expect((await sight(run)).drifted).toBe(false);
  });

  test("an edit in the root is seen too, and the file may move to another workstream", async () => {
    const { sight, run, write, root, folder } = createWorktree();
    write(TASK, TEXT.replace("ready", "blocked"));
    expect((await sight(run)).drifted).toBe(true);
    const moved = TASK.replace("infra", "web");
    for (const top of [root, folder]) {
      mkdirSync(join(top, "tasks/workstreams/web/tasks"), { recursive: true });
      renameSync(join(top, TASK), join(top, moved));
    }
    expect((await sight(run)).drifted).toBe(true);
    writeFileSync(join(folder, moved), TEXT.replace("ready", "blocked"));
    expect((await sight(run)).drifted).toBe(false);
  });

  test("a key with its workstream names the file of that workstream", async () => {
    const { sight, write, work } = createWorktree();
    write("tasks/workstreams/web/tasks/a.md", TEXT);
    work.write("tasks/workstreams/web/tasks/a.md", TEXT.replace("ready", "blocked"));
    const at = { worktree: ".worktrees/a" } as const;
    expect(
      (await sight(runningRun({ ...at, key: "web/a", id: runningRun({ key: "web" }).id }))).drifted,
    ).toBe(true);
    expect(
      (await sight(runningRun({ ...at, key: "infra/a", id: runningRun({ key: "inf" }).id }))).drifted,
    ).toBe(false);
  });

  test("S10: a link in the worktree is not read", async () => {
    const { sight, run, folder, write, root } = createWorktree();
    write("secret.md", TEXT.replace("ready", "blocked"));
    rmSync(join(folder, TASK));
    symlinkSync(join(root, "secret.md"), join(folder, TASK));
    expect((await sight(run)).drifted).toBe(false);
  });
});
