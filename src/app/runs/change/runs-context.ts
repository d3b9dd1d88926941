// What the use cases of runs need from the world; each picks what it needs. Wired in cli/run-world.ts.

import type { Config } from "../../../config/schema.ts";
import type { RunId } from "../../../core/contract/run.ts";
import type { CommittedFiles } from "../../../ports/git/committed-files.ts";
import type { Worktrees } from "../../../ports/git/worktrees.ts";
import type { RunFiles } from "../../../ports/runs/run-files.ts";
import type { WorkerSlots } from "../../../ports/runs/worker-slots.ts";
import type { Workers } from "../../../ports/runs/workers.ts";
import type { Store } from "../../../ports/store/store.ts";
import type { Clock } from "../../../ports/system/clock.ts";
import type { Log } from "../../../ports/system/log.ts";
import type { Programs } from "../../../ports/system/programs.ts";
import type { RunCommand } from "../../../ports/system/run-command.ts";
import type { TreeReader } from "../../../ports/tree/tree-reader.ts";

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
