// Claims by hand, in the name of a person's agent.

import { releaseRun } from "../../app/runs/requests/stop-run.ts";
import { claimTask, nextTask } from "../../app/runs/worker/claim-task.ts";
import { accepted } from "../contract/errors.ts";
import { awaitRunner } from "../repository/await-runner.ts";
import { chooseOwner, requestedOwner } from "../repository/choose-owner.ts";
import { resolveTask } from "../repository/find-task.ts";
import { withFreshRuns, withStore } from "../repository/open-runs.ts";
import { agentName, claimedRun } from "./caller.ts";
import { NOTHING_READY, taskLine } from "./list-page.ts";
import type { ToolCall } from "./tool.ts";

/** Of two who ask at the same moment, each gets another task. */
export async function claimNext({ caller, context }: ToolCall): Promise<object> {
  const claimFor = agentName(caller);
  return await withFreshRuns(context, async (opened) => {
    const { runs, snapshot, loaded } = opened;
    const { tasks: rows } = chooseOwner(snapshot, requestedOwner(loaded));
    const { stopped } = snapshot.dispatch;
    const found = await nextTask(runs, { rows, stopped, claimFor, worktree: null });
    if (found === null) return NOTHING_READY;
    await awaitRunner(opened, runs.store);
    return { ...taskLine(found.row), file: found.row.file, claimed_by: claimFor };
  });
}

export async function take(
  { caller, context }: ToolCall,
  task: string,
  note: string | null,
): Promise<object> {
  const by = agentName(caller);
  return await withFreshRuns(context, async (opened) => {
    const { store } = opened.runs;
    const row = await resolveTask(store, task);
    const { run } = accepted(await claimTask(opened.runs, row, { by, note, worktree: null }));
    await awaitRunner(opened, store);
    return { task: run.key, claimed_by: by, file: row.file };
  });
}

export async function release(
  { caller, context }: ToolCall,
  task: string,
  note: string | null,
): Promise<object> {
  const by = agentName(caller);
  return await withStore(context, async (opened) => {
    const { store, system } = opened;
    const run = await claimedRun(by, opened, task);
    accepted(await releaseRun({ clock: system.clock, store }, run, { by, note }));
    await awaitRunner(opened, store);
    return { task: run.key, released: true };
  });
}
