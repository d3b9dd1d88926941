// What comes next for each ready and queued task. Planned once per snapshot of the whole repository, since whoever is
// before a task in the line may be anybody's.

import { type PlannedStart, planStarts } from "../../core/dispatch/plan-starts.ts";
import type { Snapshot } from "../../core/snapshot/schema.ts";

export type StartPlan = ReadonlyMap<string, PlannedStart>;

const plans = new WeakMap<Snapshot, StartPlan>();

/** `snapshot` is that of everyone. */
export function startPlanOf(snapshot: Snapshot): StartPlan {
  const known = plans.get(snapshot);
  if (known !== undefined) return known;
  const { tasks, dispatch, published_at: publishedAt } = snapshot;
  const planned = planStarts({ rows: tasks, dispatch, nowMs: Date.parse(publishedAt) });
  const plan = new Map(planned.map((start) => [start.key, start]));
  plans.set(snapshot, plan);
  return plan;
}
