// Whether a task's worktree could be made or used, from files alone: no process is started (invariant 7), so that a page
// and a kickoff may ask. The same survey stands before the making, which then asks git itself.

import { readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { nameWorktree, type WorktreeName } from "../../core/run/worktree-name.ts";
import { shellWord } from "../../core/shell-word.ts";
import { describeFileError } from "../files/file-error.ts";
import { findBranchObstacle } from "./branch-obstacle.ts";
import type { GitFailure } from "./git-failure.ts";
import { findGitFolder, type GitFolder, usesReftable } from "./git-folder.ts";
import { lookAtWorktree } from "./linked-worktree.ts";
import { type LockTaking, lockFile, lookAtLock } from "./preparation-lock.ts";
import { isProgramOnPath } from "./program-on-path.ts";
import { look } from "./read-small-file.ts";
import { readHead, shortRef } from "./refs.ts";
import { findUnderWay } from "./under-way.ts";
import { missingBaseFromFiles } from "./worktree-base.ts";

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
  const noBase = missingBaseFromFiles(git, place.base);
  if (noBase !== null) return { kind: "blocked", ...noBase };
  const lock = held ?? lookAtLock(lockFile(join(root, name.worktree)));
  if (lock === "busy") return { kind: "blocked", ...preparedByAnother(name.worktree) };
  const standing = lookAtWorktree({ root, git, worktree: name.worktree });
  if (standing.kind === "in_the_way") return { ...standing, kind: "blocked" };
  const own = standing.kind === "absent" ? null : standing.own;
  const taken = findBranchObstacle({ root, git, branch: name.branch, own });
  if (taken !== null) return { kind: "blocked", ...taken };
  const found = { kind: "clear", root, git, name } as const;
  if (standing.kind !== "linked") return { ...found, worktree: standing };
  if (look(join(standing.own, "index")) === null)
    return judgeUnfilled({ ...found, worktree: { kind: "unfinished", own: standing.own } }, lock);
  const flaw = findCheckoutFlaw({ git, name, own: standing.own });
  return flaw ?? { ...found, worktree: { kind: "sane", own: standing.own } };
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
