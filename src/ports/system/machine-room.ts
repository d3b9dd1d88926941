import type { MeasuredRoom } from "../../core/hold/room.ts";

/** Room on this machine, where the worktrees of a repository are. */
export type MachineRoom = {
  /** Never throws: what the system does not say is null. `usedBytes` is always null here. */
  measure(): Promise<MeasuredRoom>;
};
