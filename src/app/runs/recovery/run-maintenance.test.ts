import { expect, test } from "vitest";
import { createMemoryClock } from "../../../../test/memory/memory-clock.ts";
import { taskPath, taskText } from "../../../../test/support/app-world.ts";
import { createRunsTestWorld } from "../../../../test/support/runs-world.ts";
import type { RunId, RunState } from "../../../core/contract/run.ts";
import { queueRun } from "../../../core/run/run-transitions.ts";
import { DAY_MS } from "../../../core/values/durations.ts";
import { actionOf, NO_TASK } from "../change/action-of.ts";
import { RunMaintenance } from "./run-maintenance.ts";

test("K35: files go 30 days after a run was closed; those of open runs stay, however old they are", async () => {
  const clock = createMemoryClock();
  const { runs, prompts } = createRunsTestWorld({ clock, texts: { [taskPath("a")]: taskText() } });
  const add = async (key: string, state: RunState, daysAgo: number) => {
    const act = { by: "dave", atMs: clock.wallMs() - daysAgo * DAY_MS };
    const run = { ...queueRun({ id: key as RunId, key, owner: null, act, note: null }), state };
    await runs.store.insertRun({ run, action: actionOf("kickoff", NO_TASK, { ...act, note: null }) });
    await runs.runFiles.writePrompt(run.id, "Do it.");
  };
  await add("open", "queued", 99);
  await add("recent", "closed", 29);
  await add("old", "closed", 31);
  await new RunMaintenance(runs).prune();
  expect([...prompts.keys()]).toEqual(["open", "recent"]);
});
