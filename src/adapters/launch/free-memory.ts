// Gives memory back to the system. V8 keeps what a cold start or a burst of work once needed, since it may need it again;
// a runner that then idles for hours does not (P7). This is a full collection, asked for by hand.

import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { readonly type: "major"; readonly execution: "sync" }) => void;

/** A look at one page makes less than this; a collection for it costs more than it gives. */
const WORTH_BYTES = 8 * 1024 * 1024;

/**
 * Takes some tens of milliseconds with 10,000 tasks in memory: for when nobody waits. Does nothing when little was taken
 * since the last time.
 */
export function createMemoryFreer(): () => void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("globalThis.gc");
  if (typeof collect !== "function") return () => {};
  let keptBytes = Number.NEGATIVE_INFINITY;
  return () => {
    if (bytesInUse() - keptBytes < WORTH_BYTES) return;
    (collect as Collect)({ type: "major", execution: "sync" });
    keptBytes = bytesInUse();
  };
}

function bytesInUse(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}
