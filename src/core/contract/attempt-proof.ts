// Proof that a worker belongs to a run's newest attempt: a secret that its supervisor passes in an environment variable. The
// run stores only a hash, so that access to the store or a page is not enough to impersonate a worker.

import type { Run } from "./run.ts";

/**
 * Whether a caller with a secret of this hash (null: without one) may report for the run. Runs by hand, and runs started by
 * a supervisor of an earlier version, have no proof and accept anyone.
 */
export function speaksFor({ kind, proof, epoch }: Run, givenHash: string | null): boolean {
  if (kind === "by_hand" || proof === null || proof.epoch !== epoch) return true;
  return proof.hash === givenHash;
}
