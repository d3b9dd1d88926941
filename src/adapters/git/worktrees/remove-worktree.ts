// Removes a worktree that has nothing of its own, and its branch once all of it is in the base. Everything is examined here
// and now, whatever the caller knew; then git checks again, unless the repository has submodules: git then has to be forced.

import { rmdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import { describeOnlyHere, ONLY_HERE, whyWorktreeStays } from "../../../core/worker/judge-worktree.ts";
import { WORKTREES_FOLDER } from "../../../core/worker/worktree-name.ts";
import type { Removal } from "../../../ports/git/worktrees.ts";
import { look } from "../../file-system/read-small-file.ts";
import { type GitPlace, runGit, uninterrupted } from "../command/git-command.ts";
import { describeGitFailure } from "../command/git-failure.ts";
import type { GitSetting } from "../command/git-hardening.ts";
import { neutraliseRepoConfig } from "../command/neutralise-repo-config.ts";
import { createServedFolderFinder, findGitFolder } from "../facts/git-folder.ts";
import { type Base, resolveCommit } from "../facts/worktree-base.ts";
import { type Unreferenced, unreferencedCommits } from "../holdings/unreferenced-commits.ts";
import { countCommits } from "../holdings/worktree-facts.ts";
import { readHoldings } from "../holdings/worktree-holdings.ts";
import { readWorktreeEntry, removeEmptyFolder, type WorktreeEntry } from "./linked-worktree.ts";
import { withWorktreeLock } from "./worktree-lock.ts";

/** Deletes every file of a worktree, installed packages included. */
const REMOVE_TIMEOUT_MS = 5 * MINUTE_MS;

type Name = { readonly worktree: string; readonly branch: string };

export type RemovalOptions = {
  readonly base: Base;
  readonly disposable: readonly string[];
  /** A commit that counts as merged, whatever the base has. */
  readonly delivered: CommitSha | null;
  /** What exists only here goes too. */
  readonly discard: boolean;
  /** A sentence keeps the worktree. */
  readonly beforeRemove: (folder: string) => Promise<string | null>;
};

/** `place.root` is a real path. Throws what the file system throws. */
export async function removeWorktree(place: GitPlace, name: Name, options: RemovalOptions): Promise<Removal> {
  const before = whyUntouched(entryOf(place, name));
  if (before !== null) return refused(before);
  const folder = join(place.root, name.worktree);
  // What another process left unfinished is left to the next preparation.
  const isLeft = (lock: string) => lock === "taken_over" && isUnfilled(entryOf(place, name));
  try {
    const removal = await withWorktreeLock(folder, isLeft, () => removeLocked(place, name, options));
    return removal === "busy" ? refused("it is being prepared right now") : removal;
  } finally {
    removeEmptyParent(folder);
  }
}

async function removeLocked(place: GitPlace, name: Name, options: RemovalOptions): Promise<Removal> {
  const entry = entryOf(place, name);
  const untouched = whyUntouched(entry);
  if (untouched !== null) return refused(untouched);
  const folder = join(place.root, name.worktree);
  const first = await judge(place, name, entry, options);
  if (first.why !== null) return refused(first.why);
  const kept =
    entry.kind === "linked" ? await options.beforeRemove(createServedFolderFinder(place.root)(folder)) : null;
  if (kept !== null) return refused(kept);
  // What ran before the removal may have left something.
  const verdict = entry.kind === "linked" ? await judge(place, name, entry, options) : first;
  if (verdict.why !== null) return refused(verdict.why);
  if (entry.kind !== "linked") removeEmptyFolder(folder);
  // Git compares the files in the worktree again, so both configurations count.
  const settings: GitSetting[] = [];
  for (const root of entry.kind === "linked" ? [place.root, folder] : [place.root]) {
    const config = await neutraliseRepoConfig({ ...place, root });
    if (config.kind === "failed") return refused(config.failure.message.replace(/\.$/, ""));
    settings.push(...config.settings);
  }
  const result = await runGit(place, ["worktree", "remove", ...verdict.force, "--", folder], {
    timeoutMs: REMOVE_TIMEOUT_MS,
    settings,
  });
  if (!result.ok) return refused(describeGitFailure("git would not", place, result).message);
  const delivered = verdict.merged ?? options.delivered;
  await deleteBranch(uninterrupted(place), name.branch, { base: options.base, delivered });
  return { kind: "removed" };
}

function entryOf({ root }: GitPlace, { worktree }: Name): WorktreeEntry {
  const search = findGitFolder(root);
  return search.kind === "found"
    ? readWorktreeEntry({ root, git: search.folder, worktree })
    : { kind: "absent" };
}

function whyUntouched(entry: WorktreeEntry): string | null {
  if (entry.kind === "absent") return "there is none";
  return entry.kind === "in_the_way" ? entry.message : null;
}

function isUnfilled(entry: WorktreeEntry): boolean {
  return entry.kind === "linked" && look(join(entry.own, "index")) === null;
}

type Verdict = {
  readonly why: string | null;
  /** A commit that is merged in another form. */
  readonly merged: CommitSha | null;
  /** Git refuses to remove worktrees of a repository with submodules otherwise, whatever is in them. */
  readonly force: readonly string[];
};

async function judge(
  place: GitPlace,
  name: Name,
  entry: WorktreeEntry,
  options: RemovalOptions,
): Promise<Verdict> {
  const { delivered, discard } = options;
  if (entry.kind === "linked") {
    const holdings = await readHoldings(place, { ...name, own: entry.own, git: entry.git }, options);
    const isDelivered = holdings.head !== null && holdings.head === delivered;
    const state = isDelivered ? { ...holdings, merged: true } : holdings;
    return {
      why: whyWorktreeStays(state, { open: null, discard }),
      merged: holdings.mergedInAnotherForm ? holdings.head : null,
      force: holdings.hasSubmodules ? ["--force"] : [],
    };
  }
  // Its folder is gone, and with it all but what its HEAD and its reflog still know.
  const own = entry.kind === "forgotten" ? entry.own : null;
  const found = own === null ? NO_COMMITS : await unreferencedCommits(place, { own, branch: name.branch });
  return { why: discard ? null : whyForgottenStays(found), merged: null, force: [] };
}

const NO_COMMITS: Unreferenced = { count: 0, names: [] };

/** In words that complete "it stays: "; null when nothing is lost. */
export function whyForgottenStays(found: Unreferenced | null): string | null {
  if (found === null) return "git cannot tell what it had";
  return found.count === 0 ? null : `${ONLY_HERE}${describeOnlyHere([{ kind: "unreferenced", ...found }])}`;
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

/** Only when all of it is in the base. Git then checks again: whether it is checked out, for one. */
async function deleteBranch(
  place: GitPlace,
  branch: string,
  { base, delivered }: Pick<RemovalOptions, "base" | "delivered">,
): Promise<void> {
  const tip = await resolveCommit(place, `refs/heads/${branch}`);
  if (tip.kind !== "found") return;
  if (tip.commit === delivered) {
    // Git does not know that it is merged; this fails where the branch has moved since.
    await runGit(place, ["update-ref", "-d", `refs/heads/${branch}`, delivered]);
    return;
  }
  if ((await countCommits(place, tip.commit, base)) !== 0) return;
  for (const { ref } of base.homes) {
    // Git asks whether the branch is merged into its upstream; the base takes that place.
    const settings: GitSetting[] = [[`branch.${branch}.remote`, "."]];
    if (ref !== null) settings.push([`branch.${branch}.merge`, ref]);
    const result = await runGit(place, ["branch", "-d", "--", branch], { settings });
    if (result.ok) return;
  }
}

function refused(why: string): Removal {
  return { kind: "refused", why };
}
