// Whether a worktree may be removed without losing anything: nobody may need it, and everything in it is in the base.

import { isLive, type Run } from "./run.ts";

export type WorktreeState = {
  /** Null where git could not tell. */
  readonly changedFiles: number | null;
  readonly commits: number | null;
  readonly merged: boolean | null;
};

/** Why it has to stay, in words that complete "it stays: "; null when it is safe to remove. */
export function whyWorktreeStays(
  { changedFiles, commits, merged }: WorktreeState,
  open: Pick<Run, "state" | "kind" | "workerName"> | null,
): string | null {
  if (open !== null) return describeUse(open);
  if (changedFiles === null || merged === null) return "git cannot tell what is in it";
  if (changedFiles > 0) return `${counted(changedFiles, "file")} changed`;
  if (merged) return null;
  return commits === null
    ? "its commits are not in the base"
    : `${counted(commits, "commit")} not in the base`;
}

function describeUse(run: Pick<Run, "state" | "kind" | "workerName">): string {
  if (run.kind === "by_hand") return `${run.workerName ?? "somebody"} works on its task`;
  return isLive(run) ? "a worker is at work in it" : `the run of its task is open (${run.state})`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
