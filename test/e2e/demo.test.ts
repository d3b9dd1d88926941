// The demo as a newcomer meets it: one line, a page of a lively repository, an edit that moves a row, nothing left.

import { execFileSync, execSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { createPlayedClock, playPullRequests } from "../../scripts/made-up-github.ts";
import type { ServedSnapshot } from "../../src/core/contract/snapshot.ts";
import { headChecks } from "../local-github/checks.ts";
import { createRepository } from "../local-github/state.ts";
import { temporaryFolder } from "../support/git-repository.ts";
import { processesNaming } from "../support/served-tree.ts";
import {
  descendantsOf,
  isAlive,
  type RunningTasks,
  runTasks,
  startTasks,
  type TasksResult,
} from "./tasks-process.ts";

type Demo = RunningTasks & { readonly url: string; readonly root: string; readonly temporary: string };

const DAY_MS = 24 * 3_600_000;

/** What nothing of the demo may see. */
const OF_THE_USER = { GITHUB_TOKEN: "ghp_ofTheUser", GH_TOKEN: "ghp_alsoOfTheUser" };

/** In a folder for temporary files of its own, so that what is left can be seen. */
function startDemo(words: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Demo> {
  const temporary = temporaryFolder();
  return opened(startTasks(["demo", "--port", "0", ...words], optionsIn(temporary, env)), temporary);
}

/** As `npm start` does. */
function npmStart(): Promise<Demo> {
  const temporary = temporaryFolder();
  return opened(startScript(["--port", "0"], optionsIn(temporary)), temporary);
}

const START = fileURLToPath(new URL("../../scripts/demo.ts", import.meta.url));

function optionsIn(temporary: string, env: Readonly<Record<string, string>> = {}) {
  return {
    cwd: temporary,
    env: { TMPDIR: temporary, TASK_MANAGER_OWNER: "someone-else", ...OF_THE_USER, ...env },
  };
}

/** Ended when the test is. */
function startScript(words: readonly string[], { cwd, env }: ReturnType<typeof optionsIn>): RunningTasks {
  const child = spawn(process.execPath, [START, ...words], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: cwd, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const streams = { stdout: "", stderr: "" };
  const output = () => streams.stdout + streams.stderr;
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      streams[name] += text;
    });
  // Not when its streams are closed: workers that outlive a server that died have them as well.
  const ended = new Promise<TasksResult>((resolve) => {
    child.once("exit", (code) => resolve({ code, ...streams }));
  });
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  const find = (pattern: RegExp) => {
    const found = pattern.exec(output());
    if (found === null) throw new Error(`it has not printed ${pattern}: ${output()}`);
    return found;
  };
  return {
    ...{ process: child, ended, output },
    printed: (pattern) => vi.waitFor(() => find(pattern), { timeout: 20_000 }),
  };
}

async function opened(running: RunningTasks, temporary: string): Promise<Demo> {
  const [, url = ""] = await running.printed(/Demo: (\S+)\/status/);
  const [, root = ""] = await running.printed(/Files: (\S+)/);
  return { ...running, url, root, temporary };
}

async function statusOf({ url }: Demo): Promise<ServedSnapshot> {
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 10_000 }).toBe(200);
  return (await (await fetch(`${url}/status.json`)).json()) as ServedSnapshot;
}

const ASKED = "evaluation-set-of-200-analyst-questions";
const LIMITED = "write-a-runbook-for-the-task-manager";
const BEHIND_LIMITED = "conversation-memory-across-sessions";

const keysWith = ({ escalation }: ServedSnapshot, code: string) =>
  escalation.signals.filter((signal) => signal.code === code && signal.tier === 2).map(({ task }) => task);

describe("the demo", () => {
  test("shows a repository as it may be on any day: one task overdue, one stuck, problems of every kind", async () => {
    const demo = await startDemo();
    await expect
      .poll(async () => keysWith(await statusOf(demo), "stuck_in_progress"), { timeout: 10_000 })
      .toHaveLength(1);
    const snapshot = await statusOf(demo);
    expect(snapshot.repository).toMatchObject({ name: "dataface", branch: "main", git: "ok", notice: null });
    expect(snapshot.tasks.length).toBeGreaterThanOrEqual(60);
    expect(keysWith(snapshot, "pickup_overdue")).toEqual(["run-browser-tests-in-ci-shards"]);
    expect(keysWith(snapshot, "stuck_in_progress")).toEqual(["move-run-time-state-out-of-task-files"]);
    for (const code of [
      "invalid_task",
      "unknown_owner",
      "dependency_missing",
      "dependency_cycle",
      "dependency_cancelled",
    ]) {
      expect(keysWith(snapshot, code), code).not.toEqual([]);
    }
    expect(snapshot.doubts).toEqual([]);
    expect(snapshot.tasks.every(({ changed_basis: basis }) => basis === "commit")).toBe(true);
  });

  test("U40: its dates are those of the day: no milestone is late, the last task was completed today", async () => {
    const demo = await startDemo();
    const snapshot = await statusOf(demo);
    expect(snapshot.milestones.filter(({ target }) => target !== null).length).toBe(4);
    expect(snapshot.milestones.filter(({ past_target: isPast }) => isPast)).toEqual([]);
    const daysAgo = snapshot.tasks.flatMap(({ completed }) =>
      completed === null ? [] : [(Date.now() - Date.parse(completed)) / DAY_MS],
    );
    expect(Math.min(...daysAgo)).toBeGreaterThanOrEqual(0);
    expect(Math.min(...daysAgo)).toBeLessThan(1.1);
    expect(Math.max(...daysAgo)).toBeLessThan(45);
  });

  test("its history is by people of the tree, ends now, and leaves git status clean", async () => {
    const demo = await startDemo();
    await statusOf(demo);
    const git = (...args: readonly string[]) =>
      execFileSync("git", args, { cwd: demo.root, encoding: "utf8" });
    expect(new Set(git("log", "--format=%an").trim().split("\n"))).toEqual(
      new Set(["Dave Fowler", "Mia Okafor", "Priya Raman", "RJ Andrews", "Tomás Lindqvist"]),
    );
    const newestS = Number(git("log", "-1", "--format=%ct"));
    expect(Date.now() / 1000 - newestS).toBeLessThan(3_600);
    expect(git("status", "--porcelain")).toBe("");
  });

  test("the command it prints works when pasted, and moves a row", async () => {
    const demo = await startDemo();
    const before = await statusOf(demo);
    expect(before.groups.ready).toContain("add-strict-owner-validation");
    const [command] = await demo.printed(/sed .*/);
    execSync(command, { stdio: "pipe" });
    await expect
      .poll(async () => (await statusOf(demo)).groups.active, { timeout: 10_000 })
      .toContain("add-strict-owner-validation");
  });

  test("K16, N78: workers are at work in it: one finishes, one waits, one asks, one fails, one meets a limit; an answer continues; none is left", async () => {
    const demo = await startDemo();
    const standing = async () => {
      const { tasks } = await statusOf(demo);
      return new Map(tasks.flatMap((row) => (row.run === null ? [] : [[row.key, row]])));
    };
    const said = async (key: string) => {
      const row = (await standing()).get(key);
      return row && [row.base_group, row.run?.outcome?.kind ?? row.run?.progress?.verdict ?? row.run?.state];
    };
    const slow = { timeout: 45_000 };
    // First: it ends in the demo's second minute.
    await expect.poll(() => said(BEHIND_LIMITED), slow).toEqual(["ready", "queued"]);
    // That of one account, with the run that met it and the one behind: all others have started.
    const scope = { kind: "account", name: "demo" };
    expect((await statusOf(demo)).dispatch?.pauses).toMatchObject([{ scope, cause: "limit", waiting: 2 }]);
    expect((await standing()).get(LIMITED)?.run).toMatchObject({ state: "queued", held: { scope } });
    await expect
      .poll(() => said("startup-and-post-pull-reconcile-hooks"), slow)
      .toEqual(["active", "waiting"]);
    await expect.poll(() => said("reject-unknown-keys-in-face-files"), slow).toEqual(["in_review", "done"]);
    await expect.poll(() => said(ASKED), slow).toEqual(["active", "asking"]);
    await expect
      .poll(
        async () => (await standing()).get("reconcile-arr-with-the-billing-ledger")?.signals[0]?.code,
        slow,
      )
      .toBe("dispatch_failed");
    // What its workers say in event lines is in their runs.
    const runs = await standing();
    expect(runs.get("rank-tables-by-real-usage")?.run).toMatchObject({
      plan: { total: 5 },
      cost: { estimated: true },
    });
    expect(runs.get("startup-and-post-pull-reconcile-hooks")?.run?.denied).toMatchObject({ count: 1 });
    expect(await runTasks(["answer", ASKED, "yes", "--repo", demo.root], { cwd: demo.root })).toMatchObject({
      code: 0,
    });
    await expect.poll(() => said(ASKED), slow).toEqual(["in_review", "done"]);
    expect(processesNaming(demo.root)).not.toEqual([]);
    demo.process.kill("SIGINT");
    expect(await demo.ended).toMatchObject({ code: 0 });
    await expect.poll(() => processesNaming(demo.root), slow).toEqual([]);
  });

  test("C4: Ctrl-C removes the scratch repository", async () => {
    const demo = await startDemo();
    demo.process.kill("SIGINT");
    expect(await demo.ended).toMatchObject({ code: 0 });
    expect(readdirSync(demo.temporary).filter((name) => name.startsWith("dataface-tasks"))).toEqual([]);
  });

  test("J11: the demo's worker is trusted, and nothing is left in the user's own folders", async () => {
    const home = temporaryFolder();
    const folders = { TASKS_HOME: `${home}/own`, HOME: home, XDG_CONFIG_HOME: "", XDG_STATE_HOME: "" };
    const demo = await startDemo([], folders);
    await expect
      .poll(() => readdirSync(`${demo.root}/.worktrees`).length, { timeout: 20_000 })
      .toBeGreaterThan(0);
    demo.process.kill("SIGINT");
    expect(await demo.ended).toMatchObject({ code: 0 });
    expect(readdirSync(home)).toEqual([]);
  });

  test("C4: Ctrl-C while it is still being made leaves nothing either", async () => {
    const temporary = temporaryFolder();
    const running = startTasks(["demo", "--port", "0"], { cwd: temporary, env: { TMPDIR: temporary } });
    await expect
      .poll(() => readdirSync(temporary), { interval: 5, timeout: 20_000 })
      .toContainEqual(expect.stringMatching(/^dataface-tasks/));
    running.process.kill("SIGINT");
    expect([0, 130]).toContain((await running.ended).code);
    expect(readdirSync(temporary).filter((name) => name.startsWith("dataface-tasks"))).toEqual([]);
  });

  test("--keep keeps it, and says so", async () => {
    const demo = await startDemo(["--keep"]);
    await demo.printed(/The files stay/);
    demo.process.kill("SIGINT");
    await demo.ended;
    expect(existsSync(demo.root)).toBe(true);
    expect(dirname(dirname(demo.root))).toBe(demo.temporary);
  });
});

/** Empty for a process that has just ended. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}

const scratchFoldersIn = (temporary: string) =>
  readdirSync(temporary).filter((name) => name.startsWith("dataface-tasks"));

describe("without a GitHub of its own", () => {
  test("F10: pull requests are off in the source's own words, whatever the user's environment says", async () => {
    const demo = await startDemo([], {
      TASKS_GITHUB_REPOSITORY: "acme/app",
      TASKS_GITHUB_BASE_URL: "https://github.invalid/api/v3",
    });
    await expect
      .poll(async () => (await statusOf(demo)).sources.pull_requests)
      .toMatchObject({ state: "off", off_because: "no git remote", repository: null });
    const started = descendantsOf(demo.process.pid ?? 0).map(environmentOf);
    expect(started).not.toEqual([]);
    for (const environment of started) expect(environment).not.toMatch(/OfTheUser|TASKS_GITHUB/);
  });
});

describe("npm start", () => {
  test("is what these tests start", () => {
    expect(packageJson.scripts.start).toBe("node scripts/demo.ts");
  });

  test("shows pull requests in every state, and an open page is seen to change", async () => {
    const demo = await npmStart();
    await demo.printed(/The pull requests are made up/);
    const shown = async () => {
      const { tasks, sources } = await statusOf(demo);
      const known = tasks.flatMap(({ key, base_group: group, pull_request: pull }) =>
        pull === null
          ? []
          : [[key, [group, pull.waits ? `${pull.waits.for}: ${pull.waits.what}` : pull.state]]],
      );
      return { state: sources.pull_requests.state, ...Object.fromEntries(known) };
    };
    const others = {
      state: "ok",
      "answer-questions-with-citations": ["in_review", "github: merge queue"],
      "color-palettes-that-survive-grayscale": ["in_review", "you: conflict"],
      "detect-open-pr-conflicts-before-review": ["in_review", "you: failing checks"],
      "group-attention-ui-by-task": ["in_review", "you: review"],
      "month-end-close-dashboard": ["in_review", "you: review"],
      "move-run-time-state-out-of-task-files": ["active", "closed"],
      "profile-columns-nightly": ["done", "merged"],
      "score-dashboards-with-a-visual-rubric": ["active", "author: still a draft"],
      "stream-partial-answers": ["waiting", "merged"],
    };
    const compiling = (what: RegExp) => ({
      ...others,
      "compile-faces-incrementally": ["in_review", expect.stringMatching(what)],
    });
    await expect.poll(shown).toEqual(compiling(/^ci: [123] of 7 running$/));
    const snapshot = await statusOf(demo);
    expect(snapshot.groups.ready).toContain("alert-on-late-warehouse-loads");
    for (const [code, key] of [
      ["ci_failed", "detect-open-pr-conflicts-before-review"],
      ["pr_conflict", "color-palettes-that-survive-grayscale"],
      ["duplicate_work", "group-attention-ui-by-task"],
      ["stuck_in_progress", "move-run-time-state-out-of-task-files"],
    ] as const)
      expect(keysWith(snapshot, code), code).toEqual([key]);
    expect(snapshot.doubts).toEqual([]);
    await expect
      .poll(shown, { timeout: 45_000 })
      .toEqual(compiling(/^ci: [12] of 7 running$|all checks passing/));
  });

  test("in the end all its checks pass", () => {
    const clock = createPlayedClock();
    const hosted = createRepository(1, "demo/demo", clock.now);
    for (const { happen } of playPullRequests(hosted, clock)) happen();
    const compiling = hosted.pullRequests.find(({ branch }) => branch === "task/compile-faces-incrementally");
    expect(new Set(headChecks(compiling!).map(({ conclusion }) => conclusion))).toEqual(new Set(["success"]));
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "C4: %s leaves nothing: no process, no port, no file",
    async (name) => {
      const demo = await npmStart();
      await statusOf(demo);
      const processes = descendantsOf(demo.process.pid ?? 0);
      const environments = processes.map(environmentOf).join("\n");
      expect(environments).toContain("GITHUB_TOKEN=");
      expect(environments).not.toMatch(/OfTheUser/);
      const [, github = ""] = /TASKS_GITHUB_BASE_URL=([^\0]+)/.exec(environments) ?? [];
      expect((await fetch(github)).status).toBe(401);
      demo.process.kill(name);
      expect(await demo.ended).toMatchObject({ code: 0 });
      expect(processes.filter(isAlive)).toEqual([]);
      await expect.poll(() => processesNaming(demo.root), { timeout: 45_000 }).toEqual([]);
      await expect(fetch(github)).rejects.toThrow();
      expect(scratchFoldersIn(demo.temporary)).toEqual([]);
    },
  );

  test("when the demo dies it ends as well, with its exit code", async () => {
    const demo = await npmStart();
    onTestFinished(() => processesNaming(demo.root).forEach((pid) => void process.kill(pid, "SIGKILL")));
    await statusOf(demo);
    const [server = 0] = descendantsOf(demo.process.pid ?? 0);
    process.kill(server, "SIGKILL");
    expect(await demo.ended).toMatchObject({ code: 137 });
  });

  test("a taken port is named, and ends the demo", async () => {
    const temporary = temporaryFolder();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void holder.close());
    const { port } = holder.address() as { readonly port: number };
    const { code, stderr } = await startScript(["--port", String(port)], optionsIn(temporary)).ended;
    expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining(`Port ${port} is taken`) });
    expect(scratchFoldersIn(temporary)).toEqual([]);
  });
});
