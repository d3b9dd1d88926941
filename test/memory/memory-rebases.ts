// Rebases that come to what a test says, or else to what the worktree's own state means.

import type { Rebased, RebaseRequest, WorktreeFacts } from "../../src/ports/git/worktrees.ts";

type Asked = Omit<RebaseRequest, "signal">;

export type MemoryRebases = {
  /** What rebases of a task come to from now on; null: again what its worktree says. */
  setRebase(slug: string, answer: Rebased | null): void;
  /** Every rebase that was asked for, in order. */
  readonly rebases: readonly Asked[];
};

/** `factsOf` is null where a task has no worktree. */
export function createMemoryRebases(factsOf: (slug: string) => WorktreeFacts | null): MemoryRebases & {
  rebase(request: RebaseRequest): Promise<Rebased>;
} {
  const answers = new Map<string, Rebased>();
  const rebases: Asked[] = [];
  return {
    rebases,
    setRebase(slug, answer) {
      if (answer === null) answers.delete(slug);
      else answers.set(slug, answer);
    },
    async rebase({ signal, ...asked }) {
      rebases.push(asked);
      const facts = factsOf(asked.slug);
      if (facts === null) return { kind: "manual", cause: "branch", why: "it has no worktree", files: [] };
      if (signal.aborted) return { kind: "failed", reason: "git", why: "it was cancelled" };
      const answer = answers.get(asked.slug);
      if (answer !== undefined) return answer;
      if (facts.changedFiles !== 0)
        return { kind: "dirty", why: "its worktree has uncommitted changes", files: [] };
      return { kind: "up_to_date" };
    },
  };
}
