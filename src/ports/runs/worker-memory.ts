import type { ProcessIdentity } from "../../core/contract/run.ts";

/** What workers use of this machine's memory, and what the kernel killed for want of it. */
export type WorkerMemory = {
  /** Processes that the kernel has killed for want of memory since the machine started; null if unknown. */
  kills(): number | null;
  /** What this process and those below it have in memory, in megabytes; null if unknown. A few small reads. */
  usedMb(worker: ProcessIdentity): number | null;
};
