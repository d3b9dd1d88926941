// Memory of long-lived processes: by default V8 lets a heap grow fast, as short programs like it, and returns little.
// With these settings a server and a runner of 10,000 tasks use 340 MB together instead of 790 (P7).

import { setFlagsFromString } from "node:v8";

/**
 * Both are read whenever V8 decides how far a heap may grow. A V8 that does not know one prints so on stderr and
 * continues. Young objects get one megabyte; old ones are collected when they have grown by a fifth.
 */
const SMALL_HEAP_FLAGS = ["--semi-space-growth-factor=1", "--heap-growing-percent=20"];

/** Trades a little speed for a lot of memory. Call it before the work starts. */
export function keepHeapSmall(): void {
  for (const flag of SMALL_HEAP_FLAGS) setFlagsFromString(flag);
}
