// Whether a worktree may be removed without losing anything: nobody may need it, everything in it is in the base, and what
// git does not track exists somewhere else or can be made again. The list, the dry run and the removal all ask here.

import { isLive, type Run } from "../contract/run.ts";
import { counted } from "../text/counted.ts";
import { listed } from "../text/listed.ts";

/** Something that exists nowhere else, and goes for good with its worktree. */
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
  /** Something half done or hidden, in words that complete "it stays: "; null when there is none. */
  readonly obstacle: string | null;
  /** Null where git could not tell. */
  readonly onlyHere: readonly OnlyHere[] | null;
};

export type RemovalRequest = {
  /** The open run of its task. */
  readonly open: Pick<Run, "state" | "kind" | "workerName"> | null;
  /** A person asked that what exists only here goes too. Changes and commits of a branch never do. */
  readonly discard: boolean;
};

/** Why it has to stay, in words that complete "it stays: "; null when it may go. */
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

/** How the reason begins where something would be lost that a person may ask to lose. */
export const ONLY_HERE = "only here: ";

/** "2 ignored files (data/result.csv and .env); 1 commit on no branch (1a2b3c4 Try it)". */
export function describeOnlyHere(onlyHere: readonly OnlyHere[]): string {
  return onlyHere.map(({ kind, count, names }) => `${WORDS[kind](count)} (${listed(names)})`).join("; ");
}

const WORDS: Readonly<Record<OnlyHere["kind"], (count: number) => string>> = {
  ignored: (count) => counted(count, "ignored file"),
  unreferenced: (count) => `${counted(count, "commit")} on no branch`,
  submodule: (count) => `${counted(count, "thing")} that only a submodule has`,
};

function describeUse(run: Pick<Run, "state" | "kind" | "workerName">): string {
  if (run.kind === "by_hand") return `${run.workerName ?? "somebody"} works on its task`;
  return isLive(run) ? "a worker is at work in it" : `the run of its task is open (${run.state})`;
}
