// Whether a task's worktree could be made or used, from files alone: no process is started (invariant 7), so that a page
// and a kickoff may ask. The same survey stands before the making, which then asks git itself.

import { accessSync, constants, readdirSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { quote } from "../../../core/text/quote.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { nameWorktree, WORKTREES_FOLDER, type WorktreeName } from "../../../core/worker/worktree-name.ts";
import { isProgramOnPath } from "../../exec/program-on-path.ts";
import { describeFileError } from "../../file-system/file-error.ts";
import { look, readSmallFile } from "../../file-system/read-small-file.ts";
import type { GitFailure } from "../command/git-failure.ts";
import { findGitFolder, type GitFolder, usesReftable } from "../facts/git-folder.ts";
import { readHead, shortRef } from "../facts/refs.ts";
import { findUnderWay } from "../facts/under-way.ts";
import { missingBaseFromFiles, startsFromHead } from "../facts/worktree-base.ts";
import { findBranchObstacle } from "./branch-obstacle.ts";
import { lookAtWorktree, type Standing } from "./linked-worktree.ts";
import { type LockTaking, lockFile, lookAtLock } from "./preparation-lock.ts";

export type GroundPlace = {
  readonly root: string;
  readonly base: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
};

export type Survey =
  | {
      readonly kind: "clear";
      /** The real path of the root. */
      readonly root: string;
      readonly git: GitFolder;
      readonly name: Extract<WorktreeName, { kind: "named" }>;
      readonly worktree:
        | { readonly kind: "absent" }
        | { readonly kind: "sane"; readonly own: string }
        /** Something has to be tidied up first. */
        | { readonly kind: "forgotten" | "unfinished"; readonly own: string };
    }
  | ({ readonly kind: "blocked" } & GitFailure);

type Clear = Extract<Survey, { kind: "clear" }>;

/** `lock` is what the caller has of the preparation's lock, if it has. Never throws: what cannot be read is in the way. */
export function surveyGround(place: GroundPlace, slug: string, lock?: LockTaking): Survey {
  try {
    return survey(place, slug, lock);
  } catch (error) {
    return blocked(
      `The repository's git folder cannot be read: ${describeFileError(error)}.`,
      "Put that right, then try again.",
    );
  }
}

function survey(place: GroundPlace, slug: string, held?: LockTaking): Survey {
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
  const noBase = missingBaseFromFiles(git, place.base) ?? passingHead(git, place.base);
  if (noBase !== null) return { kind: "blocked", ...noBase };
  const lock = held ?? lookAtLock(lockFile(join(root, name.worktree)));
  if (lock === "busy") return { kind: "blocked", ...preparedByAnother(name.worktree) };
  const standing = lookAtWorktree({ root, git, worktree: name.worktree });
  if (standing.kind === "in_the_way") return { ...standing, kind: "blocked" };
  const own = standing.kind === "absent" ? null : standing.own;
  const taken =
    keptLocked(standing, name.worktree) ??
    findBranchObstacle({ root, git, branch: name.branch, own }) ??
    notWritable({ root, git, name });
  if (taken !== null) return { kind: "blocked", ...taken };
  const found = { kind: "clear", root, git, name } as const;
  if (standing.kind !== "linked") return { ...found, worktree: standing };
  if (look(join(standing.own, "index")) === null)
    return judgeUnfilled({ ...found, worktree: { kind: "unfinished", own: standing.own } }, lock);
  const flaw = findCheckoutFlaw({ git, name, own: standing.own });
  return flaw ?? { ...found, worktree: { kind: "sane", own: standing.own } };
}

/** While git rebases or bisects, what is checked out is a commit on the way, and no branch: the wrong place to start from. */
function passingHead(git: GitFolder, base: string | null): GitFailure | null {
  const underWay = findUnderWay(git.own);
  if (underWay === null || !underWay.movesHead || !startsFromHead(git, base)) return null;
  return {
    message: `${underWay.what} in the repository, and new branches start from what is checked out there.`,
    hint: `Finish it, or give it up: git ${underWay.giveUp}. Or name the branch to start from: worktree.base in tasks/config.yaml.`,
  };
}

/** A person locks a worktree whose disk is away; git locks one while it makes it. */
function keptLocked(standing: Standing, worktree: string): GitFailure | null {
  if (standing.kind !== "forgotten") return null;
  const reason = readSmallFile(join(standing.own, "locked"))?.trim();
  if (reason === undefined || reason === "initializing") return null;
  return {
    message: `The folder of ${worktree} is gone, and its worktree is locked${reason === "" ? "" : ` (${quote(reason)})`}.`,
    hint: `Bring the folder back, or let it go: git worktree unlock ${shellWord(worktree)}`,
  };
}

/** Where a worktree and its branch are written. What is not there yet is made in what is. */
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
    message: `The branch ${name.branch} is locked: ${relative(root, lock)} is there.`,
    hint: "Another git is at work on it. If none is, delete that file.",
  };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    // Which of the reasons it is, the person sees better.
    return false;
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

/** Git writes the index when all files are there. Without one nobody has worked here, unless somebody deleted it. */
function judgeUnfilled(survey: Extract<Survey, { kind: "clear" }>, lock: LockTaking): Survey {
  const { root, name } = survey;
  const isEmpty = readdirSync(join(root, name.worktree)).length === 1;
  if (isEmpty || lock === "taken_over") return survey;
  return blocked(
    `${name.worktree} has files in it, and git has no index of them.`,
    `Run: git -C ${shellWord(name.worktree)} reset`,
  );
}

type Checkout = Pick<Extract<Survey, { kind: "clear" }>, "git" | "name"> & { readonly own: string };

/** A worktree is used as it is only when it is on the task's branch, with nothing half done. */
function findCheckoutFlaw({ git, name, own }: Checkout): Survey | null {
  const { worktree, branch } = name;
  const underWay = findUnderWay(own);
  if (underWay !== null)
    return blocked(
      `${underWay.what} in ${worktree}.`,
      `Finish it there, or give it up: git -C ${shellWord(worktree)} ${underWay.giveUp}`,
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

function blocked(message: string, hint: string): Extract<Survey, { kind: "blocked" }> {
  return { kind: "blocked", message, hint };
}
