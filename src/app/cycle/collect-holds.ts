// What keeps starts waiting in this cycle, beside pauses: room, hours, what is kept for people.

import { accountOf } from "../../core/agent/workers/account.ts";
import { isLive } from "../../core/contract/run.ts";
import type { Dispatch } from "../../core/contract/run-view.ts";
import type { TaskRow } from "../../core/contract/snapshot.ts";
import { generalHolds } from "../../core/hold/general-holds.ts";
import { judgeRoom } from "../../core/hold/room.ts";
import { UTC } from "../../core/values/local-time.ts";
import type { CycleContext } from "./cycle-context.ts";
import type { RunsMemory } from "./runs-memory.ts";

/** `published`: what the snapshot before said, for a process that has not measured yet. */
export async function noteRoom(
  { room, disk, clock, startSettings }: CycleContext,
  memory: RunsMemory,
  published: Dispatch | null,
): Promise<void> {
  const before = memory.room ?? published?.room ?? null;
  const isBusy =
    (before?.lacking.length ?? 0) > 0 || memory.runs.some((run) => isLive(run) || run.state === "queued");
  const measured = (await room?.read({ isBusy })) ?? null;
  memory.room =
    measured === null
      ? before
      : judgeRoom(
          before,
          { ...measured, usedBytes: disk?.usedBytes() ?? null },
          startSettings().dispatch,
          clock.wallMs(),
        );
}

/** What each run's worktree uses, in the words of the snapshot before until it is measured again. */
export function noteDisk(
  { disk }: CycleContext,
  memory: RunsMemory,
  rows: ReadonlyMap<string, TaskRow> | null,
): void {
  const live = new Set(
    memory.runs.flatMap((run) => (isLive(run) && run.worktree !== null ? [run.worktree] : [])),
  );
  const measured = disk?.read(live);
  const known = memory.runs.flatMap(({ id, key, worktree }): [string, number][] => {
    const before = rows?.get(key)?.run ?? null;
    const mb = measured?.get(worktree ?? "") ?? (before?.id === id ? before.disk_mb : null);
    return mb === null || worktree === null ? [] : [[id, mb]];
  });
  memory.diskMb = new Map(known);
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
