import { expect, test } from "vitest";
import { createMemoryClock } from "../../../../test/memory/memory-clock.ts";
import { taskPath, taskText } from "../../../../test/support/app-world.ts";
import { createRunsTestWorld } from "../../../../test/support/runs-world.ts";
import type { RunId, RunState } from "../../../core/contract/run.ts";
import type { ScopedPause } from "../../../core/records/scoped-pause.ts";
import { queueRun } from "../../../core/run/run-transitions.ts";
import { DAY_MS, MINUTE_MS } from "../../../core/values/durations.ts";
import { actionOf, NO_TASK } from "../change/action-of.ts";
import { kickoff } from "../requests/kickoff.ts";
import { startRun } from "../start/start-run.ts";
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

test("N4: a probe that ended with its machine is no answer, however long it was silent", async () => {
  const clock = createMemoryClock();
  const world = createRunsTestWorld({ clock, texts: { [taskPath("a")]: taskText() } });
  const { runs, played } = world;
  await world.refresh();
  await kickoff(runs, ["a"], { by: "dave", note: null });
  expect((await startRun(runs, (await world.open("a"))!, new AbortController().signal)).kind).toBe("started");
  const run = (await world.open("a"))!;
  const pause: ScopedPause = {
    ...{ scope: { kind: "host", name: "desk" }, revision: 0, cause: "network", why: "no network" },
    ...{ sinceMs: 0, untilMs: null, nextProbeMs: null, failedProbes: 0, phase: "probing", probe: run.id },
    ...{ starts: [{ run: run.id, atMs: clock.wallMs() }], window: null, credentials: null },
    ...{ key: "a", run: run.id, host: "desk" },
  };
  await runs.store.writeScopedPause({ pause });
  clock.advance(20 * MINUTE_MS);
  played.restarted.add("desk");
  await new RunMaintenance(runs).recover(await runs.store.readOpenRuns(), null);
  expect(await runs.store.readScopedPauses()).toMatchObject([{ phase: "waiting", probe: null, starts: [] }]);
});
