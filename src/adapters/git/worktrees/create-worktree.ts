// Creates a task's worktree and branch. Git creates the worktree empty first and fills it second, so that filters are
// judged by the configuration as it is in that very worktree. The caller holds the lock.

import { MINUTE_MS } from "../../../core/values/durations.ts";
import { readSmallFile } from "../../file-system/read-small-file.ts";
import { type GitPlace, runGit, uninterrupted } from "../command/git-command.ts";
import { describeGitFailure, type GitFailure } from "../command/git-failure.ts";
import { neutraliseRepoConfig } from "../command/neutralise-repo-config.ts";
import type { Base } from "../facts/worktree-base.ts";
import type { BranchPlan } from "./existing-branch.ts";
import { removeEmptyFolder } from "./linked-worktree.ts";
import type { Preflight } from "./worktree-preflight.ts";

/** A large repository, its big files fetched by Git LFS; a hang is ended. */
const CHECKOUT_TIMEOUT_MS = 10 * MINUTE_MS;

export type NewWorktree = {
  readonly place: GitPlace;
  readonly name: { readonly worktree: string; readonly branch: string };
  /** Absolute. */
  readonly folder: string;
  readonly base: Base;
  readonly branch: Exclude<BranchPlan, { kind: "refused" }>;
};

export type Created = {
  readonly failure: GitFailure | null;
  /** An unfinished worktree is there that could not be removed. */
  readonly isLeft: boolean;
  readonly isNewBranch: boolean;
};

type Found = Extract<Preflight, { kind: "clear" }>["worktree"];

export async function createWorktree(planned: NewWorktree, found: Found): Promise<Created> {
  const untidy = await removeLeftovers(planned, found);
  const isUnfinished = found.kind === "unfinished";
  if (untidy !== null) return { failure: untidy, isLeft: isUnfinished, isNewBranch: false };
  const branch = await createBranch(planned);
  if (branch.kind === "failed") return { failure: branch.failure, isLeft: false, isNewBranch: false };
  const isNewBranch = branch.kind === "created";
  const notAdded = await addEmpty(planned);
  if (notAdded !== null) {
    if (isNewBranch) await deleteNewBranch(planned);
    return { failure: notAdded, isLeft: false, isNewBranch };
  }
  const failure = await writeFiles(planned);
  const isLeft = failure !== null && !(await undo(planned, isNewBranch));
  return { failure, isLeft, isNewBranch };
}

/** Of a worktree that was deleted by hand, or never finished. Null once they are gone. */
async function removeLeftovers(
  { place, folder, name }: NewWorktree,
  found: Found,
): Promise<GitFailure | null> {
  if (found.kind === "absent" || found.kind === "usable") return null;
  if (found.kind === "forgotten") removeEmptyFolder(folder);
  const isUnused = found.kind === "unfinished" || isLockedByGit(found.own);
  const result = await removeFromGit(place, folder, { force: isUnused });
  if (result.ok) return null;
  return describeGitFailure(`What is left of ${name.worktree} cannot be removed`, place, result);
}

/** Git locks a worktree while it creates it; a lock of a person is not ours to force. */
function isLockedByGit(own: string): boolean {
  return readSmallFile(`${own}/locked`)?.trim() === "initializing";
}

type Branching =
  | { readonly kind: "created" | "existing" }
  | { readonly kind: "failed"; readonly failure: GitFailure };

/** Apart from the worktree: a second try of `git worktree add -b` would find the branch of the first one. */
async function createBranch({ place, name, base, branch: plan }: NewWorktree): Promise<Branching> {
  if (plan.kind === "as_it_is") return { kind: "existing" };
  const onlyNew = "";
  const before = plan.kind === "forward" ? plan.from : onlyNew;
  const ref = `refs/heads/${name.branch}`;
  const result = await runGit(place, ["update-ref", "-m", "tasks: start", ref, base.commit, before]);
  if (result.ok) return { kind: plan.kind === "forward" ? "existing" : "created" };
  if (/: reference already exists/.test(result.stderr)) return { kind: "existing" };
  const failure = describeGitFailure(`The branch ${name.branch} could not be created`, place, result);
  return { kind: "failed", failure };
}

async function addEmpty({ place, name, folder }: NewWorktree): Promise<GitFailure | null> {
  const config = await neutraliseRepoConfig(place);
  if (config.kind === "failed") return config.failure;
  const result = await runGit(place, ["worktree", "add", "--no-checkout", "--", folder, name.branch], config);
  return result.ok ? null : describeGitFailure("The worktree could not be created", place, result);
}

async function writeFiles({ place, folder, name }: NewWorktree): Promise<GitFailure | null> {
  const worktree = { ...place, root: folder };
  const config = await neutraliseRepoConfig(worktree);
  if (config.kind === "failed") return config.failure;
  // Unlike a reset it never overwrites a file that is there.
  const result = await runGit(worktree, ["read-tree", "-m", "-u", "HEAD"], {
    timeoutMs: CHECKOUT_TIMEOUT_MS,
    settings: config.settings,
  });
  if (result.ok) return null;
  return describeGitFailure(`The files of ${name.worktree} could not be written`, worktree, result);
}

/** It has not been used yet. */
async function undo(planned: NewWorktree, isNewBranch: boolean): Promise<boolean> {
  const removed = await removeFromGit(planned.place, planned.folder, { force: true });
  if (removed.ok && isNewBranch) await deleteNewBranch(planned);
  return removed.ok;
}

/** Not with the caller's signal, which may be why it failed. */
function removeFromGit(place: GitPlace, folder: string, { force }: { readonly force: boolean }) {
  const options = force ? ["--force", "--force"] : [];
  return runGit(uninterrupted(place), ["worktree", "remove", ...options, "--", folder]);
}

/** Only while it is still where it was created. */
async function deleteNewBranch({ place, name, base }: NewWorktree): Promise<void> {
  await runGit(uninterrupted(place), ["update-ref", "-d", `refs/heads/${name.branch}`, base.commit]);
}
