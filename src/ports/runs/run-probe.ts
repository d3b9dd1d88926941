// Observes runs: their processes, output and worktrees. Cheap enough for each cycle; expensive parts (git) run in the
// background and carry their own time. Remembers what it saw, to know when something moved.

import type { Run } from "../../core/contract/run.ts";
import type { RunObservation } from "../../core/run/observation.ts";

export type RunProbe = {
  /** By id: one observation per run that is dispatching or running, and per ended one with a worktree. Never throws. */
  look(runs: readonly Run[]): Promise<ReadonlyMap<string, RunObservation>>;
  /** Ends the background work. Safe to call twice. */
  stop(): void;
};
