// Slots for workers on this machine, shared by all repositories of this user: how many workers run at once, and which
// ports each has. A slot belongs to a live process; when the process is gone, the slot is free.

import type { ProcessIdentity, RunId } from "../../core/contract/run.ts";

export type SlotRequest = {
  readonly run: RunId;
  readonly holder: ProcessIdentity;
  /** Of workers on the machine. */
  readonly limit: number;
  /** The lowest port to give out, and how many a run gets. */
  readonly portBase: number;
  readonly ports: number;
  /** First ports of blocks not to give out: those of workers that an earlier version started. */
  readonly avoid: readonly number[];
  /** The run's earlier block, given again if it is free. */
  readonly preferred: number | null;
};

export type SlotClaim =
  | { readonly kind: "claimed"; readonly firstPort: number }
  | { readonly kind: "full" }
  /** Every block is taken. */
  | { readonly kind: "no_ports" };

export type WorkerSlots = {
  /** Claims are serialised on the machine. */
  claim(request: SlotRequest): SlotClaim;
  /** The supervisor takes over what its dispatcher claimed. False when another process has the ports now. */
  adopt(slot: Pick<SlotRequest, "run" | "holder" | "ports"> & { readonly firstPort: number }): boolean;
  /** Does nothing when another process holds it now. */
  release(slot: Pick<SlotRequest, "run" | "holder">): void;
  /**
   * When the next agent of this account may be launched: no two of a machine get the same time, or times less than two seconds apart.
   */
  claimLaunch(account: string): number;
  /** Live workers of other repositories. */
  countElsewhere(): number;
};
