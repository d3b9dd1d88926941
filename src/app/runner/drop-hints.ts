// Between the watch of the tree and the queue of causes: hints of what a cycle has taken ask for no cycle of their own.

import type { TreeWatch } from "../../ports/tree/tree-files.ts";
import type { CauseQueue } from "./cause-queue.ts";

/** The same watch; taking what it noticed also answers the hints it gave. */
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
