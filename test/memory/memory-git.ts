// Git as a record that a test sets: no repository, no process.

import type { Git, RepositoryFacts } from "../../src/ports/git/git-facts.ts";
import type { CommitDates } from "../../src/ports/store/store.ts";

const NO_GIT: RepositoryFacts = {
  branch: null,
  commit: null,
  default_branch: null,
  git: "none",
  notice: "This folder is not in a git repository: times of changes count from when a file was first seen.",
};

export type MemoryGit = Git & {
  setFacts(facts: Partial<RepositoryFacts>): void;
  setCommitDates(dates: CommitDates | null): void;
};

/** A folder without git, until the test says otherwise. */
export function createMemoryGit(facts: Partial<RepositoryFacts> = {}): MemoryGit {
  let current: RepositoryFacts = { ...NO_GIT, ...facts };
  let commitDates: CommitDates | null = null;
  return {
    facts: () => current,
    commitDates: async () => commitDates,
    setFacts(changes) {
      current = { ...current, ...changes };
    },
    setCommitDates(dates) {
      commitDates = dates;
    },
  };
}
