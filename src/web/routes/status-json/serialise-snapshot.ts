// A snapshot's JSON as bytes, in slices: made at once, it would block everything else, even /livez.

import { setImmediate as nextTurn } from "node:timers/promises";
import type { Snapshot } from "../../../core/contract/snapshot.ts";
import { openRecordParts } from "../../../core/text/json-parts.ts";

/** About 1 ms of work. */
const SLICE_LENGTH_MIN = 64 * 1024;

/** About 4 ms of work. */
const SLICES_PER_TURN = 4;

/** Enough samples to tell a few MB from many. */
const SAMPLED_ROWS = 64;

/** The JSON object without its closing brace, so that a tail can follow. Slices are made on demand. */
export function* snapshotSlices(snapshot: Snapshot): Generator<Buffer, void, undefined> {
  let text = "";
  for (const part of openRecordParts(snapshot)) {
    text += part;
    if (text.length < SLICE_LENGTH_MIN) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(text);
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
