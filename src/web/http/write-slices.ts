// Writes an answer while it is being made. A slice is made once the client has taken the one before, so a slow client
// costs one slice, not the whole. All such answers together make one slice per turn of the event loop, so other
// requests get through.

import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";

/** Resolves when all is written or the client is gone; remaining slices are then not made. */
export async function writeSlices(response: ServerResponse, slices: Iterable<Buffer>): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  for (const slice of slices) {
    if (response.destroyed) return;
    if (!response.write(slice)) await untilTaken(response, gone.signal);
    await ownTurn();
    if (response.destroyed) return;
  }
  response.end();
}

async function untilTaken(response: ServerResponse, signal: AbortSignal): Promise<void> {
  try {
    await once(response, "drain", { signal });
  } catch (error) {
    if (!response.destroyed) throw error;
  }
}

let lastTurn: Promise<unknown> = Promise.resolve();

/** A turn of the event loop in which no other slice is made. */
function ownTurn(): Promise<unknown> {
  lastTurn = lastTurn.then(() => nextTurn());
  return lastTurn;
}
