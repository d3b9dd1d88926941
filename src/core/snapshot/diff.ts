// Diff: what a publication writes, and the transitions the activity feed is made of.

import type { ActivityChange } from "../contract/activity.ts";
import type { Signal } from "../contract/signal.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { changedValues } from "../values/patched-map.ts";
import type { BuiltSnapshot } from "./built-snapshot.ts";

export type SnapshotDiff = {
  /** False: nothing to publish, the attestation alone is renewed. */
  readonly changed: boolean;
  readonly changedRows: readonly TaskRow[];
  readonly goneKeys: readonly string[];
  readonly transitions: readonly ActivityChange[];
};

/** Compares two snapshots by identity of rows. A first snapshot has rows, but nothing that changed. */
export function diffSnapshots(
  previous: BuiltSnapshot | null,
  next: BuiltSnapshot,
  nowMs: number,
): SnapshotDiff {
  if (previous === null)
    return { changed: true, changedRows: [...next.rows.values()], goneKeys: [], transitions: [] };
  const { changedRows, goneKeys } = diffRows(previous.rows, next.rows);
  const rowsWereLost = previous.rows.size === 0 && previous.moves.size > 0;
  const transitions = changedRows.flatMap((row) => {
    const before = previous.rows.get(row.key);
    if (before !== undefined) return changesBetween(before, row, nowMs);
    return rowsWereLost ? changeSinceMove(row, previous, nowMs) : appearance(row, nowMs);
  });
  for (const key of goneKeys) transitions.push(...disappearance(previous.rows.get(key) as TaskRow, nowMs));
  const changed = changedRows.length > 0 || goneKeys.length > 0 || previous.header !== next.header;
  return { changed, changedRows, goneKeys, transitions };
}

/** Which rows are other objects, and which are no more. */
export function diffRows(
  before: BuiltSnapshot["rows"],
  after: BuiltSnapshot["rows"],
): Pick<SnapshotDiff, "changedRows" | "goneKeys"> {
  const known = changedValues(before, after);
  if (known !== null) return { changedRows: known.map(({ after: row }) => row), goneKeys: [] };
  const changedRows: TaskRow[] = [];
  const goneKeys: string[] = [];
  for (const [key, row] of after) if (before.get(key) !== row) changedRows.push(row);
  for (const key of before.keys()) if (!after.has(key)) goneKeys.push(key);
  return { changedRows, goneKeys };
}

function changesBetween(before: TaskRow, row: TaskRow, atMs: number): ActivityChange[] {
  const changes: ActivityChange[] = [];
  if (before.group !== row.group) changes.push(moved(row, before.group, row.group, row.reason, atMs));
  if (before.signals === row.signals) return changes;
  for (const signal of row.signals) {
    const known = before.signals.find(({ code }) => code === signal.code);
    if (known === undefined || known.tier < signal.tier)
      changes.push(signalChange("signal_raised", row, signal, atMs));
  }
  for (const signal of before.signals) {
    if (row.signals.some(({ code }) => code === signal.code)) continue;
    changes.push(signalChange("signal_cleared", row, signal, atMs));
  }
  return changes;
}

function appearance(row: TaskRow, atMs: number): ActivityChange[] {
  const raised = row.signals.map((signal) => signalChange("signal_raised", row, signal, atMs));
  return [moved(row, null, row.group, row.reason, atMs), ...raised];
}

/** When rows were lost, the newest transition of a task still tells where it was. */
function changeSinceMove(row: TaskRow, previous: BuiltSnapshot, atMs: number): ActivityChange[] {
  const move = previous.moves.get(row.key);
  return move === undefined || move.group === row.group
    ? []
    : [moved(row, move.group, row.group, row.reason, atMs)];
}

function disappearance(row: TaskRow, atMs: number): ActivityChange[] {
  const cleared = row.signals.map((signal) => ({
    ...signalChange("signal_cleared", row, signal, atMs),
    group: null,
  }));
  return [moved(row, row.group, null, "its file is gone", atMs), ...cleared];
}

type Moved = Extract<ActivityChange, { kind: "moved" }>;
type SignalChange = Extract<ActivityChange, { code: unknown }>;

function moved(row: TaskRow, from: Moved["from"], to: Moved["to"], reason: string, atMs: number): Moved {
  return { kind: "moved", ...taskOf(row), atMs, from, to, reason };
}

function signalChange(kind: SignalChange["kind"], row: TaskRow, signal: Signal, atMs: number): SignalChange {
  const { code, tier, sentence } = signal;
  return { kind, ...taskOf(row), atMs, code, tier, sentence, group: row.group };
}

function taskOf({ key, title, owner }: TaskRow) {
  return { key, title, owner };
}
