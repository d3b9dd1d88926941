// Looks at runs: their processes, their output, their worktrees. Cheap enough for each cycle; what is dear (git) is
// looked at in the background and told with its own time. Remembers what it saw, so that it can tell when something moved.

import type { Run } from "../../core/contract/run.ts";
import type { RunObservation } from "../../core/run/observation.ts";

export type RunProbe = {
  /** One sighting per run that is dispatching or running, and per ended one with a worktree; by id. Never throws. */
  look(runs: readonly Run[]): Promise<ReadonlyMap<string, RunObservation>>;
  /** Ends what runs in the background. Safe to call twice. */
  stop(): void;
};
