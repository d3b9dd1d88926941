// Work that takes long says so on a terminal (C4); short work stays silent, and so does everything that is piped.

import type { Output } from "./output.ts";

/** Below this nobody wonders. */
const QUIET_MS = 1_000;
const TICK_MS = 1_000;

/** Runs `work`; after a second a line on stderr says what is being done and for how long. */
export async function withProgress<T>(output: Output, doing: string, work: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const tick = () => output.progress(`${doing}, ${Math.round((performance.now() - startedMs) / 1000)} s ...`);
  let timer = setTimeout(function next() {
    tick();
    timer = setTimeout(next, TICK_MS);
  }, QUIET_MS);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    output.progress(null);
  }
}
