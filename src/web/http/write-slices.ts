// Writes an answer that is made while it is sent. A slice is made once the client has taken the one before, so that a
// slow client holds one slice and not the whole; and one slice of all such answers is made per turn of the loop, so that
// other requests are answered in between, however many are under way.

import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";

/** Resolves when all is written, or when the client has gone; what is left of `slices` is then not made. */
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

/** A turn of the loop in which no other slice is made. */
function ownTurn(): Promise<unknown> {
  lastTurn = lastTurn.then(() => nextTurn());
  return lastTurn;
}
