// The three times of a row. An observed transition is the best source, then the last commit that changed the file, then
// the time the file was last written, which is a lower bound. Times are ISO text, which compares in order of time.

import type { FileRecord, TimeBasis } from "../contract/parsed-file.ts";
import type { Group, TaskRow } from "../contract/snapshot.ts";
import { isoTime } from "../text/iso-time.ts";

export type RowTime = { readonly at: string; readonly basis: TimeBasis };

/** The last known group of a task whose row was lost, from its newest activity. */
export type Move = { readonly group: Group; readonly atMs: number };

/** When the file's content last changed. An earlier commit replaces first_seen for good. */
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
  // A later commit only recorded what was there already.
  if (commitMs !== undefined && commitMs < atMs) return { at: isoTime(commitMs), basis: "commit" };
  return { at: isoTime(atMs), basis };
}

/** The later of two times. */
export function later(a: RowTime, b: RowTime): RowTime {
  return b.at > a.at ? b : a;
}

/**
 * When a group was entered: unchanged while it stays the same, now when it changed, and `initial` for a task without
 * history. A time with the basis first_seen is improved when commit dates arrive.
 */
export function enteredTime(input: {
  readonly group: Group;
  readonly before: (RowTime & { readonly group: Group }) | undefined;
  readonly lost: Move | undefined;
  readonly initial: RowTime;
  /** When it was entered, if that was only learned now. */
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
