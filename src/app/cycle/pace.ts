// The pace of long work in a process that has to stay reachable: the work is done in slices, and between two of them the
// event loop turns, so that a lease is renewed, a ping answered and a stop obeyed. It also says how far the work is.

import type { CycleProgress } from "../../core/contract/cycle-progress.ts";
import type { Clock } from "../../ports/system/clock.ts";

/** The longest slice of work: too short for others on the event loop to notice. */
const SLICE_MS = 20;
/** Often enough for the shortest limit that can be set for a cycle, 1 s. */
const REPORT_EVERY_MS = 250;

export type Pace = {
  /** Whether it is time to give way. Costs little: ask after each piece of work. */
  isDue(): boolean;
  /** Lets the event loop turn. Throws the reason of a stop. */
  giveWay(progress: CycleProgress): Promise<void>;
  /** Reports progress now and then, for work that yields on its own schedule. */
  note(progress: CycleProgress): void;
};

export type PaceSettings = {
  readonly clock: Clock;
  readonly onProgress?: ((progress: CycleProgress) => void) | undefined;
  /** Ends the work between two slices. */
  readonly signal?: AbortSignal | undefined;
};

export function createPace({ clock, onProgress, signal }: PaceSettings): Pace {
  let sliceMs = clock.monotonicMs();
  let reportedMs = sliceMs;
  const note = (progress: CycleProgress) => {
    const nowMs = clock.monotonicMs();
    if (nowMs - reportedMs < REPORT_EVERY_MS) return;
    reportedMs = nowMs;
    onProgress?.(progress);
  };
  return {
    isDue: () => clock.monotonicMs() - sliceMs >= SLICE_MS,
    note,
    async giveWay(progress) {
      note(progress);
      await nextTurn();
      signal?.throwIfAborted();
      sliceMs = clock.monotonicMs();
    },
  };
}

/** Takes steps to their end, giving way between them. Throws the reason of a stop; the steps are then closed. */
export async function takeSteps<Result>(
  pace: Pace,
  steps: Generator<number, Result, void>,
  progressOf: (done: number) => CycleProgress,
): Promise<Result> {
  try {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      if (pace.isDue()) await pace.giveWay(progressOf(step.value));
    }
  } finally {
    steps[Symbol.dispose]();
  }
}

/** Resolves when everything that waited for the event loop has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
