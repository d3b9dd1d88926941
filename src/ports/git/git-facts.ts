// What the heartbeat asks git. Every answer has a form for "there is no git".

import type { Repository } from "../../core/contract/snapshot.ts";
import type { CommitDates } from "../store/store.ts";

export type RepositoryFacts = Omit<Repository, "name">;

export type Git = {
  /** Reads files of the git folder, starts no process. */
  facts(): RepositoryFacts;
  /**
   * `git log` over `tasks/`: the last commit date of each clean file, and when each file was added unless `known` has it.
   * Null without git or when it fails.
   */
  commitDates(signal: AbortSignal, known?: CommitDates | null): Promise<CommitDates | null>;
};
