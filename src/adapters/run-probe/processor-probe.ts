// The processor time of one worker as a witness: a worker that says nothing for an hour while it compiles is at work.

import type { RunObservation } from "../../core/run/observation.ts";
import { type Moment, noLaterThan } from "./moment.ts";

export type ProcessorProbe = {
  /** `usedMs` of the worker's family as the system counts it; null when it cannot be seen (any more). */
  look(worker: string | null, usedMs: number | null, moment: Moment): RunObservation["processor"];
};

/** Of one core. A process that waits uses well under 1 %, one that polls and redraws a spinner 1 to 3 %. */
const BUSY_SHARE = 0.05;
/** The system counts in steps of 10 ms: over a shorter time one step could pass for work. */
const MEASURED_MS_MIN = 3_000;

type ProcessorMemory = {
  readonly worker: string;
  /** As counted at the beginning of what is measured now. */
  readonly countedMs: number;
  readonly sinceMonotonicMs: number;
  readonly sighting: NonNullable<RunObservation["processor"]>;
};

export function createProcessorProbe(): ProcessorProbe {
  let memory: ProcessorMemory | null = null;
  return {
    look(worker, usedMs, moment) {
      if (worker === null) memory = null;
      else if (usedMs !== null) memory = measure(memory, { worker, usedMs, moment });
      return memory?.sighting ?? null;
    },
  };
}

type Count = { readonly worker: string; readonly usedMs: number; readonly moment: Moment };

function measure(before: ProcessorMemory | null, { worker, usedMs, moment }: Count): ProcessorMemory {
  const sinceMonotonicMs = moment.monotonicMs;
  if (before?.worker !== worker)
    return { worker, countedMs: usedMs, sinceMonotonicMs, sighting: { usedMs, busyAtMs: null } };
  const busyAtMs = noLaterThan(before.sighting.busyAtMs, moment);
  const elapsedMs = moment.monotonicMs - before.sinceMonotonicMs;
  if (elapsedMs < MEASURED_MS_MIN) return { ...before, sighting: { ...before.sighting, busyAtMs } };
  // What an ended process had used may be lost, so that the count can shrink; what was used stays used.
  const addedMs = Math.max(0, usedMs - before.countedMs);
  const isBusy = addedMs >= elapsedMs * BUSY_SHARE;
  return {
    worker,
    countedMs: usedMs,
    sinceMonotonicMs,
    sighting: { usedMs: before.sighting.usedMs + addedMs, busyAtMs: isBusy ? moment.wallMs : busyAtMs },
  };
}
