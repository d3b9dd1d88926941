import { expect, test } from "vitest";
import { createMemoryClock } from "../../../../test/memory/memory-clock.ts";
import { taskPath, taskText } from "../../../../test/support/app-world.ts";
import { createRunsTestWorld, startWorkerOf } from "../../../../test/support/runs-world.ts";
import type { RunId } from "../../../core/contract/run.ts";
import { forgetRun } from "./forget-run.ts";

test("K36: one run's files go and are named; of a live run nothing goes", async () => {
  const world = createRunsTestWorld({ clock: createMemoryClock(), texts: { [taskPath("a")]: taskText() } });
  await world.refresh();
  const { id } = await startWorkerOf(world, "a");
  expect(await forgetRun(world.runs, id)).toMatchObject({
    kind: "refused",
    message: expect.stringContaining("The run of a is live"),
    hint: "Stop it first: tasks stop a",
  });
  expect(world.prompts.has(id)).toBe(true);
  await world.endWorker("a", 1);
  const forgotten = await forgetRun(world.runs, id);
  expect(forgotten).toMatchObject({ kind: "forgotten", files: [{ name: "prompt.md" }] });
  expect(world.prompts.has(id)).toBe(false);
  expect(await world.runs.store.readRun(id)).toMatchObject({ id, state: "failed" });
  expect(await forgetRun(world.runs, id)).toMatchObject({ kind: "forgotten", files: [] });
  expect(await forgetRun(world.runs, "none" as RunId)).toMatchObject({ kind: "refused" });
});
