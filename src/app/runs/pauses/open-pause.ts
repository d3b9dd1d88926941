// A run has met a limit, an outage or a set-up that fails: its account, host or set-up is paused, or the pause moves on.

import type { Run, RunId } from "../../../core/contract/run.ts";
import { meetPause, type Seen } from "../../../core/pause/meet-pause.ts";
import { meetSetUp, setUpScope } from "../../../core/pause/meet-setup.ts";
import type { ScopedPause } from "../../../core/records/scoped-pause.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import { type ChangeablePauses, changePause } from "./change-pause.ts";

export type PauseContext = {
  readonly clock: Clock;
  readonly store: ChangeablePauses;
  /** `dispatch.resume_after_limit`. */
  readonly resumesAfterLimit: boolean;
};

/** The pause as it is then. */
export async function openPause(context: PauseContext, seen: Seen): Promise<ScopedPause> {
  return (await meet(context, seen)).pause;
}

/** `before`: what it was when it was met, which may be newer than what was read last. */
async function meet(
  { clock, store, resumesAfterLimit }: PauseContext,
  seen: Seen,
): Promise<{ readonly before: ScopedPause | null; readonly pause: ScopedPause }> {
  const judge = seen.scope.kind === "setup" ? meetSetUp : meetPause;
  let met: ScopedPause | null = null;
  const pause = await changePause(store, seen.scope, (before) => {
    met = before;
    return judge(before, seen, { nowMs: clock.wallMs(), resumesAfterLimit });
  });
  // A pause that was met is never ended by that.
  if (pause === null) throw new Error(`the pause of ${seen.scope.name} is gone`);
  return { before: met, pause };
}

export type FailedSetUp = {
  readonly run: Run;
  readonly host: string;
  /** `copy`, `after_create` or `before_run`. */
  readonly step: string;
  readonly detail: string;
};

/**
 * A set-up failed. Its pause is `suspected` until another task has met the same: then this attempt does not count, and neither
 * does that of `first`, the run that met it before anyone knew.
 */
export async function noteFailedSetUp(
  context: PauseContext,
  { run, host, step, detail }: FailedSetUp,
): Promise<{ readonly pause: ScopedPause; readonly first: RunId | null }> {
  const scope = setUpScope(host, step, detail, run);
  const why = detail.trim().split("\n").at(-1) ?? detail;
  const { before, pause } = await meet(context, {
    ...{ cause: "setup", scope, why: why.slice(0, WHY_MAX), untilMs: null, window: null },
    ...{ run: run.id, key: run.key, host, credentials: null },
  });
  const isShared = before?.phase === "suspected" && pause.phase !== "suspected";
  return { pause, first: isShared ? before.run : null };
}

const WHY_MAX = 200;
