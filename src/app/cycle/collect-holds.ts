// What keeps starts waiting in this cycle, beside pauses: room, hours, what is kept for people.

import { accountOf } from "../../core/agent/workers/account.ts";
import { isLive } from "../../core/contract/run.ts";
import type { Dispatch } from "../../core/contract/run-view.ts";
import { generalHolds } from "../../core/hold/general-holds.ts";
import { judgeRoom } from "../../core/hold/room.ts";
import { UTC } from "../../core/values/local-time.ts";
import type { CycleContext } from "./cycle-context.ts";
import type { RunsMemory } from "./runs-memory.ts";

/** `published`: what the snapshot before said, for a process that has not measured yet. */
export async function noteRoom(
  { room, clock, startSettings }: CycleContext,
  memory: RunsMemory,
  published: Dispatch | null,
): Promise<void> {
  const before = memory.room ?? published?.room ?? null;
  const isBusy =
    (before?.lacking.length ?? 0) > 0 || memory.runs.some((run) => isLive(run) || run.state === "queued");
  const measured = (await room?.read({ isBusy })) ?? null;
  memory.room =
    measured === null ? before : judgeRoom(before, measured, startSettings().dispatch, clock.wallMs());
}

export function collectHolds(
  { clock, startSettings, holder, zone = UTC }: CycleContext,
  { room, windows }: RunsMemory,
): Dispatch["holds"] {
  const { dispatch, limits, workers } = startSettings();
  const accounts = Object.fromEntries(workers.map((worker) => [worker.name, accountOf(worker, holder.host)]));
  const holds = generalHolds({
    ...{ room, dispatch, windows, accounts, zone },
    reserve: limits.reserve,
    budget: null,
    nowMs: clock.wallMs(),
  });
  return [...holds];
}
