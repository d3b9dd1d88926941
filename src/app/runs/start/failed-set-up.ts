// A set-up that failed: its own task's fault until a second task meets the same, whichever of two that fail in the same
// moment is written first.

import type { Run } from "../../../core/contract/run.ts";
import { isSameScope, type ScopedPause } from "../../../core/records/scoped-pause.ts";
import { spareStart } from "../../../core/run/held/hold-start.ts";
import { changeRun } from "../change/change-run.ts";
import { noteFailedSetUp } from "../pauses/open-pause.ts";
import type { SetUpStep, StartContext } from "./prepare-start.ts";

/** The pause of this set-up, `suspected` while one task alone has met it. The attempt that met it first is spared. */
export async function noteSetUpFailure(
  context: StartContext,
  run: Run,
  { detail, step }: { readonly detail: string; readonly step: SetUpStep },
): Promise<ScopedPause> {
  const { clock, store, config, workers } = context;
  const seen = { run, host: workers.self().host, step, detail };
  const resumesAfterLimit = config.dispatch.resume_after_limit;
  const { pause, first } = await noteFailedSetUp({ clock, store, resumesAfterLimit }, seen);
  if (first !== null) await spare(context, first, pause);
  return pause;
}

/** For a failure that counts: another task may have met the same before it was written. True: it does not count after all. */
export async function spareIfMetAgain(
  context: StartContext,
  run: Run,
  { scope }: ScopedPause,
): Promise<boolean> {
  const pauses = await context.store.readScopedPauses();
  const pause = pauses.find((now) => isSameScope(now.scope, scope));
  if (pause === undefined || pause.phase === "suspected") return false;
  return await spare(context, run.id, pause);
}

async function spare({ clock, store }: StartContext, id: Run["id"], pause: ScopedPause): Promise<boolean> {
  const change = (now: Run) => spareStart(now, { pause, nowMs: clock.wallMs() });
  return (await changeRun(store, { id, epoch: null, change })).kind === "changed";
}
