// Memory of processes that stay: V8 lets a heap grow as fast as a short program likes it, and gives little back. With
// these settings a server and a runner of 10,000 tasks hold 340 MB together instead of 790 (P7).

import { setFlagsFromString } from "node:v8";

/**
 * V8's own words, both looked at whenever it decides how far a heap may grow. A V8 that does not know one says so on
 * stderr and goes on. Young objects get one megabyte; the old ones are collected when they have grown by a fifth.
 */
const SMALL_HEAP_FLAGS = ["--semi-space-growth-factor=1", "--heap-growing-percent=20"];

/** Trades a little speed for a lot of memory. To be called before the work begins. */
export function keepHeapSmall(): void {
  for (const flag of SMALL_HEAP_FLAGS) setFlagsFromString(flag);
}
