// Whether a task's worktree could be created or used, from files alone: no process is started (invariant 7), so a page and
// a kickoff may ask. A start checks the same first, and then asks git itself.

import { accessSync, constants, readdirSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { quote } from "../../../core/text/quote.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { nameWorktree, WORKTREES_FOLDER, type WorktreeName } from "../../../core/worker/worktree-name.ts";
import { isProgramOnPath } from "../../exec/programs.ts";
import { describeFileError } from "../../file-system/file-error.ts";
import { look, readSmallFile } from "../../file-system/read-small-file.ts";
import type { GitPlace } from "../command/git-command.ts";
import type { GitFailure } from "../command/git-failure.ts";
import { findGitFolder, type GitFolder, usesReftable } from "../facts/git-folder.ts";
import { beginSentence, findOperation } from "../facts/git-operation.ts";
import { readHead, shortRef } from "../facts/refs.ts";
import { missingBaseFromFiles, startsFromHead } from "../facts/worktree-base.ts";
import { findBranchObstacle } from "./branch-obstacle.ts";
import { readWorktreeEntry, type WorktreeEntry } from "./linked-worktree.ts";
import { type LockState, lockFile, lookAtLock } from "./worktree-lock.ts";

export type Preflight =
  | {
      readonly kind: "clear";
      /** The real path of the root. */
      readonly root: string;
      readonly git: GitFolder;
      readonly name: Extract<WorktreeName, { kind: "named" }>;
      readonly worktree:
        | { readonly kind: "absent" }
        | { readonly kind: "usable"; readonly own: string }
        /** Something has to be removed first. */
        | { readonly kind: "forgotten" | "unfinished"; readonly own: string };
    }
  | ({ readonly kind: "blocked" } & GitFailure);

type Clear = Extract<Preflight, { kind: "clear" }>;

type Question = Pick<GitPlace, "root" | "env">;

/** `lock` is the state of the lock that the caller holds, if any. Never throws: what cannot be read blocks. */
export function checkWorktree(
  place: Question,
  base: string | null,
  slug: string,
  lock?: LockState,
): Preflight {
  try {
    return check(place, base, slug, lock);
  } catch (error) {
    return blocked(
      `The repository's git folder cannot be read: ${describeFileError(error)}.`,
      "Fix that, then try again.",
    );
  }
}

function check(place: Question, base: string | null, slug: string, held?: LockState): Preflight {
  const name = nameWorktree(slug);
  if (name.kind === "refused") return { ...name, kind: "blocked" };
  if (!isProgramOnPath("git", place.env))
    return blocked("There is no git on the PATH.", "Install git, or put it on the PATH.");
  const root = realpathSync.native(place.root);
  const search = findGitFolder(root);
  if (search.kind !== "found") return { kind: "blocked", ...NO_REPOSITORY[search.kind] };
  const { folder: git } = search;
  if (git.place === "bare")
    return blocked("This is a bare repository: git checks out no files in it.", "Use a clone of it.");
  const noBase = missingBaseFromFiles(git, base) ?? passingHead(git, base);
  if (noBase !== null) return { kind: "blocked", ...noBase };
  const lock = held ?? lookAtLock(lockFile(join(root, name.worktree)));
  if (lock === "busy") return { kind: "blocked", ...preparedByAnother(name.worktree) };
  const entry = readWorktreeEntry({ root, git, worktree: name.worktree });
  if (entry.kind === "in_the_way") return { ...entry, kind: "blocked" };
  const own = entry.kind === "absent" ? null : entry.own;
  const taken =
    keptLocked(entry, name.worktree) ??
    findBranchObstacle({ root, git, branch: name.branch, own }) ??
    notWritable({ root, git, name });
  if (taken !== null) return { kind: "blocked", ...taken };
  const found = { kind: "clear", root, git, name } as const;
  if (entry.kind !== "linked") return { ...found, worktree: entry };
  if (look(join(entry.own, "index")) === null)
    return judgeUnfilled({ ...found, worktree: { kind: "unfinished", own: entry.own } }, lock);
  const unusable = findCheckoutProblem({ git, name, own: entry.own });
  return unusable ?? { ...found, worktree: { kind: "usable", own: entry.own } };
}

/** While git rebases or bisects, a commit on the way is checked out: the wrong place to start from. */
function passingHead(git: GitFolder, base: string | null): GitFailure | null {
  const operation = findOperation(git.own);
  if (operation === null || !operation.movesHead || !startsFromHead(git, base)) return null;
  return {
    message: `${beginSentence(operation)} in the repository, and new branches start from what is checked out there.`,
    hint: `Finish or abort it: git ${operation.abort}. Or name the branch to start from: worktree.base in tasks/config.yaml.`,
  };
}

/** A person locks a worktree whose disk is detached; git locks one while it creates it. */
function keptLocked(entry: WorktreeEntry, worktree: string): GitFailure | null {
  if (entry.kind !== "forgotten") return null;
  const reason = readSmallFile(join(entry.own, "locked"))?.trim();
  if (reason === undefined || reason === "initializing") return null;
  return {
    message: `The folder of ${worktree} is gone, and its worktree is locked${reason === "" ? "" : ` (${quote(reason)})`}.`,
    hint: `Bring the folder back, or give it up: git worktree unlock ${shellWord(worktree)}`,
  };
}

/** Where a worktree and its branch are written. A folder that does not exist yet is created in one that does. */
function notWritable({ root, git, name }: Pick<Clear, "root" | "git" | "name">): GitFailure | null {
  const folders = [
    join(root, WORKTREES_FOLDER),
    root,
    join(git.common, "worktrees"),
    join(git.common, "refs/heads"),
    git.common,
  ];
  const folder = folders.find((path) => look(path) !== null && !isWritable(path));
  if (folder !== undefined)
    return {
      message: `Nothing can be written to ${relative(root, folder) || "the repository's folder"}.`,
      hint: "See who owns it and how it is mounted: ls -ld, and mount.",
    };
  const lock = join(git.common, `refs/heads/${name.branch}.lock`);
  if (look(lock) === null) return null;
  return {
    message: `The branch ${name.branch} is locked: ${relative(root, lock)} exists.`,
    hint: "Another git is working on it. If none is, delete that file.",
  };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false; // For whatever reason: the person sees it better.
  }
}

const NO_REPOSITORY = {
  none: { message: "This folder is in no git repository.", hint: "Make it one: git init, then commit" },
  dangling: { message: "The file .git names a git folder that is gone.", hint: "Try: git worktree repair" },
} as const;

/** Only one process fills a worktree. */
export function preparedByAnother(worktree: string): GitFailure {
  return {
    message: `${worktree} is being prepared by another process.`,
    hint: "Wait for it, then try again.",
  };
}

/** Git writes the index when all files are there. Without one it was never used, unless the index was deleted. */
function judgeUnfilled(preflight: Clear, lock: LockState): Preflight {
  const { root, name } = preflight;
  const isEmpty = readdirSync(join(root, name.worktree)).length === 1;
  if (isEmpty || lock === "taken_over") return preflight;
  return blocked(
    `${name.worktree} has files in it, and git has no index of them.`,
    `Run: git -C ${shellWord(name.worktree)} reset`,
  );
}

type Checkout = Pick<Clear, "git" | "name"> & { readonly own: string };

/** A worktree is used as it is only when it is on the task's branch, with nothing in progress. */
function findCheckoutProblem({ git, name, own }: Checkout): Preflight | null {
  const { worktree, branch } = name;
  const operation = findOperation(own);
  if (operation !== null)
    return blocked(
      `${beginSentence(operation)} in ${worktree}.`,
      `Finish it there, or abort it: git -C ${shellWord(worktree)} ${operation.abort}`,
    );
  // Where refs are in a reftable, git has to be asked.
  if (usesReftable(git.common)) return null;
  const head = readHead({ ...git, own });
  if (head.kind === "branch" && head.ref === `refs/heads/${branch}`) return null;
  const where = head.kind === "branch" ? `branch ${shortRef(head.ref)}` : "no branch";
  return blocked(
    `${worktree} is on ${where}, not on ${branch}.`,
    `Run: git -C ${shellWord(worktree)} switch ${shellWord(branch)}`,
  );
}

function blocked(message: string, hint: string): Extract<Preflight, { kind: "blocked" }> {
  return { kind: "blocked", message, hint };
}
