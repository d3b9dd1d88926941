// Rebases that are killed at every step, meet people at work, or lose the connection. Whatever happens, no
// commit, push or file is lost, and the next call recovers.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runCommand } from "../../src/adapters/exec/run-command.ts";
import { createWorktrees } from "../../src/adapters/git/worktrees.ts";
import type { Worktrees } from "../../src/ports/git/worktrees.ts";
import type { CommandRequest, CommandResult, RunCommand } from "../../src/ports/system/run-command.ts";
import { temporaryFolder } from "../support/git-repository.ts";
import {
  BRANCH,
  createRebaseWorld,
  headOf,
  moveBase,
  pushToBase,
  type RebaseWorld,
  rebase,
  stateOfTask,
  textOf,
} from "../support/rebase-world.ts";
import { rounds } from "../support/rounds.ts";
import { gitEnvironment, prepared } from "../support/task-worktrees.ts";

const CHILD = join(import.meta.dirname, "rebase-child.ts");
const MOVE = `update-ref refs/heads/${BRANCH}`;
const LONG_AGO_S = 1_000_000;

const ownFolder = ({ repository }: RebaseWorld) => join(repository.root, ".git/worktrees/a");
const tipThere = ({ remote }: RebaseWorld) => remote.git("rev-parse", BRANCH);
const open = ({ repository }: RebaseWorld, run: RunCommand = runCommand): Worktrees =>
  createWorktrees({ root: repository.root, base: null, env: gitEnvironment(), run });

/** As if it had been a while ago: locks and notes say when they were written. */
function letTimePass(world: RebaseWorld): void {
  for (const name of ["tasks-rebase.json", "index.lock"]) {
    const file = join(ownFolder(world), name);
    if (existsSync(file)) utimesSync(file, LONG_AGO_S, LONG_AGO_S);
  }
}

/** The task's work is on top of the base, here and on the remote, and nothing of ours is left. */
function expectRebased(world: RebaseWorld): void {
  expect(tipThere(world)).toBe(headOf(world));
  expect(world.task.git("rev-parse", "HEAD^")).toBe(world.remote.git("rev-parse", "main"));
  expect(world.task.git("status", "--porcelain")).toBe("");
  expect(world.task.git("symbolic-ref", "HEAD")).toBe(`refs/heads/${BRANCH}`);
  expect(textOf(world)).toMatch(/^the base's line\n[\s\S]*the task's line\n$/);
  expect(readdirSync(ownFolder(world)).filter((name) => /^tasks|lock$/.test(name))).toEqual([]);
  expect(readdirSync(join(world.repository.root, ".worktrees")).sort()).toEqual([".gitignore", "a"]);
}

/** Calls until it is rebased, with what the remote has; as a runner would. */
async function carryOn(world: RebaseWorld): Promise<void> {
  letTimePass(world);
  const rebased = await rebase({ worktrees: open(world), pushed: tipThere(world) as RebaseWorld["pushed"] });
  expect(rebased.kind).toMatch(/^(?:rebased|up_to_date)$/);
  expectRebased(world);
}

describe("killed in the middle", () => {
  test.each([
    ["ls-remote", "before"],
    ["fetch", "after"],
    ["rebase", "before"],
    ["rebase", "after"],
    ["read-tree", "before"],
    ["read-tree", "after"],
    [MOVE, "after"],
    ["push", "before"],
    ["push", "after"],
  ])("kill -9 at git %s, %s it ran: the next call brings it to its end", async (command, when) => {
    const world = await createRebaseWorld();
    moveBase(world);
    const args = [CHILD, world.repository.root, temporaryFolder(), world.pushed, command, when];
    const child = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect([child.signal, child.stdout]).toEqual(["SIGKILL", ""]);
    expect([world.pushed, headOf(world)]).toContain(tipThere(world));
    await carryOn(world);
  });

  test("a push may outlive who began it: the next call waits for it, and does not put the branch back", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    const args = [CHILD, world.repository.root, temporaryFolder(), world.pushed, "push", "before"];
    spawnSync(process.execPath, args);
    const moved = headOf(world);
    expect(moved).not.toBe(world.pushed);
    const again = await rebase({ ...world, worktrees: open(world) });
    expect(again).toMatchObject({ kind: "failed", why: expect.stringContaining("still be in progress") });
    expect(headOf(world)).toBe(moved);
    await carryOn(world);
  });

  test("at each of its commands, or some of them: the next call brings it to its end", async () => {
    const step = rounds({ short: 5, full: 1 });
    let isOver = false;
    for (let kill = 1; !isOver; kill += step) {
      const world = await createRebaseWorld();
      moveBase(world);
      isOver = !(await dieAt(world, kill));
      await carryOn(world);
    }
  }, 300_000);
});

/** Stands still forever at the nth command, as far as anyone can see. False when it never came to it. */
async function dieAt(world: RebaseWorld, nth: number): Promise<boolean> {
  let count = 0;
  const died = Promise.withResolvers<true>();
  const run: RunCommand = (request) => {
    count += 1;
    if (count < nth) return runCommand(request);
    died.resolve(true);
    return new Promise(() => undefined);
  };
  const ended = rebase({ ...world, worktrees: open(world, run) });
  const isDead = await Promise.race([died.promise, ended.then(() => false)]);
  const lock = join(world.repository.root, ".worktrees/.a.preparing");
  // Of a process that is gone.
  if (isDead) writeFileSync(lock, "{}");
  return isDead;
}

describe("a start of the task after a rebase was killed", () => {
  test("deletes the scratch worktree that was left", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    const args = [CHILD, world.repository.root, temporaryFolder(), world.pushed, "rebase", "after"];
    spawnSync(process.execPath, args);
    const left = () => readdirSync(ownFolder(world)).filter((name) => name.startsWith("tasks"));
    expect(left()).not.toEqual([]);
    expect(await prepared(open(world), "a")).toMatchObject({ created: false });
    expect(left()).toEqual([]);
    expect(headOf(world)).toBe(world.pushed);
  });

  test.each(["read-tree", MOVE])("after git %s: what was not pushed is taken back first", async (command) => {
    const world = await createRebaseWorld();
    moveBase(world);
    const args = [CHILD, world.repository.root, temporaryFolder(), world.pushed, command, "after"];
    spawnSync(process.execPath, args);
    expect(textOf(world)).toContain("the base's line");
    expect(await prepared(open(world), "a")).toMatchObject({ created: false });
    expect(headOf(world)).toBe(world.pushed);
    expect(textOf(world)).not.toContain("the base's line");
    expect(world.task.git("status", "--porcelain")).toBe("");
    expect(readdirSync(ownFolder(world)).filter((name) => name.startsWith("tasks"))).toEqual([]);
    await carryOn(world);
  });

  test("what was edited since stays as it is", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    spawnSync(process.execPath, [
      CHILD,
      world.repository.root,
      temporaryFolder(),
      world.pushed,
      "read-tree",
      "after",
    ]);
    world.task.write("other.md", "mine\n");
    world.task.write("text.md", `${textOf(world)}mine\n`);
    const look = () => [stateOfTask(world)["index"], textOf(world), textOf(world, "other.md"), headOf(world)];
    const before = look();
    const again = { worktrees: open(world), pushed: world.pushed };
    await prepared(again.worktrees, "a");
    const files = ["other.md", "text.md"];
    const why = expect.stringContaining("changed since");
    expect(await rebase(again)).toEqual({ kind: "dirty", why, files });
    expect(await rebase(again, { dryRun: true })).toMatchObject({ kind: "dirty" });
    expect(look()).toEqual(before);
    world.task.git("reset", "--quiet", "--hard");
    await carryOn(world);
  });

  test("what was committed since counts, and the rebase is forgotten", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    spawnSync(process.execPath, [
      CHILD,
      world.repository.root,
      temporaryFolder(),
      world.pushed,
      MOVE,
      "after",
    ]);
    world.task.write("other.md", "mine\n");
    const mine = world.task.commit("mine");
    const again = { worktrees: open(world), pushed: world.pushed };
    expect(await rebase(again)).toMatchObject({ kind: "manual", cause: "branch" });
    expect(headOf(world)).toBe(mine);
    expect(world.task.git("status", "--porcelain")).toBe("");
  });
});

describe("git is killed while it writes files", () => {
  /** The user's own filter kills the git that runs it, once. */
  async function cutOffWorld() {
    const home = temporaryFolder();
    const once = join(home, "armed");
    const filter = `[ -e ${once} ] && rm ${once} && kill -9 $PPID; cat`;
    const quoted = JSON.stringify(filter);
    writeFileSync(join(home, ".gitconfig"), `[filter "deadly"]\n\tsmudge = ${quoted}\n\tclean = cat\n`);
    const env = { PATH: process.env["PATH"] ?? "", HOME: home };
    const files = {
      ".gitattributes": "m-*.md filter=deadly\n",
      "a-first.md": "a\n",
      "z-gone.md": "z\n",
      "m-old.md": "m\n",
    };
    const world = await createRebaseWorld({ env, files });
    moveBase(world);
    world.elsewhere.write("a-first.md", "a of the base\n");
    world.elsewhere.write("b-new/file.md", "new\n");
    world.elsewhere.git("rm", "--quiet", "z-gone.md");
    pushToBase(world.elsewhere, "m-old.md", "m of the base\n");
    writeFileSync(once, "");
    return world;
  }

  test("the next call undoes what was half done, and tries again", async () => {
    const world = await cutOffWorld();
    expect(await rebase(world)).toMatchObject({ kind: "failed", reason: "git" });
    expect(world.task.git("status", "--porcelain")).not.toBe("");
    expect(existsSync(join(ownFolder(world), "index.lock"))).toBe(true);
    // A lock this young may be in use.
    expect(await rebase(world)).toMatchObject({ kind: "failed", why: expect.stringContaining("index.lock") });
    expect(tipThere(world)).toBe(world.pushed);
    letTimePass(world);
    expect(await rebase(world)).toMatchObject({ kind: "rebased" });
    expectRebased(world);
    expect(textOf(world, "m-old.md")).toBe("m of the base\n");
  });

  test("a file that was edited since keeps everything where it is", async () => {
    const world = await cutOffWorld();
    await rebase(world);
    letTimePass(world);
    world.task.write("b-new/mine.md", "mine\n");
    world.task.write("a-first.md", "mine\n");
    const read = () =>
      ["a-first.md", "b-new/mine.md", "m-old.md"].map(
        (name) => existsSync(join(world.task.root, name)) && textOf(world, name),
      );
    const before = read();
    expect(await rebase(world)).toMatchObject({ kind: "dirty", files: ["a-first.md", "b-new/mine.md"] });
    expect(read()).toEqual(before);
    expect(headOf(world)).toBe(world.pushed);
  });
});

/** Does something right before the first command of git that is wanted. */
function meddle(isIt: (request: CommandRequest) => boolean, work: () => void): RunCommand {
  let isDone = false;
  return (request) => {
    if (!isDone && isIt(request)) {
      isDone = true;
      work();
    }
    return runCommand(request);
  };
}

const runs = (command: string) => (request: CommandRequest) => request.args.includes(command);
const pushes = (request: CommandRequest) => runs("push")(request) && !runs("--dry-run")(request);

describe("someone works at the same time", () => {
  test.each([
    ["before the remote is asked", runs("--dry-run")],
    ["at the very last moment", pushes],
  ])("pushes to the branch %s: nothing is overwritten, the branch here is put back", async (_name, when) => {
    const world = await createRebaseWorld();
    moveBase(world);
    let theirs = "";
    const run = meddle(when, () => {
      world.elsewhere.git("fetch", "--quiet");
      world.elsewhere.git("switch", "--quiet", BRANCH);
      theirs = world.elsewhere.commit("theirs");
      world.elsewhere.git("push", "--quiet", "origin", BRANCH);
    });
    expect(await rebase({ ...world, worktrees: open(world, run) })).toEqual({
      kind: "manual",
      cause: "branch",
      why: "it was pushed to from elsewhere meanwhile",
      files: [],
    });
    expect(tipThere(world)).toBe(theirs);
    expect(headOf(world)).toBe(world.pushed);
    expect(textOf(world)).not.toContain("the base's line");
    expect(world.task.git("status", "--porcelain")).toBe("");
    expect(existsSync(join(ownFolder(world), "tasks-rebase.json"))).toBe(false);
  });

  test("what the remote would not take is known before a file is touched", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    const before = stateOfTask(world);
    const run = meddle(runs("--dry-run"), () => void world.remote.git("branch", "-D", BRANCH));
    expect(await rebase({ ...world, worktrees: open(world, run) })).toMatchObject({ kind: "manual" });
    expect(stateOfTask(world)).toEqual({ ...before, remote: expect.anything() });
  });

  test.each<[string, (world: RebaseWorld) => void]>([
    ["a file that the base changed", (world) => world.task.write("text.md", "mine\n")],
    ["another file", (world) => world.task.write("other.md", "mine\n")],
    ["a new file in the place of one of the base", (world) => world.task.write("new.md", "mine\n")],
  ])(
    "edits %s at the very last moment: it stays, and nothing is pushed that is not here",
    async (_name, edit) => {
      const world = await createRebaseWorld();
      moveBase(world);
      pushToBase(world.elsewhere, "new.md", "base\n");
      const run = meddle(runs("read-tree"), () => edit(world));
      const { kind } = await rebase({ ...world, worktrees: open(world, run) });
      expect(world.task.git("status", "--porcelain").split("\n")).toHaveLength(1);
      expect([
        textOf(world),
        textOf(world, "other.md"),
        existsSync(join(world.task.root, "new.md")) && textOf(world, "new.md"),
      ]).toContain("mine\n");
      expect(tipThere(world)).toBe(headOf(world));
      expect(kind).toBe(headOf(world) === world.pushed ? "dirty" : "rebased");
      world.task.git("stash", "--quiet", "--include-untracked");
      await carryOn(world);
    },
  );

  test.each(["read-tree", "update-ref"])(
    "commits right before git %s: the commit counts",
    async (command) => {
      const world = await createRebaseWorld();
      moveBase(world);
      let mine = "";
      const run = meddle(
        (request) =>
          runs(command)(request) &&
          request.args.includes(command === "update-ref" ? `refs/heads/${BRANCH}` : "-m"),
        () => {
          world.task.write("mine.md", "mine\n");
          world.task.git("add", "mine.md");
          world.task.git("commit", "--quiet", "-m", "mine", "--only", "mine.md");
          mine = headOf(world);
        },
      );
      expect(await rebase({ ...world, worktrees: open(world, run) })).toMatchObject({
        kind: "failed",
        reason: "git",
      });
      expect(headOf(world)).toBe(mine);
      expect(world.task.git("status", "--porcelain")).toBe("");
      expect(tipThere(world)).toBe(world.pushed);
      expect(await rebase({ ...world, worktrees: open(world) })).toMatchObject({
        why: "commits in its worktree are not pushed",
      });
    },
  );

  test("a start and a rebase of one task come one after the other", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    const order: string[] = [];
    await Promise.all([
      rebase(world).then(({ kind }) => order.push(kind)),
      prepared(world.worktrees, "a").then(({ kind }) => order.push(kind)),
      rebase(world).then(({ kind }) => order.push(kind)),
    ]);
    expect(order).toEqual(["rebased", "prepared", "manual"]);
    expectRebased(world);
  });

  test("of two processes one rebases, and the other says that it is being done", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    const kinds = await Promise.all([rebase(world), rebase({ ...world, worktrees: open(world) })]);
    expect(kinds.map(({ kind }) => kind).sort()).toEqual(["failed", "rebased"]);
    expectRebased(world);
  });
});

describe("the connection breaks while it is pushed", () => {
  const BROKEN: CommandResult = {
    ok: false,
    ending: "exited",
    exitCode: 128,
    signalName: null,
    stdout: "",
    stderr: "fatal: the remote end hung up unexpectedly",
    durationMs: 1,
    message: "git failed with exit code 128.",
  };

  /** The push arrives or not, and nothing is heard of the remote from then on, or only of that push. */
  function breaking({
    arrives,
    forGood,
  }: {
    readonly arrives: boolean;
    readonly forGood: boolean;
  }): RunCommand {
    let isBroken = false;
    return async (request) => {
      if (pushes(request)) {
        isBroken = true;
        if (arrives) await runCommand(request);
        return BROKEN;
      }
      return isBroken && forGood && runs("ls-remote")(request) ? BROKEN : await runCommand(request);
    };
  }

  test("and the remote has taken it: it is rebased", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    const worktrees = open(world, breaking({ arrives: true, forGood: false }));
    expect(await rebase({ ...world, worktrees })).toMatchObject({ kind: "rebased" });
    expectRebased(world);
  });

  test("and the remote has not: the branch is put back", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    const worktrees = open(world, breaking({ arrives: false, forGood: false }));
    expect(await rebase({ ...world, worktrees })).toMatchObject({ kind: "failed", reason: "network" });
    expect(headOf(world)).toBe(world.pushed);
    await carryOn(world);
  });

  test.each([true, false])(
    "and the result is unknown (it arrived: %j): the next call finds out",
    async (arrives) => {
      const world = await createRebaseWorld();
      moveBase(world);
      const worktrees = open(world, breaking({ arrives, forGood: true }));
      expect(await rebase({ ...world, worktrees })).toMatchObject({ kind: "failed", reason: "network" });
      expect(headOf(world)).toBe(world.pushed);
      expect(world.task.git("status", "--porcelain")).toBe("");
      expect(tipThere(world) === world.pushed).toBe(!arrives);
      await carryOn(world);
    },
  );

  test("and is cancelled at the same time: the branch is put back all the same", async () => {
    const world = await createRebaseWorld();
    moveBase(world);
    const stop = new AbortController();
    const run: RunCommand = (request) => {
      if (pushes(request)) stop.abort();
      return runCommand(request);
    };
    const rebased = await rebase({ ...world, worktrees: open(world, run) }, { signal: stop.signal });
    expect(rebased).toMatchObject({
      kind: "failed",
      reason: "git",
      why: expect.stringContaining("cancelled"),
    });
    expect(headOf(world)).toBe(world.pushed);
    await carryOn(world);
  });
});
