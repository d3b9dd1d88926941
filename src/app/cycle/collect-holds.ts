// What keeps starts waiting in this cycle, beside pauses: room, hours, what is kept for people.

import { accountOf } from "../../core/agent/workers/account.ts";
import { isLive } from "../../core/contract/run.ts";
import type { Dispatch } from "../../core/contract/run-view.ts";
import type { TaskRow } from "../../core/contract/snapshot.ts";
import { sumUsage } from "../../core/costs/cost-sum.ts";
import { dayStartMs, nextDayStartMs } from "../../core/costs/local-day.ts";
import { dayBudgetHold } from "../../core/hold/day-budget.ts";
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

const TODAY_READ_INTERVAL_MS = 30_000;

/** What the day's runs have used, where that has a budget. Supervisors write it every 30 s. Throws what the store throws. */
export async function noteToday(
  { store, clock, startSettings, zone = UTC }: CycleContext,
  memory: RunsMemory,
): Promise<void> {
  if (startSettings().budget.day_usd === null) {
    memory.today = null;
    return;
  }
  const { today } = memory;
  const dayMs = dayStartMs(clock.wallMs(), zone);
  const isKnown = today !== null && today.dayMs === dayMs;
  if (isKnown && clock.monotonicMs() - today.readAtMs < TODAY_READ_INTERVAL_MS) return;
  const { usd } = sumUsage(await store.readUsage({ sinceMs: dayMs }));
  memory.today = { dayMs, usd, readAtMs: clock.monotonicMs() };
}

/** The account of each worker, by name. */
export function accountsOf({ startSettings, holder }: CycleContext): Readonly<Record<string, string>> {
  const { workers } = startSettings();
  return Object.fromEntries(workers.map((worker) => [worker.name, accountOf(worker, holder.host)]));
}

export function collectHolds(context: CycleContext, { room, windows, today }: RunsMemory): Dispatch["holds"] {
  const { clock, startSettings, zone = UTC } = context;
  const { dispatch, limits, budget } = startSettings();
  const nowMs = clock.wallMs();
  const holds = generalHolds({
    ...{ room, dispatch, windows, accounts: accountsOf(context), zone },
    reserve: limits.reserve,
    budget: dayBudgetHold(budget.day_usd, {
      usd: today?.usd ?? null,
      nextDayMs: nextDayStartMs(nowMs, zone),
    }),
    nowMs,
  });
  return [...holds];
}
