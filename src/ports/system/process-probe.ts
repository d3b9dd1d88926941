// Whether the process that holds a lease still lives: known sooner than the lease expires.

import type { LeaseHolder } from "../store/store.ts";

export type ProcessProbe = {
  /**
   * `gone`: certainly dead, its lease may be taken at once. `alive`: certainly running, even if it does not answer.
   * `unknown`: on another machine or in another container; only the expiry says.
   */
  see(holder: LeaseHolder): "alive" | "gone" | "unknown";
};
