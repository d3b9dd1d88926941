// Whether a worktree may be removed without losing anything: no run needs it, its commits are in the base, and what git does
// not track exists elsewhere or can be made again. The list, the dry run and the removal share this.

import { isLive, type Run } from "../contract/run.ts";
import { counted } from "../text/counted.ts";
import { listed } from "../text/listed.ts";

/** Something that exists only in the worktree. */
export type OnlyHere = {
  /**
   * `ignored`: files that git ignores. `unreferenced`: commits that no branch or tag has. `submodule`: changes or commits
   * in a submodule that its remote does not have.
   */
  readonly kind: "ignored" | "unreferenced" | "submodule";
  readonly count: number;
  /** The first few, as a person knows them. */
  readonly names: readonly string[];
};

export type WorktreeState = {
  /** Null where git could not tell. */
  readonly changedFiles: number | null;
  readonly commits: number | null;
  readonly merged: boolean | null;
  /** Something unfinished or hidden, in words that complete "it stays: "; null if there is none. */
  readonly obstacle: string | null;
  /** Null where git could not tell. */
  readonly onlyHere: readonly OnlyHere[] | null;
};

export type RemovalRequest = {
  /** The open run of its task. */
  readonly open: Pick<Run, "state" | "kind" | "workerName"> | null;
  /** Remove what exists only here too. Never covers changes and commits of a branch. */
  readonly discard: boolean;
};

/** Why it has to stay, in words that complete "it stays: "; null if it may be removed. */
export function whyWorktreeStays(
  { obstacle, changedFiles, commits, merged, onlyHere }: WorktreeState,
  { open, discard }: RemovalRequest,
): string | null {
  if (open !== null) return describeUse(open);
  if (obstacle !== null) return obstacle;
  if (changedFiles === null || merged === null || onlyHere === null) return "git cannot tell what is in it";
  if (changedFiles > 0) return `${counted(changedFiles, "file")} changed`;
  if (!merged)
    return commits === null
      ? "its commits are not in the base"
      : `${counted(commits, "commit")} not in the base`;
  return onlyHere.length === 0 || discard ? null : `${ONLY_HERE}${describeOnlyHere(onlyHere)}`;
}

/** Starts the reasons that `discard` overrides. */
export const ONLY_HERE = "only here: ";

/** "2 ignored files (data/result.csv and .env); 1 commit on no branch (1a2b3c4 Try it)". */
export function describeOnlyHere(onlyHere: readonly OnlyHere[]): string {
  return onlyHere.map(({ kind, count, names }) => `${WORDS[kind](count)} (${listed(names)})`).join("; ");
}

const WORDS: Readonly<Record<OnlyHere["kind"], (count: number) => string>> = {
  ignored: (count) => counted(count, "ignored file"),
  unreferenced: (count) => `${counted(count, "commit")} on no branch`,
  submodule: (count) => `${counted(count, "item")} that only a submodule has`,
};

function describeUse(run: Pick<Run, "state" | "kind" | "workerName">): string {
  if (run.kind === "by_hand") return `its task is claimed by ${run.workerName ?? "a person"}`;
  return isLive(run) ? "a worker is running in it" : `the run of its task is open (${run.state})`;
}
