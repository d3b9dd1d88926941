// Returns memory to the system by a full garbage collection. V8 keeps what a cold start or a burst of work needed in
// case it is needed again; a runner that then idles for hours does not need it (P7).

import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { readonly type: "major"; readonly execution: "sync" }) => void;

/** Rendering one page allocates less than this; collecting it would cost more than it returns. */
const WORTH_BYTES = 8 * 1024 * 1024;

/**
 * Takes tens of milliseconds with 10,000 tasks in memory, so only for idle times. Does nothing if little was allocated
 * since the last call.
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
