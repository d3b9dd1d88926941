import type { CycleProgress } from "../../core/contract/cycle-progress.ts";
import type { CycleRecord } from "../../ports/store/store.ts";
import type { CycleContext } from "./cycle-context.ts";

type RecordContext = Pick<CycleContext, "store" | "log">;

/** History is worth less than the cycle: one that cannot be recorded is logged, and the cycle continues. */
export async function recordCycle({ store, log }: RecordContext, record: CycleRecord): Promise<void> {
  try {
    await store.recordCycle(record);
  } catch (error) {
    log.warn({ error }, "a cycle is missing from the history");
  }
}

/** Other processes show how far a cycle is; they look once a second. */
const RECORD_EVERY_MS = 1_000;

/** Records the progress of a running cycle for other processes, in the background. */
export function createProgressRecorder(
  context: RecordContext & Pick<CycleContext, "clock">,
  running: CycleRecord,
) {
  const { clock } = context;
  let recordedMs = clock.monotonicMs();
  let recording: Promise<void> = Promise.resolve();
  return {
    note(progress: CycleProgress): void {
      const nowMs = clock.monotonicMs();
      if (nowMs - recordedMs < RECORD_EVERY_MS) return;
      recordedMs = nowMs;
      recording = recording.then(() => recordCycle(context, { ...running, progress }));
    },
    /** What the cycle was recorded as last must not come after its end. */
    settled: () => recording,
  };
}
