// A person wants no more work on a task. What waits is taken out of the line, a worker is asked to end and waited for,
// and what has ended is closed. The worktree and everything in it stay. What was stopped is not started automatically until
// a person asks for it.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { type Act, isLive, type Run } from "../../../core/contract/run.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import { closeRun, type RunChange, requestStop } from "../../../core/run/run-transitions.ts";
import { pollUntil } from "../../wait/poll-until.ts";
import { actionOf, labelOf } from "../change/action-of.ts";
import { changeRun } from "../change/change-run.ts";
import type { RunsContext } from "../change/runs-context.ts";

type StopContext = Pick<RunsContext, "clock" | "store" | "workers" | "config">;

export type Stopped = { readonly key: string } & (
  | { readonly kind: "closed"; readonly run: Run }
  /** Its worker is gone. */
  | { readonly kind: "ended"; readonly run: Run }
  /** It was asked to end, and has not yet. */
  | { readonly kind: "ending"; readonly run: Run }
  | Refusal
);

export type StopRunRequest = {
  readonly by: string;
  readonly note: string | null;
  readonly signal: AbortSignal;
};

/** Beyond the grace that a worker has: for its supervisor to notice, to end leftovers and to write it down. */
const BEYOND_GRACE_MS = 10_000;

/** Stops what there is of a task's open run. */
export async function stopRun(world: StopContext, run: Run, wish: StopRunRequest): Promise<Stopped> {
  const act = { by: wish.by, atMs: world.clock.wallMs() };
  const label = await labelOf(world.store, run);
  const outcome = await changeRun(world.store, {
    id: run.id,
    epoch: null,
    change: (now) => stopChange(now, act, wish.note),
    action: actionOf("stop", label, { ...act, note: wish.note }),
    stopped: { ...act, key: run.key, note: wish.note },
  });
  const { key } = run;
  if (outcome.kind === "refused") {
    return { key, ...refusal(`${describeOpenRun(outcome.run)}.`, hintFor(outcome.run)) };
  }
  if (outcome.kind !== "changed")
    return { key, ...refusal(`The run of ${key} is gone.`, "`tasks runs` lists them.") };
  if (!isLive(outcome.run)) return { key, kind: "closed", run: outcome.run };
  nudge(world, outcome.run);
  const ended = await awaitEnd(world, outcome.run, wish.signal);
  return isLive(ended) ? { key, kind: "ending", run: ended } : { key, kind: "ended", run: ended };
}

function stopChange(run: Run, act: Act, note: string | null): RunChange {
  if (isLive(run)) return requestStop(run, { ...act, kind: "stop", note });
  const why = run.state === "queued" ? "removed from the queue" : "dismissed";
  return closeRun(run, { ...act, as: "abandoned", why });
}

/** The supervisor looks by itself every few seconds; a nudge makes it look now. A dispatcher is no supervisor. */
export function nudge({ workers }: Pick<RunsContext, "workers">, { state, holder }: Run): void {
  if (state === "running" && holder !== null) workers.nudge(holder);
}

/** The run when its worker is gone, or as it is after the longest that this can take. */
async function awaitEnd(world: StopContext, wished: Run, signal: AbortSignal): Promise<Run> {
  const { clock, store, config } = world;
  const limitMs = config.worker.stop_grace_s * 1000 + BEYOND_GRACE_MS;
  let seen = wished;
  await pollUntil({ clock, store, limitMs, signal }, async () => {
    const now = await store.readRun(wished.id);
    if (now === null) return GONE;
    // Begun since: the one to nudge is there now.
    if (now.holder?.id !== seen.holder?.id) nudge(world, now);
    seen = now;
    return isLive(now) ? null : now;
  });
  return seen;
}

/** Forgotten by the store, which has no more to tell. */
const GONE = "gone";
