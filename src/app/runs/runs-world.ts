// What the use cases of runs need from the world; each picks what it needs. Wired in cli/run-world.ts.

import type { Config } from "../../config/schema.ts";
import type { RunId } from "../../core/run/run.ts";
import type { Clock } from "../../ports/clock.ts";
import type { CommittedFiles } from "../../ports/committed-files.ts";
import type { Log } from "../../ports/log.ts";
import type { Programs } from "../../ports/programs.ts";
import type { RunCommand } from "../../ports/run-command.ts";
import type { RunFiles } from "../../ports/run-files.ts";
import type { Store } from "../../ports/store.ts";
import type { TreeReader } from "../../ports/tree-reader.ts";
import type { WorkerSlots } from "../../ports/worker-slots.ts";
import type { Workers } from "../../ports/workers.ts";
import type { Worktrees } from "../../ports/worktrees.ts";

export type RunsContext = {
  readonly clock: Clock;
  readonly store: Store;
  readonly workers: Workers;
  readonly worktrees: Worktrees;
  readonly slots: WorkerSlots;
  readonly runFiles: RunFiles;
  readonly reader: TreeReader;
  readonly committed: CommittedFiles;
  readonly programs: Programs;
  readonly runCommand: RunCommand;
  readonly log: Log;
  /** As it is now: a getter where the settings may change while the process lives. */
  readonly config: Config;
  /** Settings of the repository's file that the user has not trusted: while there are any, nothing starts. */
  readonly untrusted: () => readonly string[];
  /** What hooks of worktrees inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute: what workers and hooks are told as TASKS_REPO. */
  readonly root: string;
  newRunId(): RunId;
};
