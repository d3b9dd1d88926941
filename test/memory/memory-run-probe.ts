// A run probe that a test sets by hand: no process, no file, no git.

import type { Run } from "../../src/core/contract/run.ts";
import { isObserved, type RunObservation } from "../../src/core/run/observation.ts";
import type { RunProbe } from "../../src/ports/runs/run-probe.ts";
import type { Clock } from "../../src/ports/system/clock.ts";

export type MemoryRunProbe = RunProbe & {
  /** What is seen of a run from now on, beside what was set before. */
  set(id: string, seen: Partial<RunObservation>): void;
  /** How often it was probed. */
  looks(): number;
};

/** Until the test says otherwise, holders and workers are alive and nothing else is to be seen. */
export function createMemoryRunProbe({ clock }: { readonly clock: Pick<Clock, "wallMs"> }): MemoryRunProbe {
  const seen = new Map<string, Partial<RunObservation>>();
  let looks = 0;
  return {
    async look(runs) {
      looks += 1;
      const observe = (run: Run) => ({ ...calmObservation(run, clock.wallMs()), ...seen.get(run.id) });
      return new Map(runs.filter(isObserved).map((run) => [run.id, observe(run)]));
    },
    stop() {},
    set(id, changes) {
      seen.set(id, { ...seen.get(id), ...changes });
    },
    looks: () => looks,
  };
}

function calmObservation(run: Run, atMs: number): RunObservation {
  return {
    atMs,
    holder: run.holder === null ? "unknown" : "alive",
    worker: run.worker === null ? "unknown" : "alive",
    log: null,
    worktree: null,
    processor: null,
    activity: null,
    worktreeExists: run.worktree === null ? null : true,
    drifted: false,
    leftRunning: [],
  };
}
