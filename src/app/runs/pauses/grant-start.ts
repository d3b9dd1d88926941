// Asked before a run is taken: a pause lets one probe through when its time has come, then two at a time, and nothing else.

import type { Run, RunId } from "../../../core/contract/run.ts";
import {
  concerns,
  isHeldBy,
  isProbeDue,
  type Starter,
  type StartRequest,
  startThrough,
  takeBackStart,
} from "../../../core/pause/start-through.ts";
import type { ScopedPause } from "../../../core/records/scoped-pause.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import type { RunStore } from "../../../ports/store/run-store.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import { type ChangeablePauses, changePause } from "./change-pause.ts";

type GrantContext = {
  readonly clock: Clock;
  readonly store: ChangeablePauses & Pick<RunStore, "readOpenRuns">;
};

/** Null: it may start, and every pause that concerns it knows. Otherwise the pause that it waits for. */
export async function grantStart(
  { clock, store }: GrantContext,
  run: Pick<Run, "id">,
  starter: Starter,
): Promise<ScopedPause | null> {
  const pauses = (await store.readScopedPauses()).filter(({ scope }) => concerns(scope, starter));
  if (pauses.length === 0) return null;
  const open = await store.readOpenRuns();
  // Looked at before any is asked: a grant that is taken back would wake the runner, which would ask again.
  const held = pauses.find((pause) => isWaiting(pause, open, { run: run.id, nowMs: clock.wallMs() }));
  if (held !== undefined) {
    await takeBackGrants({ clock, store }, run.id);
    return held;
  }
  for (const pause of pauses) {
    const nowMs = clock.wallMs();
    let waits = false;
    await changePause(store, pause.scope, (before) => {
      waits = false;
      if (before === null) return null;
      const through = startThrough(before, requestOf(before, open, { run: run.id, nowMs }));
      waits = through === "wait";
      return through === "wait" || through === "free" ? before : through;
    });
    if (!waits) continue;
    await takeBackGrants({ clock, store }, run.id);
    return pause;
  }
  return null;
}

function isWaiting(
  pause: ScopedPause,
  open: readonly Run[],
  asked: Pick<StartRequest, "run" | "nowMs">,
): boolean {
  return startThrough(pause, requestOf(pause, open, asked)) === "wait";
}

/** The start was not made after all. */
export async function takeBackGrants(
  { clock, store }: Pick<GrantContext, "clock"> & { readonly store: ChangeablePauses },
  run: RunId,
): Promise<void> {
  for (const { scope, starts } of await store.readScopedPauses())
    if (starts.some((start) => start.run === run))
      await changePause(store, scope, (before) => before && takeBackStart(before, run, clock.wallMs()));
}

/** The oldest held run is the probe. One that cannot start for another reason does not keep the others for long. */
const OLDEST_FIRST_MS = 2 * MINUTE_MS;

function requestOf(
  pause: ScopedPause,
  open: readonly Run[],
  { run, nowMs }: Pick<StartRequest, "run" | "nowMs">,
): StartRequest {
  const held = open
    .filter((other) => isHeldBy(other, pause.scope))
    .sort((a, b) => (a.held?.sinceMs ?? 0) - (b.held?.sinceMs ?? 0));
  // Then any will do, also one that nothing holds: all that are held may wait for another pause as well.
  const isLate = isProbeDue(pause, nowMs - OLDEST_FIRST_MS);
  return {
    run,
    isHeld: isLate || held[0]?.id === run,
    othersAreHeld: held.some(({ id }) => id !== run),
    nowMs,
  };
}
