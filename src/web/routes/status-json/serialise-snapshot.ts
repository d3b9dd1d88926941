// Serialises a snapshot in slices: 100,000 tasks take a second and 137 MB, which would block everything else, even
// /livez.

import { setImmediate as nextTurn } from "node:timers/promises";
import type { Snapshot, TaskRow } from "../../../core/contract/snapshot.ts";

/** About 1 ms of work and 140 KB. */
const ROWS_PER_SLICE = 100;

/** About 4 ms of work. */
const SLICES_PER_TURN = 4;

/** Enough samples to tell a few MB from many. */
const SAMPLED_ROWS = 64;

/** The JSON object without its closing brace, so that a tail can follow. Slices are made on demand. */
export function* snapshotSlices(snapshot: Snapshot): Generator<Buffer, void, undefined> {
  let separator = "{";
  for (const [name, value] of Object.entries(snapshot)) {
    const key = `${separator}${JSON.stringify(name)}:`;
    separator = ",";
    if (name === "tasks") yield* rowSlices(key, snapshot.tasks);
    else yield Buffer.from(key + JSON.stringify(value), "utf8");
  }
}

/** All slices, yielding to the event loop in between. Joining them would double the memory for a moment. */
export async function serialiseSnapshot(snapshot: Snapshot): Promise<readonly Buffer[]> {
  const parts: Buffer[] = [];
  for (const slice of snapshotSlices(snapshot)) {
    parts.push(slice);
    if (parts.length % SLICES_PER_TURN === 0) await nextTurn();
  }
  return parts;
}

/** Estimates the size of the snapshot's JSON from some rows. */
export function estimatedBytes({ tasks }: Pick<Snapshot, "tasks">): number {
  const step = Math.max(1, Math.floor(tasks.length / SAMPLED_ROWS));
  let sampled = 0;
  let bytes = 0;
  for (let at = 0; at < tasks.length; at += step) {
    sampled += 1;
    bytes += Buffer.byteLength(JSON.stringify(tasks[at]));
  }
  return Math.round((bytes / Math.max(1, sampled)) * tasks.length);
}

function* rowSlices(key: string, rows: readonly TaskRow[]): Generator<Buffer, void, undefined> {
  yield Buffer.from(`${key}[`);
  for (let at = 0; at < rows.length; at += ROWS_PER_SLICE) {
    const slice = JSON.stringify(rows.slice(at, at + ROWS_PER_SLICE)).slice(1, -1);
    yield Buffer.from(at === 0 ? slice : `,${slice}`, "utf8");
  }
  yield Buffer.from("]");
}
