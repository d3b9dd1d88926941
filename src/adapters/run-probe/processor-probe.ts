// Probes a worker's processor time: a worker that prints nothing for an hour while it compiles is working.

import type { RunObservation } from "../../core/run/observation.ts";
import { type Moment, noLaterThan } from "./moment.ts";

/** `usedMs` of the worker and its descendants; null when it is unknown. */
type ProcessorProbe = (
  worker: string | null,
  usedMs: number | null,
  moment: Moment,
) => RunObservation["processor"];

/** Of one core. A waiting process uses well under 1 %, one that polls and redraws a spinner 1 to 3 %. */
const BUSY_SHARE = 0.05;
/** The system counts in steps of 10 ms: over a shorter time one step could look like work. */
const MEASURED_MS_MIN = 3_000;

type ProcessorMemory = {
  readonly worker: string;
  /** The count at the start of the current measurement. */
  readonly countedMs: number;
  readonly sinceMonotonicMs: number;
  readonly observation: NonNullable<RunObservation["processor"]>;
};

export function createProcessorProbe(): ProcessorProbe {
  let memory: ProcessorMemory | null = null;
  return (worker, usedMs, moment) => {
    if (worker === null) memory = null;
    else if (usedMs !== null) memory = measure(memory, { worker, usedMs, moment });
    return memory?.observation ?? null;
  };
}

type Count = { readonly worker: string; readonly usedMs: number; readonly moment: Moment };

function measure(before: ProcessorMemory | null, { worker, usedMs, moment }: Count): ProcessorMemory {
  const sinceMonotonicMs = moment.monotonicMs;
  if (before?.worker !== worker)
    return { worker, countedMs: usedMs, sinceMonotonicMs, observation: { usedMs, busyAtMs: null } };
  const busyAtMs = noLaterThan(before.observation.busyAtMs, moment);
  const elapsedMs = moment.monotonicMs - before.sinceMonotonicMs;
  if (elapsedMs < MEASURED_MS_MIN) return { ...before, observation: { ...before.observation, busyAtMs } };
  // The time of an ended process may be lost, so the count can shrink; what was used stays counted.
  const addedMs = Math.max(0, usedMs - before.countedMs);
  const isBusy = addedMs >= elapsedMs * BUSY_SHARE;
  return {
    worker,
    countedMs: usedMs,
    sinceMonotonicMs,
    observation: { usedMs: before.observation.usedMs + addedMs, busyAtMs: isBusy ? moment.wallMs : busyAtMs },
  };
}
