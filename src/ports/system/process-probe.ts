// Whether the process that holds a lease is still there: a second witness beside the lease's expiry.

import type { LeaseHolder } from "../store/store.ts";

export type ProcessProbe = {
  /**
   * `gone`: surely dead, its lease may be taken at once. `alive`: surely running, also when it does not answer.
   * `unknown`: on another machine, or in another container; only time can tell.
   */
  see(holder: LeaseHolder): "alive" | "gone" | "unknown";
};
