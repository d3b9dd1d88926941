// Probes a worktree by its files alone: whether it exists, its HEAD, and whether HEAD or the index moved since the last
// probe. Changes are found by comparing values; file times only say when.

import { realpathSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { CommitSha } from "../../core/contract/commit-sha.ts";
import { look } from "../file-system/read-small-file.ts";
import { findGitFolder, type GitFolder } from "../git/facts/git-folder.ts";
import { type Head, readHead, shortRef } from "../git/facts/refs.ts";
import { type Moment, noLaterThan, timeOfChange } from "./moment.ts";

export type WorktreeObservation = {
  /** Absolute; null when it does not exist. */
  readonly folder: string | null;
  readonly head: CommitSha | null;
  /** The checked-out branch, without `refs/heads/`; null for a detached HEAD. */
  readonly branch: string | null;
  /** Null before a change was seen, and without a git folder. */
  readonly changedAtMs: number | null;
  /** Grows whenever HEAD or the index moves. */
  readonly moves: number;
};

/** `worktree` as the run has it; null if it has none yet. Throws what the disk throws, except for missing files. */
type WorktreeProbe = (worktree: string | null, moment: Moment) => WorktreeObservation | null;

type Memory = {
  readonly worktree: string;
  readonly lookedAtMs: number;
  readonly seen: Seen | null;
  readonly observation: WorktreeObservation;
};

/** `root` is the repository's absolute path. */
export function createWorktreeProbe(root: string): WorktreeProbe {
  let memory: Memory | null = null;
  return (worktree, moment) => {
    if (worktree === null) return null;
    const before = memory?.worktree === worktree ? memory : null;
    const folder = worktreeFolder(root, worktree);
    const seen = folder === null ? null : seeGit(folder, before?.seen ?? null);
    const observation = { folder, ...compare(seen, before, moment) };
    memory = { worktree, lookedAtMs: moment.wallMs, seen, observation };
    return observation;
  };
}

/** Null when there is none. One of ours must be a folder, not a link; another one is where its owner said. */
function worktreeFolder(root: string, worktree: string): string | null {
  const isOurs = !isAbsolute(worktree);
  const folder = isOurs ? join(root, worktree) : worktree;
  const stats = isOurs ? look(folder) : statSync(folder, { throwIfNoEntry: false });
  return stats?.isDirectory() ? folder : null;
}

type Seen = {
  readonly git: GitFolder;
  readonly head: Head;
  /** Of all files that are read: while they stay the same, nothing is read again. */
  readonly stamps: string;
  readonly index: string;
  /** The newest of their times. */
  readonly changedMs: number;
};

/** What git's files say now; the same object if none of them changed. Null if the folder is not a worktree. */
function seeGit(folder: string, before: Seen | null): Seen | null {
  if (before !== null && before.stamps === stampsOf(before).stamps) return before;
  const search = findGitFolder(realpathSync.native(folder));
  // Without its own `.git`, the git folder of the repository around it is found.
  if (search.kind !== "found" || search.folder.top !== realpathSync.native(folder)) return null;
  const head = readHead(search.folder);
  if (head.kind === "unreadable") return null;
  return { git: search.folder, head, ...stampsOf({ git: search.folder, head }) };
}

/** HEAD, the branch, HEAD's reflog and the index: together they show every commit, checkout and `git add`. */
function stampsOf({ git, head }: Pick<Seen, "git" | "head">): Pick<Seen, "stamps" | "index" | "changedMs"> {
  const branch = head.kind === "branch" ? join(git.common, head.ref) : null;
  const files = [join(git.own, "index"), join(git.own, "HEAD"), join(git.own, "logs/HEAD"), branch];
  const stats = files.map((file) => (file === null ? null : look(file)));
  const stamps = stats.map((each) => (each === null ? "-" : `${each.ino}:${each.size}:${each.mtimeMs}`));
  const changedMs = Math.max(...stats.map((each) => each?.mtimeMs ?? 0));
  return { stamps: stamps.join(" "), index: stamps[0] ?? "-", changedMs };
}

function compare(
  seen: Seen | null,
  before: Memory | null,
  moment: Moment,
): Omit<WorktreeObservation, "folder"> {
  const earlierMs = noLaterThan(before?.observation.changedAtMs ?? null, moment);
  const moves = before?.observation.moves ?? 0;
  const head = seen === null || seen.head.kind === "unreadable" ? null : seen.head.commit;
  const branch = seen?.head.kind === "branch" ? shortRef(seen.head.ref) : null;
  const observation = { head: head as CommitSha | null, branch, changedAtMs: earlierMs, moves };
  if (seen === null || isSame(seen, before?.seen ?? null)) return observation;
  const changedAtMs = timeOfChange(seen.changedMs, before?.lookedAtMs ?? 0, moment);
  return { ...observation, changedAtMs, moves: moves + 1 };
}

/** When git packs its refs, stamps change although nothing else does. */
function isSame(a: Seen, b: Seen | null): boolean {
  if (a === b) return true;
  return b !== null && a.index === b.index && JSON.stringify(a.head) === JSON.stringify(b.head);
}
