// What comes next for each ready and queued task. Planned once per snapshot of the whole repository, because tasks of
// all owners share the queue.

import type { Snapshot } from "../../../core/contract/snapshot.ts";
import { type PlannedStart, planStarts } from "../../../core/dispatch/plan-starts.ts";

/** Planned on first use: a page without ready and queued tasks needs no plan. */
export type StartPlan = { get(key: string): PlannedStart | undefined };

const plans = new WeakMap<Snapshot, StartPlan>();

/** `snapshot` is that of everyone. */
export function startPlanOf(snapshot: Snapshot): StartPlan {
  const known = plans.get(snapshot);
  if (known !== undefined) return known;
  let planned: ReadonlyMap<string, PlannedStart> | null = null;
  const plan = {
    get: (key: string) => {
      planned ??= planOf(snapshot);
      return planned.get(key);
    },
  };
  plans.set(snapshot, plan);
  return plan;
}

function planOf({ tasks, dispatch, published_at: publishedAt }: Snapshot): ReadonlyMap<string, PlannedStart> {
  const planned = planStarts({ rows: tasks, dispatch, nowMs: Date.parse(publishedAt) });
  return new Map(planned.map((start) => [start.key, start]));
}
