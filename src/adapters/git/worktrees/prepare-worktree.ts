// Prepares the worktree of a task for its worker: uses the one that is there, or creates it (create-worktree.ts). Whatever
// ends in between leaves something that the next call recognises and deletes, because it has never been used.

import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { quote } from "../../../core/text/quote.ts";
import { WORKTREES_FOLDER } from "../../../core/worker/worktree-name.ts";
import type { Prepared } from "../../../ports/git/worktrees.ts";
import { describeFileError } from "../../file-system/file-error.ts";
import { PRIVATE_FOLDER_MODE } from "../../file-system/private-modes.ts";
import { look } from "../../file-system/read-small-file.ts";
import { prepareStateFolder } from "../../file-system/state-folder.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import { describeGitFailure, type GitFailure } from "../command/git-failure.ts";
import type { GitVersion } from "../command/git-version.ts";
import { createServedFolderFinder } from "../facts/git-folder.ts";
import { findBase } from "../facts/worktree-base.ts";
import { unreferencedCommits } from "../holdings/unreferenced-commits.ts";
import { type Created, createWorktree, type NewWorktree } from "./create-worktree.ts";
import { type BranchPlan, planBranch } from "./existing-branch.ts";
import { type LockState, lockFile, withWorktreeLock } from "./worktree-lock.ts";
import { checkWorktree, type Preflight, preparedByAnother } from "./worktree-preflight.ts";

type Failed = Extract<Prepared, { kind: "failed" }>;
type Clear = Extract<Preflight, { kind: "clear" }>;

export type Preparation = {
  /** What the configuration names, or null. */
  readonly base: string | null;
  /** A run of the task has worked on its branch before. */
  readonly isOwn: boolean;
  readonly version: GitVersion;
};

/** Throws what the file system throws. */
export async function prepareWorktree(
  place: GitPlace,
  slug: string,
  preparation: Preparation,
): Promise<Prepared> {
  const rehearsed = await rehearse(place, slug, preparation);
  if (rehearsed.kind === "blocked") return failed(rehearsed);
  const { preflight, planned } = rehearsed;
  const isLocked = look(lockFile(planned.folder)) !== null;
  if (preflight.worktree.kind === "usable" && !isLocked) return await reuse(planned, preflight.worktree.own);
  return (
    makeFolders(preflight.root, preflight.name.worktree) ??
    (await prepareLocked(planned, (lock) => checkWorktree(place, preparation.base, slug, lock)))
  );
}

type Rehearsed =
  | { readonly kind: "clear"; readonly preflight: Clear; readonly planned: NewWorktree }
  | ({ readonly kind: "blocked" } & GitFailure);

/** Everything that is checked before anything is created. `tasks doctor` asks the same. */
export async function rehearse(
  place: GitPlace,
  slug: string,
  { base: wanted, isOwn, version }: Preparation,
): Promise<Rehearsed> {
  const preflight = checkWorktree(place, wanted, slug);
  if (preflight.kind === "blocked") return preflight;
  const tooOld = await version.whyTooOld();
  if (tooOld !== null) return { kind: "blocked", ...tooOld };
  const { name, worktree, root } = preflight;
  const real = { ...place, root };
  const search = await findBase(real, wanted);
  if (search.kind === "missing") return { ...search, kind: "blocked" };
  const { base } = search;
  // What git still lists was created for the task, whatever the store says.
  const isKnown = isOwn || worktree.kind !== "absent";
  const branch: BranchPlan =
    worktree.kind === "usable"
      ? { kind: "as_it_is" }
      : await planBranch(real, { ...name, base, isOwn: isKnown });
  if (branch.kind === "refused") return { kind: "blocked", ...branch.failure };
  const planned = { place: real, name, folder: join(root, name.worktree), base, branch };
  const lost = worktree.kind === "forgotten" ? await whatIsLost(planned, worktree.own) : null;
  return lost === null ? { kind: "clear", preflight, planned } : { kind: "blocked", ...lost };
}

/** Its folder is gone, and its reflog goes with what is left of it. */
async function whatIsLost({ place, name }: NewWorktree, own: string): Promise<GitFailure | null> {
  const left = await unreferencedCommits(place, { own, branch: name.branch });
  const [commit] = left?.names ?? [];
  if (commit === undefined) return null;
  const [hash = ""] = commit.split(" ");
  return {
    message: `What is left of ${name.worktree} is all that still knows a commit on no branch: ${quote(commit)}.`,
    hint: `Give it a branch, or run \`git worktree prune\` to lose it: git branch rescued-${hash} ${hash}`,
  };
}

/** Under the lock, everything is checked again: another process may have been quicker. */
async function prepareLocked(planned: NewWorktree, check: (lock: LockState) => Preflight): Promise<Prepared> {
  let created: Created | null = null;
  const isLeft = (lock: LockState) => created?.isLeft ?? lock === "taken_over";
  const result = await withWorktreeLock(planned.folder, isLeft, async (lock) => {
    const now = check(lock);
    if (now.kind === "blocked") return failed(now);
    const { worktree } = now;
    if (worktree.kind === "usable") {
      created = { failure: null, isLeft: false, isNewBranch: false };
      return await reuse(planned, worktree.own);
    }
    created = await createWorktree(planned, worktree);
    if (created.failure !== null) return failed(created.failure);
    // A branch that was just created at the base starts from it.
    const baseCommit = created.isNewBranch ? planned.base.commit : await forkPoint(planned);
    return prepared(planned, { baseCommit, created: true });
  });
  return result === "busy" ? failed(preparedByAnother(planned.name.worktree)) : result;
}

/** Git itself says that the folder, its git folder and the branch belong together. */
async function reuse(planned: NewWorktree, own: string): Promise<Prepared> {
  const { place, folder, name } = planned;
  const args = ["rev-parse", "--show-toplevel", "--absolute-git-dir", "--symbolic-full-name", "HEAD"];
  const result = await runGit({ ...place, root: folder }, args);
  if (!result.ok) return failed(describeGitFailure(`${name.worktree} cannot be used`, place, result));
  const [top, gitFolder, ref] = result.stdout.split("\n");
  if (top !== folder || gitFolder !== own || ref !== `refs/heads/${name.branch}`)
    return failed({
      message: `${name.worktree} is not what it seems: git takes it for another folder or branch.`,
      hint: "Save what you need from it, then remove it: git worktree remove, or git worktree prune",
    });
  return prepared(planned, { baseCommit: await forkPoint(planned), created: false });
}

function makeFolders(root: string, worktree: string): Failed | null {
  try {
    prepareStateFolder(join(root, WORKTREES_FOLDER));
    mkdirSync(join(root, dirname(worktree)), { recursive: true, mode: PRIVATE_FOLDER_MODE });
    return null;
  } catch (error) {
    return failed({
      message: `The folder ${WORKTREES_FOLDER} cannot be used: ${describeFileError(error)}.`,
      hint: "Fix that, then try again.",
    });
  }
}

function prepared(
  { place, name, folder }: NewWorktree,
  { baseCommit, created }: { readonly baseCommit: CommitSha; readonly created: boolean },
): Prepared {
  const { worktree, branch } = name;
  return {
    kind: "prepared",
    worktree,
    folder: createServedFolderFinder(place.root)(folder),
    branch,
    baseCommit,
    created,
  };
}

/** Where the branch and its base diverge; the base itself where they have nothing in common. */
async function forkPoint({ place, name, base }: NewWorktree): Promise<CommitSha> {
  const result = await runGit(place, ["merge-base", base.commit, `refs/heads/${name.branch}`]);
  return result.ok ? (result.stdout.trim() as CommitSha) : base.commit;
}

function failed({ message, hint }: GitFailure): Failed {
  return { kind: "failed", message, hint };
}
