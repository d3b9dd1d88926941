// One worktree as a witness, from files alone: whether it is there, what its HEAD is, and whether HEAD or the index moved
// since the last look. Changes are found by comparing values; times of files only say when.

import { realpathSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { CommitSha } from "../../core/contract/commit-sha.ts";
import { look } from "../file-system/read-small-file.ts";
import { findGitFolder, type GitFolder } from "../git/facts/git-folder.ts";
import { type Head, readHead, shortRef } from "../git/facts/refs.ts";
import { type Moment, noLaterThan, timeOfChange } from "./moment.ts";

export type WorktreeObservation = {
  /** Absolute; null when it is not there. */
  readonly folder: string | null;
  readonly head: CommitSha | null;
  /** The branch that is checked out, without `refs/heads/`; null for a commit alone. */
  readonly branch: string | null;
  /** Null before a change was seen, and where there is no git folder to see one in. */
  readonly changedAtMs: number | null;
  /** Grows each time HEAD or the index moved. */
  readonly moves: number;
};

export type WorktreeProbe = {
  /** `worktree` as the run has it; null when it has none yet. Throws what the disk throws, except for what is not there. */
  look(worktree: string | null, moment: Moment): WorktreeObservation | null;
};

type Memory = {
  readonly worktree: string;
  readonly lookedAtMs: number;
  readonly seen: Seen | null;
  readonly glance: WorktreeObservation;
};

/** `root` is the repository's absolute path. */
export function createWorktreeProbe(root: string): WorktreeProbe {
  let memory: Memory | null = null;
  return {
    look(worktree, moment) {
      if (worktree === null) return null;
      const before = memory?.worktree === worktree ? memory : null;
      const folder = worktreeFolder(root, worktree);
      const seen = folder === null ? null : seeGit(folder, before?.seen ?? null);
      const glance = { folder, ...compare(seen, before, moment) };
      memory = { worktree, lookedAtMs: moment.wallMs, seen, glance };
      return glance;
    },
  };
}

/** Null when there is none. One of ours is a folder and no link; where another one is, its owner said. */
function worktreeFolder(root: string, worktree: string): string | null {
  const isOurs = !isAbsolute(worktree);
  const folder = isOurs ? join(root, worktree) : worktree;
  const stats = isOurs ? look(folder) : statSync(folder, { throwIfNoEntry: false });
  return stats?.isDirectory() ? folder : null;
}

type Seen = {
  readonly git: GitFolder;
  readonly head: Head;
  /** Stamps of all files below: while they stay, nothing has to be read. */
  readonly stamps: string;
  readonly index: string;
  /** The newest of their times. */
  readonly changedMs: number;
};

/** What git's files say now; the same object when none of them changed. Null when the folder is no worktree. */
function seeGit(folder: string, before: Seen | null): Seen | null {
  if (before !== null && before.stamps === stampsOf(before).stamps) return before;
  const search = findGitFolder(realpathSync.native(folder));
  // Without a `.git` of its own, what is found belongs to the repository around it.
  if (search.kind !== "found" || search.folder.top !== realpathSync.native(folder)) return null;
  const head = readHead(search.folder);
  if (head.kind === "unreadable") return null;
  return { git: search.folder, head, ...stampsOf({ git: search.folder, head }) };
}

/** HEAD, the branch, the record of where HEAD was, and the index: together they tell every commit, checkout and `git add`. */
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
  const earlierMs = noLaterThan(before?.glance.changedAtMs ?? null, moment);
  const moves = before?.glance.moves ?? 0;
  const head = seen === null || seen.head.kind === "unreadable" ? null : seen.head.commit;
  const branch = seen?.head.kind === "branch" ? shortRef(seen.head.ref) : null;
  const glance = { head: head as CommitSha | null, branch, changedAtMs: earlierMs, moves };
  if (seen === null || isSame(seen, before?.seen ?? null)) return glance;
  const changedAtMs = timeOfChange(seen.changedMs, before?.lookedAtMs ?? 0, moment);
  return { ...glance, changedAtMs, moves: moves + 1 };
}

/** Git packing its branches into one file changes stamps, and nothing that a worker did. */
function isSame(a: Seen, b: Seen | null): boolean {
  if (a === b) return true;
  return b !== null && a.index === b.index && JSON.stringify(a.head) === JSON.stringify(b.head);
}
