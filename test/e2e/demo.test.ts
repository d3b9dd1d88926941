// `tasks demo` as a newcomer meets it: one line, a page of a lively repository, an edit that moves a row, nothing left.

import { execFileSync, execSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import type { ServedSnapshot } from "../../src/core/snapshot/schema.ts";
import { temporaryFolder } from "../support/git-repository.ts";
import { processesNaming } from "../support/served-tree.ts";
import { type RunningTasks, runTasks, startTasks } from "./tasks-process.ts";

type Demo = RunningTasks & { readonly url: string; readonly root: string; readonly temporary: string };

/** In a folder for temporary files of its own, so that what is left can be seen. */
async function startDemo(words: readonly string[] = []): Promise<Demo> {
  const temporary = temporaryFolder();
  const env = { TMPDIR: temporary, TASK_MANAGER_OWNER: "somebody-else" };
  const running = startTasks(["demo", "--port", "0", ...words], { cwd: temporary, env });
  const [, url = ""] = await running.printed(/Demo: (\S+)\/status/);
  const [, root = ""] = await running.printed(/Files: (\S+)/);
  return { ...running, url, root, temporary };
}

async function statusOf({ url }: Demo): Promise<ServedSnapshot> {
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 10_000 }).toBe(200);
  return (await (await fetch(`${url}/status.json`)).json()) as ServedSnapshot;
}

const ASKED = "evaluation-set-of-200-analyst-questions";

const keysWith = ({ escalation }: ServedSnapshot, code: string) =>
  escalation.signals.filter((signal) => signal.code === code && signal.tier === 2).map(({ task }) => task);

describe("the demo", () => {
  test("shows a repository as it may be on any day: one task overdue, one stuck, flaws of every kind", async () => {
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

  test("workers are at work in it: one finishes, one waits, one asks, one fails; an answer continues; none is left", async () => {
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

  test("C4: Ctrl-C while it is still being made leaves nothing either", async () => {
    const temporary = temporaryFolder();
    const running = startTasks(["demo", "--port", "0"], { cwd: temporary, env: { TMPDIR: temporary } });
    await expect
      .poll(() => readdirSync(temporary).length, { interval: 5, timeout: 20_000 })
      .toBeGreaterThan(0);
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
