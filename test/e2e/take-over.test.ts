// `tasks take` as a process: the agent's own command in the run's worktree, and what becomes of the run. The agent is a script.

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import type { RunId } from "../../src/core/contract/run.ts";
import { acted } from "../contract/store-run-samples.ts";
import { taskPath, taskText } from "../support/app-world.ts";
import { createRepository } from "../support/git-repository.ts";
import { sampleRun } from "../support/run-samples.ts";
import { runTasks } from "./tasks-process.ts";

const WORKTREE = ".worktrees/a";

test("K41, K42: it opens the agent's session in the worktree, and afterwards keeps the run or hands it back", async () => {
  const { root } = createRepository({ [taskPath("a")]: taskText() });
  const agent = join(root, "agent");
  writeFileSync(agent, '#!/bin/sh\necho "$PWD|$*" > "$0.seen"\nexit 3\n');
  chmodSync(agent, 0o755);
  mkdirSync(join(root, WORKTREE), { recursive: true });
  await runTasks(["heartbeat"], { cwd: root });
  const store = await openSqliteStore({
    file: join(root, ".tasks/task_manager/store.sqlite"),
    nowMs: () => Date.now(),
  });
  const run = sampleRun({
    key: "a",
    state: "exited",
    attempt: 1,
    worktree: WORKTREE,
    agent: { name: "main", kind: "claude", program: agent, version: "2" },
    session: { kind: "claude", id: "SESSION", isStarted: true },
  });
  const now = () => store.readRun(run.id as RunId);
  try {
    await store.insertRun({ run, action: acted("kickoff", "a") });
    const options = { cwd: root, env: { USER: "mia" } };
    expect(await runTasks(["take", "a"], options), "without a terminal").toMatchObject({ code: 2 });
    expect(await now()).toMatchObject({ takenOver: null });

    const kept = await runTasks(["take", "a", "--then", "keep"], options);
    expect(kept).toMatchObject({ code: 0, stdout: expect.stringContaining("yours until") });
    expect(kept.stderr).toContain("ended: exit code 3");
    expect(readFileSync(`${agent}.seen`, "utf8")).toBe(`${join(root, WORKTREE)}|--resume SESSION\n`);
    expect(await now()).toMatchObject({ state: "exited", takenOver: { by: "mia", holder: null } });

    writeFileSync(`${agent}.seen`, "");
    const back = await runTasks(["take", "a", "--then", "hand-back", "--note", "see .env"], options);
    expect(back).toMatchObject({ code: 0, stdout: expect.stringContaining("handed back") });
    expect(readFileSync(`${agent}.seen`, "utf8"), "it was held already: nothing is opened").toBe("");
    expect(await now()).toMatchObject({ state: "queued", takenOver: null, followUps: [{ by: "mia" }] });
  } finally {
    await store.close();
  }
});
