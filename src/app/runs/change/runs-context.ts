// What the use cases of runs need; each picks its part. Wired in cli/repository/open-runs.ts.

import type { Config } from "../../../config/schema.ts";
import type { RunId } from "../../../core/contract/run.ts";
import type { Zone } from "../../../core/values/local-time.ts";
import type { CommittedFiles } from "../../../ports/git/committed-files.ts";
import type { Worktrees } from "../../../ports/git/worktrees.ts";
import type { Credentials } from "../../../ports/runs/credentials.ts";
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
  /** Of local days; absent: UTC. */
  readonly zone?: Zone;
  readonly store: Store;
  readonly workers: Workers;
  readonly worktrees: Worktrees;
  readonly slots: WorkerSlots;
  readonly runFiles: RunFiles;
  readonly reader: TreeReader;
  readonly committed: CommittedFiles;
  readonly programs: Programs;
  readonly credentials: Credentials;
  readonly runCommand: RunCommand;
  readonly log: Log;
  /** A getter where the settings may change while the process lives. */
  readonly config: Config;
  /** Settings in the repository's file that the user has not trusted; while there are any, nothing starts. */
  readonly untrusted: () => readonly string[];
  /** Inherited by hooks of worktrees. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute; workers and hooks get it as TASKS_REPO. */
  readonly root: string;
  newRunId(): RunId;
  /** A UUID for an agent's session. */
  newSession(): string;
};
