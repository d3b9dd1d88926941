// What a start has to do with pauses: whom they are asked for, what a set-up that failed says, and when its agent is launched.

import { accountOf } from "../../../core/agent/workers/account.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { Starter } from "../../../core/pause/start-through.ts";
import type { ScopedPause } from "../../../core/records/scoped-pause.ts";
import { spareStart } from "../../../core/run/held/hold-start.ts";
import { changeRun } from "../change/change-run.ts";
import { noteFailedSetUp } from "../pauses/open-pause.ts";
import { workerOfRun } from "./kind-holds.ts";
import type { SetUpStep, StartContext } from "./prepare-start.ts";

/** What pauses are asked for; null when its worker is not known. */
export async function starterOf(context: StartContext, run: Run): Promise<Starter | null> {
  const { host } = context.workers.self();
  const worker = await workerOfRun(context, run);
  return worker && { account: accountOf(worker, host), host, worktree: run.worktree };
}

/** The pause of a set-up that fails for several tasks; the attempt that met it first is spared too. */
export async function pauseOfSetUp(
  context: StartContext,
  run: Run,
  { detail, step }: { readonly detail: string; readonly step: SetUpStep },
): Promise<ScopedPause | null> {
  const { clock, store, config, workers } = context;
  const seen = { run, host: workers.self().host, step, detail };
  const resumesAfterLimit = config.dispatch.resume_after_limit;
  const noted = await noteFailedSetUp({ clock, store, resumesAfterLimit }, seen);
  if (noted === null) return null;
  const { pause, first } = noted;
  if (first !== null)
    await changeRun(store, {
      id: first,
      epoch: null,
      change: (now) => spareStart(now, { pause, nowMs: clock.wallMs() }),
    });
  return pause;
}

/**
 * How long this start waits for the others of its account, in all repositories of this user. A command of the user's signs
 * in nowhere that is known.
 */
export async function untilLaunchMs(context: StartContext, run: Run, account: string): Promise<number> {
  const { slots, clock, log } = context;
  const worker = await workerOfRun(context, run);
  if (worker === null || worker.kind === "command") return 0;
  try {
    return slots.claimLaunch(account) - clock.wallMs();
  } catch (error) {
    log.warn({ error, run: run.id }, "the launches of this machine cannot be spaced");
    return 0;
  }
}
