// Reads and parses the files that a listing found new or changed. While it takes long, what has been read goes into the
// store now and then, so that a runner that ends in the middle of a large tree continues where it was.

import type { FileStamp } from "../../core/contract/parsed-file.ts";
import { compareText } from "../../core/text/compare-text.ts";
import type { CycleContext } from "./cycle-context.ts";
import type { Pace } from "./pace.ts";
import type { TreeMemory } from "./tree-memory.ts";
import { writeIndex } from "./write-index.ts";

/** What a kill costs at most, in reading; usual trees are read long before it has passed. */
const KEEP_EVERY_MS = 2_000;

export type Reading = {
  readonly tree: TreeMemory;
  readonly stamps: readonly FileStamp[];
  readonly pace: Pace;
};

/** Throws the reason of a stop; the tree has taken what was read until then. */
export async function readFiles(
  { files, store, clock, log }: Pick<CycleContext, "files" | "store" | "clock" | "log">,
  { tree, stamps, pace }: Reading,
): Promise<void> {
  const total = stamps.length;
  let keptMs = clock.monotonicMs();
  let done = 0;
  try {
    // One text in memory at a time: all of 10,000 files at once are 35 MB, which a cold start would copy about.
    for (const read of files.readEach(inOrder(stamps))) {
      tree.take(read, clock.wallMs());
      done += 1;
      if (!pace.isDue()) continue;
      await pace.giveWay({ phase: "reading", done, total });
      if (clock.monotonicMs() - keptMs < KEEP_EVERY_MS) continue;
      await keep();
      keptMs = clock.monotonicMs();
    }
  } finally {
    tree.settle([]);
  }

  async function keep(): Promise<void> {
    try {
      await writeIndex(store, tree);
    } catch (error) {
      // It is tried again, at the latest when the cycle has ended.
      log.warn({ error }, "what was read so far was not kept");
    }
  }
}

/** Neighbours in the index are written together, so very many files are read in its order. */
function inOrder(stamps: readonly FileStamp[]): readonly FileStamp[] {
  return stamps.length < SORTED_FROM ? stamps : stamps.toSorted((a, b) => compareText(a.path, b.path));
}

/** Fewer are read before anything is kept. */
const SORTED_FROM = 5_000;
