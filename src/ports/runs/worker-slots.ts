// Places for workers on this machine, shared by all repositories of this user: how many workers there are at once, and
// which ports each has. A place belongs to a process that lives; one whose process is gone is free again.

import type { ProcessIdentity, RunId } from "../../core/contract/run.ts";

export type SlotRequest = {
  readonly run: RunId;
  readonly holder: ProcessIdentity;
  /** As many workers as there may be on the machine. */
  readonly limit: number;
  /** The lowest port that may be given out, and how many a run gets. */
  readonly portBase: number;
  readonly ports: number;
  /** First ports of blocks that are not to be given out: those of workers that an earlier version started. */
  readonly avoid: readonly number[];
  /** What the run had before, which it gets again where that is free. */
  readonly preferred: number | null;
};

export type SlotClaim =
  | { readonly kind: "claimed"; readonly firstPort: number }
  | { readonly kind: "full" }
  /** Every block up to the last port of the machine is taken. */
  | { readonly kind: "no_ports" };

export type WorkerSlots = {
  /** One claim at a time on the machine: of two at once neither takes what the other has. */
  claim(request: SlotRequest): SlotClaim;
  /** The supervisor takes over what its dispatcher claimed. False when the ports are somebody else's by now. */
  adopt(slot: Pick<SlotRequest, "run" | "holder" | "ports"> & { readonly firstPort: number }): boolean;
  /** Nothing where somebody else holds it by now. */
  release(slot: Pick<SlotRequest, "run" | "holder">): void;
  /** Workers of other repositories that are at work. */
  countElsewhere(): number;
};
