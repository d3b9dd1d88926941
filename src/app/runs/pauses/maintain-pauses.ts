// What time does to pauses, once in each cycle: a probe that vanished is made again, changed credentials end a sign-out, and
// a pause that nothing waits for any more is gone.

import { isLive, type Run, type RunId } from "../../../core/contract/run.ts";
import { longestBackOffMs } from "../../../core/pause/back-off.ts";
import { updatePause } from "../../../core/pause/ease-pause.ts";
import { isSuspicionOver } from "../../../core/pause/meet-setup.ts";
import { isHeldBy } from "../../../core/pause/start-through.ts";
import type { ScopedPause } from "../../../core/records/scoped-pause.ts";
import type { RunStore } from "../../../ports/store/run-store.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import { type ChangeablePauses, changePause } from "./change-pause.ts";

export type MaintainContext = {
  readonly clock: Clock;
  readonly store: ChangeablePauses & Pick<RunStore, "readRun" | "readOpenRuns">;
  /** A stamp of what signs this account in on this host; null if unknown. */
  credentialsOf(pause: ScopedPause): string | null;
};

/** One read while there is no pause. */
export async function maintainPauses(context: MaintainContext): Promise<void> {
  const { clock, store, credentialsOf } = context;
  const pauses = await store.readScopedPauses();
  if (pauses.length === 0) return;
  const open = await store.readOpenRuns();
  for (const pause of pauses) {
    const runs = await readRuns(store, pause);
    const nowMs = clock.wallMs();
    const credentials = pause.cause === "signed_out" ? credentialsOf(pause) : null;
    await changePause(store, pause.scope, (before) => {
      const updated = before && updatePause(before, { runs, credentials, nowMs });
      return updated === null || isOver(updated, open, nowMs) ? null : updated;
    });
  }
}

async function readRuns(
  store: Pick<RunStore, "readRun">,
  { starts }: ScopedPause,
): Promise<ReadonlyMap<RunId, Run>> {
  const runs = new Map<RunId, Run>();
  for (const { run: id } of starts) {
    const run = await store.readRun(id);
    if (run !== null) runs.set(id, run);
  }
  return runs;
}

/** Nothing waits for it, and its time is over as far as anyone can tell: the next start finds out. */
function isOver(pause: ScopedPause, open: readonly Run[], nowMs: number): boolean {
  const { phase, scope, starts, untilMs, nextProbeMs, cause } = pause;
  if (phase === "suspected") return isSuspicionOver(pause, nowMs);
  if (phase === "probing" || open.some((run) => isHeldBy(run, scope))) return false;
  if (phase === "easing") return starts.length === 0;
  // The run that met it may go on in the same turn, and say when it is over.
  if (open.some((run) => run.id === pause.run && isLive(run))) return false;
  if (nextProbeMs === null) return false;
  return nowMs >= (untilMs ?? nextProbeMs) + longestBackOffMs(cause);
}
