// The worker that runs a command, detected by its environment, by what it inherited from a supervisor, or by the
// processes above it.

import type { RunId } from "../../core/contract/run.ts";

export type CallingWorker = {
  /** TASKS_SLUG. */
  readonly slug: string | null;
  /** For the message. `environment` can be an accident, the others cannot. */
  readonly by: "environment" | "inherited" | "parent";
  isOf(run: RunId): boolean;
};
