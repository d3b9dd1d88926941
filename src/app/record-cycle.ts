import type { CycleRecord } from "../ports/store.ts";
import type { HeartbeatWorld } from "./world.ts";

/** History is worth less than the cycle: one that cannot be recorded is logged, and the cycle goes on. */
export async function recordCycle(
  { store, log }: Pick<HeartbeatWorld, "store" | "log">,
  record: CycleRecord,
): Promise<void> {
  try {
    await store.recordCycle(record);
  } catch (error) {
    log.warn({ error }, "a cycle is missing from the history");
  }
}
