// What a start has to do with pauses: whom they are asked for, and when its agent is launched.

import { accountOf } from "../../../core/agent/workers/account.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { Starter } from "../../../core/pause/start-through.ts";
import { workerOfRun } from "./kind-holds.ts";
import type { StartContext } from "./prepare-start.ts";

/** What pauses are asked for; null when its worker is not known. */
export async function starterOf(context: StartContext, run: Run): Promise<Starter | null> {
  const { host } = context.workers.self();
  const worker = await workerOfRun(context, run);
  return worker && { account: accountOf(worker, host), host, worktree: run.worktree };
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
