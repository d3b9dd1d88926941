// Diff: what a publication writes, and the transitions the activity feed is made of.

import type { Signal } from "../signal/signal.ts";
import type { BuiltSnapshot } from "./build.ts";
import type { TaskRow } from "./schema.ts";
import type { TransitionChange } from "./transition.ts";

export type SnapshotDiff = {
  /** False: nothing to publish, the attestation alone is renewed. */
  readonly changed: boolean;
  readonly changedRows: readonly TaskRow[];
  readonly goneKeys: readonly string[];
  readonly transitions: readonly TransitionChange[];
};

/** Compares two snapshots by identity of rows. A first snapshot has rows, but nothing that changed. */
export function diffSnapshots(
  previous: BuiltSnapshot | null,
  next: BuiltSnapshot,
  nowMs: number,
): SnapshotDiff {
  if (previous === null)
    return { changed: true, changedRows: [...next.rows.values()], goneKeys: [], transitions: [] };
  const changedRows: TaskRow[] = [];
  const goneKeys: string[] = [];
  const transitions: TransitionChange[] = [];
  if (previous.rows !== next.rows) {
    const rowsWereLost = previous.rows.size === 0 && previous.moves.size > 0;
    for (const [key, row] of next.rows) {
      const before = previous.rows.get(key);
      if (before === row) continue;
      changedRows.push(row);
      if (before !== undefined) transitions.push(...changesBetween(before, row, nowMs));
      else if (!rowsWereLost) transitions.push(...appearance(row, nowMs));
      else transitions.push(...changeSinceMove(row, previous, nowMs));
    }
    for (const [key, row] of previous.rows) {
      if (next.rows.has(key)) continue;
      goneKeys.push(key);
      transitions.push(...disappearance(row, nowMs));
    }
  }
  const changed = changedRows.length > 0 || goneKeys.length > 0 || previous.header !== next.header;
  return { changed, changedRows, goneKeys, transitions };
}

function changesBetween(before: TaskRow, row: TaskRow, atMs: number): TransitionChange[] {
  const changes: TransitionChange[] = [];
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

function appearance(row: TaskRow, atMs: number): TransitionChange[] {
  const raised = row.signals.map((signal) => signalChange("signal_raised", row, signal, atMs));
  return [moved(row, null, row.group, row.reason, atMs), ...raised];
}

/** When rows were lost, the newest transition of a task still tells where it was. */
function changeSinceMove(row: TaskRow, previous: BuiltSnapshot, atMs: number): TransitionChange[] {
  const move = previous.moves.get(row.key);
  return move === undefined || move.group === row.group
    ? []
    : [moved(row, move.group, row.group, row.reason, atMs)];
}

function disappearance(row: TaskRow, atMs: number): TransitionChange[] {
  const cleared = row.signals.map((signal) => ({
    ...signalChange("signal_cleared", row, signal, atMs),
    group: null,
  }));
  return [moved(row, row.group, null, "its file is gone", atMs), ...cleared];
}

type Moved = Extract<TransitionChange, { kind: "moved" }>;
type SignalChange = Extract<TransitionChange, { code: unknown }>;

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
