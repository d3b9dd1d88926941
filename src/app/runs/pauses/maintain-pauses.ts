// What time does to pauses, once in each cycle: a probe that vanished is made again, changed credentials end a sign-out, and
// a pause that nothing waits for any more is gone.

import { isLive, type Run, type RunId } from "../../../core/contract/run.ts";
import { longestBackOffMs } from "../../../core/pause/back-off.ts";
import { updatePause } from "../../../core/pause/ease-pause.ts";
import { isSuspicionOver } from "../../../core/pause/meet-setup.ts";
import { isHeldBy, isProbeDue } from "../../../core/pause/start-through.ts";
import type { PauseScope, ScopedPause } from "../../../core/records/scoped-pause.ts";
import type { RunStore } from "../../../ports/store/run-store.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import { type ChangeablePauses, changePause } from "./change-pause.ts";

export type MaintainContext = {
  readonly clock: Clock;
  readonly store: ChangeablePauses & Pick<RunStore, "readRun" | "readOpenRuns">;
  /** A stamp of what signs this account in on this host; null if unknown. */
  credentialsOf(pause: ScopedPause): string | null;
  /** How many wait for it as last published, not yet started tasks among them; null: unknown. */
  waitingFor(scope: PauseScope): number | null;
};

/** One read while there is no pause. */
export async function maintainPauses(context: MaintainContext): Promise<void> {
  const { clock, store, credentialsOf, waitingFor } = context;
  const pauses = await store.readScopedPauses();
  if (pauses.length === 0) return;
  const open = await store.readOpenRuns();
  for (const pause of pauses) {
    const runs = await readRuns(store, pause);
    const nowMs = clock.wallMs();
    const credentials = pause.cause === "signed_out" ? credentialsOf(pause) : null;
    const waiting = waitingFor(pause.scope);
    await changePause(store, pause.scope, (before) => {
      const updated = before && updatePause(before, { runs, credentials, nowMs });
      return updated === null || isOver(updated, { open, waiting, nowMs }) ? null : updated;
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

type Waiting = { readonly open: readonly Run[]; readonly waiting: number | null; readonly nowMs: number };

/** No run waits for it, and its time is over as far as anyone can tell: the next start finds out. */
function isOver(pause: ScopedPause, { open, waiting, nowMs }: Waiting): boolean {
  const { phase, scope, starts, untilMs, nextProbeMs, cause } = pause;
  if (phase === "suspected") return isSuspicionOver(pause, nowMs);
  if (phase === "probing" || open.some((run) => isHeldBy(run, scope))) return false;
  if (phase === "easing") return starts.length === 0;
  // The run that met it may go on in the same turn, and say when it is over.
  if (open.some((run) => run.id === pause.run && isLive(run))) return false;
  if (nextProbeMs === null) return false;
  // No task would probe it: they have other workers, fallbacks among them, which are theirs only while it lasts.
  if (waiting === 0 && isProbeDue(pause, nowMs)) return true;
  // A task that waits tries it as soon as nothing else is in the way, such as a full disk.
  if (waiting !== null && waiting > 0) return false;
  return nowMs >= (untilMs ?? nextProbeMs) + longestBackOffMs(cause);
}
