// The worker of a run, as the process that gave a command shows it: by its environment, by what it inherited from a
// supervisor, or by the processes above it.

import type { RunId } from "../../core/contract/run.ts";

export type CallingWorker = {
  /** The task, as TASKS_SLUG says; null when it is not set. */
  readonly slug: string | null;
  /** What showed it, for the message. `environment` can be an accident, the others cannot. */
  readonly by: "environment" | "inherited" | "parent";
  /** Whether it is of this run. */
  isOf(run: RunId): boolean;
};
