// What was observed of a run at one moment: its processes, and each source of progress with the times of its last change
// and of the observation. Null where there is nothing to observe (another host, no worktree yet).

import type { AgentActivity } from "../agent/activity/agent-activity.ts";
import type { CommitSha } from "../contract/commit-sha.ts";
import { hasEnded, isLive, type LeftProcess, type Run } from "../contract/run.ts";

export type Presence = "alive" | "gone" | "unknown";

export type RunObservation = {
  readonly atMs: number;
  /** The process that holds the run: dispatcher or supervisor. */
  readonly holder: Presence;
  readonly worker: Presence;
  readonly log: {
    /** When it last printed something new: a spinner is no progress. */
    readonly changedAtMs: number;
    /** When it last grew at all. */
    readonly grewAtMs: number;
    readonly sizeBytes: number;
    /** Without control characters and secrets, cut. */
    readonly lastLine: string | null;
  } | null;
  readonly worktree: {
    /** When git last counted files and commits; before that, the time of the observation. */
    readonly lookedAtMs: number;
    /** Null before the first change. */
    readonly changedAtMs: number | null;
    /** Differing from HEAD, with new ones; null if unknown. */
    readonly changedFiles: number | null;
    /** Of what is checked out, since the base. */
    readonly commits: number | null;
    readonly head: CommitSha | null;
    /** The branch that is checked out; null for a detached commit, and if unknown. */
    readonly branch: string | null;
    /** What is checked out instead of the run's own branch; null if that is, or if unknown. */
    readonly checkedOut: CheckedOut | null;
    /** As of `lookedAtMs`; null before git was asked, and if unknown. */
    readonly diff: WorktreeDiff | null;
  } | null;
  /** Of the worker and its child processes. */
  readonly processor: {
    readonly usedMs: number;
    /** When it last used enough CPU to count as work. */
    readonly busyAtMs: number | null;
  } | null;
  /** What the agent of the newest attempt says it does; null for one that does not, and before it did. */
  readonly activity: AgentActivity | null;
  /** Null if unknown. */
  readonly worktreeExists: boolean | null;
  /** The front matter of the worktree's task file differs from the root's. */
  readonly drifted: boolean;
  /** The left processes that are still alive; new ones are not looked for. */
  readonly leftRunning: readonly LeftProcess[];
};

export type CheckedOut = {
  /** Null for a detached commit. */
  readonly branch: string | null;
  /** Commits of the run's own branch since the base; null if unknown. */
  readonly ownCommits: number | null;
};

/** What differs from where the branch left the base, committed or not. */
export type WorktreeDiff = {
  readonly files: number;
  /** Lines. */
  readonly added: number;
  readonly removed: number;
  /** At most 20, the last written first. Null lines: a binary file, or one too large to count. */
  readonly newest: readonly {
    readonly path: string;
    readonly added: number | null;
    readonly removed: number | null;
  }[];
};

/** Whether there is anything to observe: a worker, or the worktree that one left. */
export function isObserved(run: Pick<Run, "state" | "worktree">): boolean {
  return isLive(run) || (hasEnded(run) && run.worktree !== null);
}
