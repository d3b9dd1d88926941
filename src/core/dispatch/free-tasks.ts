// The line as it is for somebody who takes a task into their own hands, or asks for starts by name: no limits, no pause,
// and ready tasks are in it whether or not they are started by themselves.

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

/**
 * Ready tasks that nobody works on or is to, first in line first. Tasks whose file cannot be relied on are left out, and so
 * are those that a person stopped.
 */
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
