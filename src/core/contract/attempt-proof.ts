// What proves that a worker is the one of a run's newest attempt: a secret that its supervisor made for it and handed it in a
// variable. The run holds a hash of it, so that neither the store nor a page can be used to speak for a worker.

import type { Run } from "./run.ts";

export type AttemptProof = {
  /** The hand-over it belongs to: a proof of an earlier one counts for nothing, and asks for nothing. */
  readonly epoch: number;
  readonly hash: string;
};

/**
 * Whether someone with a secret of this hash (null: with none) speaks for the run. A run that was claimed by hand has no
 * worker of ours, and one that a supervisor of an earlier version began has no proof: both are spoken for as they were.
 */
export function speaksFor({ kind, proof, epoch }: Run, givenHash: string | null): boolean {
  if (kind === "by_hand" || proof === null || proof.epoch !== epoch) return true;
  return proof.hash === givenHash;
}
