// Between the watch of the tree and the queue of causes: hints that a cycle has already taken cause no other cycle.

import type { TreeWatch } from "../../ports/tree/tree-files.ts";
import type { CauseQueue } from "./cause-queue.ts";

/** The same watch; `take` also drops its hints. */
export function dropHintsWhenTaken(watch: TreeWatch, causes: CauseQueue): TreeWatch {
  return {
    start: (onHint) => watch.start(onHint),
    prove: () => watch.prove(),
    take: () => {
      causes.dropHints();
      return watch.take();
    },
    follow: (folders) => watch.follow(folders),
    mode: () => watch.mode(),
    stop: () => watch.stop(),
  };
}
