// What the heartbeat asks git. Reading needs no git: every answer has a form for "there is none".

import type { Repository } from "../../core/contract/snapshot.ts";
import type { CommitDates } from "../store/store.ts";

export type RepositoryFacts = Omit<Repository, "name">;

export type Git = {
  /** Branch, commit, default branch and what is unusual; reads files of the git folder, starts no process. */
  facts(): RepositoryFacts;
  /**
   * `git log` over `tasks/`: last commit date of each clean file, and when each file was added, which is not asked again
   * of files that `known` has. Null without git or when it fails.
   */
  commitDates(signal: AbortSignal, known?: CommitDates | null): Promise<CommitDates | null>;
};
