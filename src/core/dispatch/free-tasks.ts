// The queue as a person sees it who claims a task or starts tasks by name: without limits and pauses, and with ready
// tasks in it whether or not they start automatically.

import type { Dispatch } from "../contract/run-view.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { planStarts } from "./plan-starts.ts";

/** Any number of workers. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

const NO_LIMITS: Omit<Dispatch, "stopped"> = {
  automatic: true,
  pause: null,
  host: "",
  configured: true,
  live: 0,
  elsewhere: 0,
  per_host: UNLIMITED,
  per_owner: UNLIMITED,
  barred: {},
  untrusted: [],
};

/** Ready tasks without a run, in order of the queue, except those with an unreliable file or stopped by a person. */
export function freeTasks(
  rows: readonly TaskRow[],
  { stopped, nowMs }: Pick<Dispatch, "stopped"> & { readonly nowMs: number },
): readonly TaskRow[] {
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return planStarts({ rows, dispatch: { ...NO_LIMITS, stopped }, nowMs }).flatMap(({ key, decision }) => {
    const row = byKey.get(key);
    return decision === "start" && row !== undefined && row.run === null ? [row] : [];
  });
}
