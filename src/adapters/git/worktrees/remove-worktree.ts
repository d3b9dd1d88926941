// Removes a worktree that holds nothing of its own, and its branch once all of it is in the base. Everything is looked at
// here and now, whatever the caller knew; then git looks once more, unless the repository has submodules: git then has to
// be forced.

import { rmdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import { describeOnlyHere, ONLY_HERE, whyWorktreeStays } from "../../../core/worker/judge-worktree.ts";
import { WORKTREES_FOLDER } from "../../../core/worker/worktree-name.ts";
import type { Removal } from "../../../ports/git/worktrees.ts";
import { look } from "../../file-system/read-small-file.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import { describeGitFailure } from "../command/git-failure.ts";
import type { GitSetting } from "../command/git-hardening.ts";
import { neutraliseRepoConfig } from "../command/neutralise-repo-config.ts";
import { findGitFolder } from "../facts/git-folder.ts";
import { type Base, resolveCommit } from "../facts/worktree-base.ts";
import { type Unreferenced, unreferencedCommits } from "../holdings/unreferenced-commits.ts";
import { countCommits } from "../holdings/worktree-facts.ts";
import { type Checkout, readHoldings } from "../holdings/worktree-holdings.ts";
import { lookAtWorktree, removeEmptyFolder, type Standing } from "./linked-worktree.ts";
import { abandonLock, lockFile, releaseLock, takeLock } from "./preparation-lock.ts";

/** Deletes every file of a worktree, installed packages included. */
const REMOVE_TIMEOUT_MS = 5 * MINUTE_MS;
const BRANCH_TIMEOUT_MS = 10_000;

type Name = { readonly worktree: string; readonly branch: string };
type Tame = { readonly settings: readonly GitSetting[] };
type Options = {
  readonly base: Base;
  readonly signal: AbortSignal;
  readonly disposable: readonly string[];
  /** A commit that counts as merged, whatever the base has. */
  readonly delivered: CommitSha | null;
  /** What exists only here goes too. */
  readonly discard: boolean;
};
/** `force`: git refuses worktrees of a repository with submodules otherwise, whatever is in them. */
type Verdict = { readonly why: string | null; readonly settled: CommitSha | null; readonly force: boolean };

/** `place.root` is a real path. Throws what the file system throws. */
export async function removeWorktree(place: GitPlace, name: Name, options: Options): Promise<Removal> {
  const before = whyUntouched(lookAt(place, name));
  if (before !== null) return refused(before);
  const folder = join(place.root, name.worktree);
  const file = lockFile(folder);
  const lock = takeLock(file);
  if (lock === "busy") return refused("it is being prepared right now");
  try {
    return await removeAlone(place, name, options);
  } finally {
    // What another process left unfinished is left to the next preparation.
    if (lock === "taken_over" && isUnfilled(lookAt(place, name))) abandonLock(file);
    else releaseLock(file);
    removeEmptyParent(folder);
  }
}

async function removeAlone(place: GitPlace, name: Name, options: Options): Promise<Removal> {
  const search = findGitFolder(place.root);
  if (search.kind !== "found") return refused("there is none");
  const git = search.folder;
  const standing = lookAtWorktree({ root: place.root, git, worktree: name.worktree });
  const untouched = whyUntouched(standing);
  if (untouched !== null) return refused(untouched);
  const isThere = standing.kind === "linked";
  const verdict = isThere
    ? await judgeCheckout(place, { ...name, own: standing.own, git }, options)
    : await judgeForgotten(place, { ...name, standing }, options);
  if (verdict.why !== null) return refused(verdict.why);
  if (!isThere) removeEmptyFolder(join(place.root, name.worktree));
  const tame = await tameBoth(place, isThere ? name.worktree : null, options.signal);
  if (tame === null) return refused("git's configuration for it cannot be read, or leads elsewhere");
  const delivered = verdict.settled ?? options.delivered;
  return await removeNow(place, name, { ...options, ...tame, delivered, force: verdict.force });
}

function lookAt({ root }: GitPlace, { worktree }: Name): Standing {
  const search = findGitFolder(root);
  return search.kind === "found"
    ? lookAtWorktree({ root, git: search.folder, worktree })
    : { kind: "absent" };
}

function whyUntouched(standing: Standing): string | null {
  if (standing.kind === "absent") return "there is none";
  return standing.kind === "in_the_way" ? standing.message : null;
}

function isUnfilled(standing: Standing): boolean {
  return standing.kind === "linked" && look(join(standing.own, "index")) === null;
}

async function judgeCheckout(place: GitPlace, checkout: Checkout, options: Options): Promise<Verdict> {
  const { delivered, discard } = options;
  const holdings = await readHoldings(place, checkout, options);
  const isDelivered = holdings.head !== null && holdings.head === delivered;
  const state = isDelivered ? { ...holdings, merged: true } : holdings;
  return {
    why: whyWorktreeStays(state, { open: null, discard }),
    settled: holdings.mergedInAnotherForm ? holdings.head : null,
    force: holdings.hasSubmodules,
  };
}

/** Its folder is gone, and with it all but what its HEAD and its reflog still know. */
async function judgeForgotten(
  place: GitPlace,
  { branch, standing }: Name & { readonly standing: Standing },
  { signal, discard }: Options,
): Promise<Verdict> {
  const own = standing.kind === "forgotten" ? standing.own : null;
  const found = own === null ? NO_COMMITS : await unreferencedCommits(place, { own, branch }, signal);
  return { why: discard ? null : whyForgottenStays(found), settled: null, force: false };
}

const NO_COMMITS: Unreferenced = { count: 0, names: [] };

/** In words that complete "it stays: "; null when nothing is lost. */
export function whyForgottenStays(found: Unreferenced | null): string | null {
  if (found === null) return "git cannot tell what it had";
  return found.count === 0 ? null : `${ONLY_HERE}${describeOnlyHere([{ kind: "unreferenced", ...found }])}`;
}

async function removeNow(
  place: GitPlace,
  name: Name,
  options: Options & Tame & Pick<Verdict, "force">,
): Promise<Removal> {
  const { settings, signal, base, delivered, force } = options;
  const words = ["worktree", "remove", ...(force ? ["--force"] : []), "--"];
  const result = await runGit(place, [...words, join(place.root, name.worktree)], {
    timeoutMs: REMOVE_TIMEOUT_MS,
    settings,
    signal,
  });
  if (!result.ok) return refused(describeGitFailure("git would not", place, result).message);
  await dropBranch(place, name.branch, { base, delivered });
  return { kind: "removed" };
}

/** That of a workstream, which holds the worktrees of tasks that share their slug with another. */
function removeEmptyParent(folder: string): void {
  const parent = dirname(folder);
  if (basename(parent) === WORKTREES_FOLDER) return;
  try {
    rmdirSync(parent);
  } catch {
    // Others are in it, or it is gone already: the worktree was removed all the same.
  }
}

/** Only when all of it is in the base. Git then looks at it once more: whether it is checked out, for one. */
async function dropBranch(
  place: GitPlace,
  branch: string,
  { base, delivered }: Pick<Options, "base" | "delivered">,
): Promise<void> {
  const limits = { timeoutMs: BRANCH_TIMEOUT_MS };
  const never = new AbortController().signal;
  const tip = await resolveCommit(place, `refs/heads/${branch}`, never);
  if (tip.kind !== "found") return;
  if (tip.commit === delivered) {
    // Git knows nothing of it, so it would refuse; this is refused where the branch has moved since.
    await runGit(place, ["update-ref", "-d", `refs/heads/${branch}`, delivered], limits);
    return;
  }
  if ((await countCommits(place, { from: tip.commit, notIn: base }, never)) !== 0) return;
  for (const { ref } of base.homes) {
    // Git asks whether the branch is merged into its upstream, for which the base stands in.
    const settings: GitSetting[] = [[`branch.${branch}.remote`, "."]];
    if (ref !== null) settings.push([`branch.${branch}.merge`, ref]);
    const result = await runGit(place, ["branch", "-d", "--", branch], { ...limits, settings });
    if (result.ok) return;
  }
}

/** Git compares the files in the worktree once more, so that both configurations count. */
async function tameBoth(place: GitPlace, worktree: string | null, signal: AbortSignal): Promise<Tame | null> {
  const folders = worktree === null ? [place.root] : [place.root, join(place.root, worktree)];
  const settings: GitSetting[] = [];
  for (const root of folders) {
    const config = await neutraliseRepoConfig({ ...place, root }, signal);
    if (config.kind === "failed") return null;
    settings.push(...config.settings);
  }
  return { settings };
}

function refused(why: string): Removal {
  return { kind: "refused", why };
}
