import { expect, test } from "vitest";
import { createMemoryClock } from "../../../../test/memory/memory-clock.ts";
import { taskPath, taskText } from "../../../../test/support/app-world.ts";
import { createRunsTestWorld } from "../../../../test/support/runs-world.ts";
import type { RunId } from "../../../core/contract/run.ts";
import { queueRun } from "../../../core/run/run-transitions.ts";
import { actionOf, NO_TASK } from "../change/action-of.ts";
import { RunMaintenance } from "./run-maintenance.ts";

test("output of open runs is kept however old they are, of the others that of the newest", async () => {
  const { runs } = createRunsTestWorld({
    clock: createMemoryClock(),
    texts: { [taskPath("a")]: taskText() },
  });
  const act = { by: "dave", atMs: 0 };
  for (let at = 0; at < 205; at += 1) {
    const run = queueRun({ id: `run-${at}` as RunId, key: `t${at}`, owner: null, act, note: null });
    const state = at < 3 ? "queued" : "closed";
    await runs.store.insertRun({
      run: { ...run, state },
      action: actionOf("kickoff", NO_TASK, { ...act, note: null }),
    });
  }
  const kept: ReadonlySet<RunId>[] = [];
  const runFiles = { ...runs.runFiles, prune: async (ids: ReadonlySet<RunId>) => void kept.push(ids) };
  await new RunMaintenance({ ...runs, runFiles }).prune();
  const [ids = new Set<RunId>()] = kept;
  expect(["run-0", "run-2", "run-3", "run-4", "run-5", "run-204"].map((id) => ids.has(id as RunId))).toEqual([
    true,
    true,
    false,
    false,
    true,
    true,
  ]);
});
