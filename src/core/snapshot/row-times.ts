// Since when: the three times of a row. A transition the manager saw is the best witness; before the first one it is
// the last commit that changed the file; without one it is "at least", from when the file was last written.
// Times are kept as ISO text, which compares in order of time and needs no conversion between builds.

import type { FileRecord, TimeBasis } from "../contract/parsed-file.ts";
import type { Group, TaskRow } from "../contract/snapshot.ts";
import { isoTime } from "../text/iso-time.ts";

export type RowTime = { readonly at: string; readonly basis: TimeBasis };

/** The last known group of a task whose row was lost, from its newest transition. */
export type Move = { readonly group: Group; readonly atMs: number };

/** When the file's content last changed. A first sighting gives way to an earlier commit, and stays improved. */
export function changedTime(
  record: FileRecord,
  commitMs: number | undefined,
  previous: TaskRow | undefined,
): RowTime {
  const { atMs, basis } = record.changed;
  if (basis !== "first_seen") return { at: isoTime(atMs), basis };
  if (previous?.changed_basis === "commit" && previous.file === record.stamp.path) {
    return { at: previous.changed_at, basis: "commit" };
  }
  // A commit later than the first sighting only recorded what was there already.
  if (commitMs !== undefined && commitMs < atMs) return { at: isoTime(commitMs), basis: "commit" };
  return { at: isoTime(atMs), basis };
}

/** The later of two times: both conditions held only from then on. */
export function later(a: RowTime, b: RowTime): RowTime {
  return b.at > a.at ? b : a;
}

/**
 * When a group was entered: unchanged while it stays the same, now when it changed, and `initial` for a task that has
 * no history. What was only "at least" is improved when commit dates arrive.
 */
export function enteredTime(input: {
  readonly group: Group;
  readonly before: (RowTime & { readonly group: Group }) | undefined;
  readonly lost: Move | undefined;
  readonly initial: RowTime;
  /** When a change of group was only learned now: since when it has been so. */
  readonly learned?: RowTime | null;
  readonly nowMs: number;
}): RowTime {
  const { group, before, lost, initial, learned = null, nowMs } = input;
  if (before !== undefined) {
    if (before.group !== group) return learned ?? { at: isoTime(nowMs), basis: "transition" };
    const improved = before.basis === "first_seen" && initial.basis === "commit" && initial.at < before.at;
    return improved ? initial : { at: before.at, basis: before.basis };
  }
  if (lost === undefined) return initial;
  return { at: isoTime(lost.group === group ? lost.atMs : nowMs), basis: "transition" };
}
