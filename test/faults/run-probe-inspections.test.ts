// What git says of worktrees, asked in the background: git is a function that answers when the test lets it.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeActivity } from "../../src/core/agent/activity/stored-activity.ts";
import type { CommitSha } from "../../src/core/contract/commit-sha.ts";
import type { Run, RunId } from "../../src/core/contract/run.ts";
import type { WorktreeInspection } from "../../src/ports/git/worktrees.ts";
import { createRepository, openRepository, temporaryFolder } from "../support/git-repository.ts";
import { sampleActivity } from "../support/run-samples.ts";
import {
  createProbeContext,
  HOUR_MS,
  MINUTE_MS,
  type ProbeContext,
  runningRun,
  worktreeFacts,
} from "./run-probe-context.ts";

type Question = {
  readonly slug: string;
  readonly signal: AbortSignal;
  answer(facts: WorktreeInspection | null): Promise<void>;
  fail(): Promise<void>;
};

/** Git that has not answered yet. */
function createSlowGit() {
  const open: Question[] = [];
  const asked: string[] = [];
  const inspect = (slug: string, signal: AbortSignal) =>
    new Promise<WorktreeInspection | null>((resolve, reject) => {
      asked.push(slug);
      // What follows an answer has happened after a turn of the event loop.
      const settled = () => new Promise<void>((done) => setImmediate(done));
      open.push({
        slug,
        signal,
        answer: (facts) => {
          resolve(facts);
          return settled();
        },
        fail: () => {
          reject(new Error("git is broken"));
          return settled();
        },
      });
    });
  return {
    inspect,
    asked,
    open,
    next(): Question {
      const question = open.shift();
      if (question === undefined) throw new Error("Git was not asked.");
      return question;
    },
  };
}

type World = ProbeContext & ReturnType<typeof createSlowGit>;

/** Worktrees that are folders without git: nothing in them moves but what git says. */
function createFolders(...keys: readonly string[]): World & { readonly runs: readonly Run[] } {
  const git = createSlowGit();
  const root = temporaryFolder("tasks-probe");
  const context = createProbeContext({ root, inspect: git.inspect });
  const runs = keys.map((key) => {
    mkdirSync(join(root, ".worktrees", key), { recursive: true });
    return runOf(key, { startedAtMs: context.clock.wallMs() });
  });
  return { ...context, ...git, runs };
}

function runOf(key: string, changes: Partial<Run> = {}): Run {
  return runningRun({ key, id: `run-${key}` as RunId, worktree: `.worktrees/${key}`, ...changes });
}

const facts = (key: string, changes: Partial<WorktreeInspection> = {}) =>
  worktreeFacts({ slug: key, worktree: `.worktrees/${key}`, ...changes });

test("a look never waits for git, and tells what git said with the time it was said", async () => {
  const { runs, sight, next, clock } = createFolders("a");
  const [run = runOf("a")] = runs;
  // It has not answered, and the look is over.
  expect((await sight(run)).worktree).toMatchObject({ changedFiles: null, commits: null });
  clock.advance(2_000);
  const head = "f".repeat(40) as CommitSha;
  await next().answer(facts("a", { changedFiles: 2, commits: 1, head }));
  const saidAtMs = clock.wallMs();
  clock.advance(30_000);
  expect((await sight(run)).worktree).toEqual({
    lookedAtMs: saidAtMs,
    changedAtMs: null,
    changedFiles: 2,
    commits: 1,
    head,
    branch: null,
    checkedOut: null,
    diff: null,
  });
});

test("git is asked about one worktree at a time, the one that waited longest first", async () => {
  const { runs, probe, asked, next, clock } = createFolders("a", "b", "c");
  await probe.look(runs);
  await probe.look(runs);
  expect(asked).toEqual(["a"]);
  clock.advance(1);
  await next().answer(facts("a"));
  expect(asked).toEqual(["a", "b"]);
  clock.advance(10 * MINUTE_MS);
  await probe.look([...runs].reverse());
  await next().answer(facts("b"));
  await next().answer(facts("c"));
  await next().answer(facts("a"));
  expect(asked).toEqual(["a", "b", "c", "a", "b"]);
});

test("K66: git is asked again when the agent may have changed files, and says how they differ", async () => {
  const { runs, sight, next, clock, write, asked } = createFolders("a");
  const [run = runOf("a")] = runs;
  const digest = (writes: number) =>
    write(".tasks/task_manager/runs/run-a/activity.json", encodeActivity(sampleActivity({ writes })));
  await sight(run);
  await next().answer(facts("a"));
  clock.advance(MINUTE_MS);
  await sight(run);
  expect(asked).toHaveLength(1);
  digest(1);
  await sight(run);
  const diff = { files: 1, added: 2, removed: 0, newest: [{ path: "b.md", added: 2, removed: 0 }] };
  await next().answer(facts("a", { diff }));
  expect((await sight(run)).worktree).toMatchObject({ diff });
  digest(22);
  await sight(run);
  expect(asked).toHaveLength(2);
  clock.advance(MINUTE_MS);
  await sight(run);
  expect(asked).toHaveLength(3);
});

test("git is asked again only when all else is still, and then once a minute", async () => {
  const { runs, probe, asked, next, clock } = createFolders("a");
  const lookFor = async (minutes: number) => {
    for (let second = 0; second < minutes * 60; second += 15) {
      clock.advance(15_000);
      await probe.look(runs);
    }
  };
  await probe.look(runs);
  await next().answer(facts("a"));
  await lookFor(4.75);
  expect(asked).toHaveLength(1);
  await lookFor(0.25);
  expect(asked).toHaveLength(2);
  await next().answer(facts("a"));
  await lookFor(0.75);
  expect(asked).toHaveLength(2);
  await lookFor(0.25);
  expect(asked).toHaveLength(3);
  // An answer that does not come is not asked for again.
  await lookFor(10);
  expect(asked).toHaveLength(3);
});

test("what only git sees is progress", async () => {
  const { runs, sight, next, clock } = createFolders("a");
  const [run = runOf("a")] = runs;
  await sight(run);
  await next().answer(facts("a", { changedFiles: 1 }));
  clock.advance(6 * MINUTE_MS);
  await sight(run);
  await next().answer(facts("a", { changedFiles: 1 }));
  expect((await sight(run)).worktree?.changedAtMs).toBeNull();
  clock.advance(MINUTE_MS);
  await sight(run);
  await next().answer(facts("a", { changedFiles: 3 }));
  const changedAtMs = clock.wallMs();
  clock.advance(MINUTE_MS);
  expect((await sight(run)).worktree).toMatchObject({ changedAtMs, changedFiles: 3 });
  await next().answer(facts("a", { changedFiles: null, commits: 2 }));
  clock.advance(10_000);
  expect((await sight(run)).worktree).toMatchObject({ changedFiles: null, commits: 2 });
});

test("a worker that continues writing the same files is at work, as of when it wrote", async () => {
  const { runs, sight, next, clock } = createFolders("a");
  const [run = runOf("a")] = runs;
  const said = (editedAtMs: number) => facts("a", { changedFiles: 1, editedAtMs });
  const changedAge = async () => clock.wallMs() - ((await sight(run)).worktree?.changedAtMs ?? 0);
  await sight(run);
  // The first time git is asked, as after a takeover, the files' time is a probe too.
  await next().answer(said(clock.wallMs() - 7 * MINUTE_MS));
  expect(await changedAge()).toBe(7 * MINUTE_MS);
  clock.advance(10 * MINUTE_MS);
  await sight(run);
  await next().answer(said(clock.wallMs() - 2 * MINUTE_MS));
  expect(await changedAge()).toBe(2 * MINUTE_MS);
  // A time that cannot be is not believed, but that it is another one is.
  clock.advance(10 * MINUTE_MS);
  await sight(run);
  await next().answer(said(clock.wallMs() + HOUR_MS));
  expect(await changedAge()).toBe(0);
});

test("a commit makes git be asked at once, but not twice in a minute", async () => {
  const repository = createRepository({ "a.txt": "one\n" });
  repository.commit("first");
  repository.git("worktree", "add", "--quiet", "-b", "task/a", join(repository.root, ".worktrees/a"));
  const work = openRepository(join(repository.root, ".worktrees/a"));
  const { inspect, asked, next } = createSlowGit();
  const { clock, sight } = createProbeContext({ root: repository.root, inspect });
  const run = runOf("a", { startedAtMs: clock.wallMs() });
  await sight(run);
  await next().answer(facts("a"));
  clock.advance(20_000);
  work.commit("second");
  await sight(run);
  expect(asked).toHaveLength(1);
  clock.advance(40_000);
  await sight(run);
  expect(asked).toHaveLength(2);
  // One that is made while git looks is not taken for seen.
  work.commit("third");
  await sight(run);
  await next().answer(facts("a", { commits: 1 }));
  clock.advance(MINUTE_MS);
  await sight(run);
  expect(asked).toHaveLength(3);
});

describe("whose worktree is asked about", () => {
  test("that of an ended worker once, however still it is", async () => {
    const { runs, sight, next, asked, clock } = createFolders("a");
    const ended = { ...(runs[0] ?? runOf("a")), state: "exited", holder: null, worker: null } as const;
    await sight(ended);
    await next().answer(facts("a", { commits: 3 }));
    clock.advance(HOUR_MS);
    expect((await sight(ended)).worktree?.commits).toBe(3);
    expect(asked).toHaveLength(1);
  });

  test("none that lies elsewhere, is gone, or is on another host", async () => {
    const { probe, asked } = createFolders("a");
    await probe.look([
      runOf("b"),
      runOf("c", { worktree: temporaryFolder() }),
      runOf("d", { worktree: ".worktrees/a" }),
      runOf("a", { host: "other" }),
      runOf("a", { worktree: null }),
    ]);
    expect(asked).toEqual([]);
  });

  test("what git says of another one of that name is not believed", async () => {
    const { runs, sight, next } = createFolders("a");
    const [run = runOf("a")] = runs;
    await sight(run);
    await next().answer(facts("a", { worktree: "/elsewhere/a", commits: 9 }));
    expect((await sight(run)).worktree?.commits).toBeNull();
  });
});

test("git that fails is said, and what it said before stands with its time", async () => {
  const { runs, sight, probe, next, clock, warnings } = createFolders("a", "b");
  const [run = runOf("a")] = runs;
  await sight(run);
  await next().answer(facts("a", { changedFiles: 1, commits: 1 }));
  const saidAtMs = clock.wallMs();
  clock.advance(10 * MINUTE_MS);
  await sight(run);
  await next().answer(facts("a", { changedFiles: null, commits: null }));
  clock.advance(MINUTE_MS);
  await sight(run);
  await next().answer(null);
  clock.advance(MINUTE_MS);
  await probe.look(runs);
  await next().fail();
  expect(warnings).toEqual(["a worktree could not be inspected"]);
  // The next one is asked about all the same.
  expect(next().slug).toBe("a");
  expect((await sight(run)).worktree).toMatchObject({ lookedAtMs: saidAtMs, commits: 1 });
});

test("what is over is forgotten, also what git says later", async () => {
  const { runs, sight, probe, next, asked } = createFolders("a");
  const [run = runOf("a")] = runs;
  await sight(run);
  await probe.look([{ ...run, state: "closed" }]);
  await next().answer(facts("a", { commits: 1 }));
  expect((await sight(run)).worktree?.commits).toBeNull();
  expect(asked).toHaveLength(2);
});

test("stopping ends what git does, and nothing more is asked", async () => {
  const { runs, probe, next, asked, open, warnings } = createFolders("a", "b");
  await probe.look(runs);
  probe.stop();
  probe.stop();
  const question = next();
  expect(question.signal.aborted).toBe(true);
  await question.fail();
  await probe.look(runs);
  expect([asked, open, warnings]).toEqual([["a"], [], []]);
});

test("R10: the minute between two questions is measured by the monotonic clock", async () => {
  const { runs, sight, next, asked, clock } = createFolders("a");
  const [run = runOf("a")] = runs;
  await sight(run);
  await next().answer(facts("a"));
  clock.stepWall(HOUR_MS);
  await sight(run);
  expect(asked).toHaveLength(1);
  clock.advance(MINUTE_MS);
  await sight(run);
  expect(asked).toHaveLength(2);
  await next().answer(facts("a"));
  clock.stepWall(-2 * HOUR_MS);
  clock.advance(5 * MINUTE_MS);
  const { worktree } = await sight(run);
  expect(worktree?.lookedAtMs).toBeLessThanOrEqual(clock.wallMs());
  // Its start is in the future now, which does not prevent an inspection.
  expect(asked).toHaveLength(3);
});
