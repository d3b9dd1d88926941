// What was seen of a run at one moment: its processes, and the witnesses of progress, each with the time of its last
// change and of the look. Null where there is nothing to look at (another host, no worktree yet).

import type { CommitSha } from "../contract/commit-sha.ts";
import { hasEnded, isLive, type LeftProcess, type Run } from "../contract/run.ts";

export type Presence = "alive" | "gone" | "unknown";

export type RunObservation = {
  readonly atMs: number;
  /** The process that holds the run: dispatcher or supervisor. */
  readonly holder: Presence;
  readonly worker: Presence;
  readonly log: {
    /** When it last said something that it had not said shortly before: a spinner is no progress. */
    readonly changedAtMs: number;
    /** When it last grew at all. */
    readonly grewAtMs: number;
    readonly sizeBytes: number;
    /** Without control characters and secrets, cut. */
    readonly lastLine: string | null;
  } | null;
  readonly worktree: {
    /** When git last said how many files and commits; before it has, the moment of the sighting. */
    readonly lookedAtMs: number;
    /** Null before a change was seen. */
    readonly changedAtMs: number | null;
    /** Differing from HEAD, new ones included; null when git did not say. */
    readonly changedFiles: number | null;
    /** Of what is checked out, since the base. */
    readonly commits: number | null;
    readonly head: CommitSha | null;
    /** The branch that is checked out; null for a commit alone, and where that was not seen. */
    readonly branch: string | null;
    /** What is checked out in the place of the run's own branch; null while it is that, or was not seen. */
    readonly checkedOut: CheckedOut | null;
  } | null;
  /** Of the worker and all it started. */
  readonly processor: {
    readonly usedMs: number;
    /** When it was last seen to use a share that means work. */
    readonly busyAtMs: number | null;
  } | null;
  /** The folder is there. Null where it cannot be seen. */
  readonly worktreeExists: boolean | null;
  /** The front matter of the worktree's task file differs from the root's. */
  readonly drifted: boolean;
  /** Of those that were left in its worktree, those that are still alive; not looked for anew. */
  readonly leftRunning: readonly LeftProcess[];
};

export type CheckedOut = {
  /** Null: a commit without a branch. */
  readonly branch: string | null;
  /** What the run's own branch has since the base; null when git did not say. */
  readonly ownCommits: number | null;
};

/** Whether there is anything to look at: a worker, or the worktree that one left. */
export function isObserved(run: Pick<Run, "state" | "worktree">): boolean {
  return isLive(run) || (hasEnded(run) && run.worktree !== null);
}
