// A person stops the work on a task. A queued run is removed from the queue, a worker is asked to end and waited for, and
// an ended run is closed. The worktree and everything in it stay. The task does not start automatically until a person
// asks for it.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import { type Act, isLive, type Run } from "../../../core/contract/run.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import { closeClaim, closeRun, type RunChange, requestStop } from "../../../core/run/run-transitions.ts";
import { pollUntil } from "../../wait/poll-until.ts";
import { type ChangedByPerson, changeByPerson } from "../change/change-by-person.ts";
import type { RunsContext } from "../change/runs-context.ts";

type StopContext = Pick<RunsContext, "clock" | "store" | "workers" | "config">;

/** `closed`: there was no worker. `ended`: its worker has ended. `ending`: its worker was asked to end, and has not yet. */
export type Stopped = { readonly key: string } & (
  | { readonly kind: "closed" | "ended" | "ending"; readonly run: Run }
  | Refusal
);

export type StopRunRequest = {
  readonly by: string;
  readonly note: string | null;
  readonly signal: AbortSignal;
};

/** After the worker's grace: for its supervisor to notice, to end what is left and to write it down. */
const BEYOND_GRACE_MS = 10_000;

export async function stopRun(
  context: StopContext,
  run: Run,
  { by, note, signal }: StopRunRequest,
): Promise<Stopped> {
  const { key } = run;
  const act = { by, atMs: context.clock.wallMs() };
  const changed = await changeByPerson(context.store, run, {
    act,
    action: "stop",
    note,
    change: (now) => stopChange(now, act, note),
    stopped: { ...act, key, note },
    explain: (now) => refusal(`${describeOpenRun(now)}.`, hintFor(now)),
  });
  if (changed.kind === "refused") return { key, ...changed };
  if (!isLive(changed.run)) return { key, kind: "closed", run: changed.run };
  nudge(context, changed.run);
  const ended = await awaitEnd(context, changed.run, signal);
  return { key, kind: isLive(ended) ? "ending" : "ended", run: ended };
}

function stopChange(run: Run, act: Act, note: string | null): RunChange {
  if (isLive(run)) return requestStop(run, { ...act, kind: "stop", note });
  const why = run.state === "queued" ? "removed from the queue" : "dismissed";
  return closeRun(run, { ...act, as: "abandoned", why });
}

/** Makes the supervisor check its run now instead of within a few seconds. A dispatcher is no supervisor. */
export function nudge({ workers }: Pick<RunsContext, "workers">, { state, holder }: Run): void {
  if (state === "running" && holder !== null) workers.nudge(holder);
}

/** The run once its worker is gone, or as it is when the time is up. */
export async function awaitEnd(context: StopContext, stopping: Run, signal: AbortSignal): Promise<Run> {
  const { clock, store, config } = context;
  const limitMs = config.worker.stop_grace_s * 1000 + BEYOND_GRACE_MS;
  let newest = stopping;
  await pollUntil({ clock, store, limitMs, signal }, async () => {
    const now = await store.readRun(stopping.id);
    // The store has dropped it: there is nothing more to wait for.
    if (now === null) return "gone";
    // Its supervisor has started since, and is the one to nudge.
    if (now.holder?.id !== newest.holder?.id) nudge(context, now);
    newest = now;
    return isLive(now) ? null : now;
  });
  return newest;
}

/** Releases a task that was claimed by hand. */
export async function releaseRun(
  { clock, store }: Pick<RunsContext, "clock" | "store">,
  run: Run,
  { by, note }: { readonly by: string; readonly note: string | null },
): Promise<ChangedByPerson | Refusal> {
  const act = { by, atMs: clock.wallMs() };
  return await changeByPerson(store, run, {
    act,
    action: "release",
    note,
    change: (now) => closeClaim(now, { ...act, why: note ?? `released by ${by}` }),
    explain: (now) => refusal(`${describeOpenRun(now)}, and was not claimed by hand.`, hintFor(now)),
  });
}
