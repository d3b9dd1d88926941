// Where a rebase is to happen: a task's worktree that is there, is what it seems, and is on exactly the branch of the
// pull request. Names are judged before git hears of them.

import { realpathSync } from "node:fs";
import { join } from "node:path";
import { quote } from "../../../core/text/quote.ts";
import { nameWorktree } from "../../../core/worker/worktree-name.ts";
import type { RebaseRequest } from "../../../ports/git/worktrees.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import { look } from "../../file-system/read-small-file.ts";
import { type GitPlace, type GitRequest, type GitSetting, runGit } from "../command/git-command.ts";
import { tameConfiguration } from "../command/tame-configuration.ts";
import { isBranchName } from "../facts/branch-name.ts";
import { findGitFolder, mainWorktree } from "../facts/git-folder.ts";
import { findUnderWay } from "../facts/under-way.ts";
import { lookAtWorktree } from "../worktrees/linked-worktree.ts";
import { abandonLock, lockFile, releaseLock, takeLock } from "../worktrees/preparation-lock.ts";
import { dirty, failed, gitFailed, manual, type Stopped } from "./rebase-outcome.ts";

export type Site = {
  readonly kind: "site";
  /** Of the worktree itself. */
  readonly place: GitPlace;
  /** The worktree's own git folder. */
  readonly own: string;
  /** Branches and objects. */
  readonly common: string;
  /** Everything that is the repository's own lies in these. */
  readonly folders: readonly string[];
};

/** A worktree that git may be told to change. */
export type Checkout = Omit<Site, "kind"> & {
  readonly kind: "checkout";
  readonly branch: string;
  /** They keep the repository's configuration from running programs. */
  readonly settings: readonly GitSetting[];
};

/** Reads a few small files. */
const LOOK_TIMEOUT_MS = 30_000;
const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Null when git can be asked about these names. */
export function whyUnnameable({ branch, base, headCommit }: RebaseRequest): Stopped | null {
  const wrong = [branch, base].find((each) => !isBranchName(each));
  if (wrong !== undefined) return manual("branch", `git takes no branch called ${quote(wrong)}`);
  if (branch === base) return manual("branch", `${quote(branch)} is its own base`);
  return HASH.test(headCommit) ? null : manual("branch", "its head is no commit");
}

/** From files alone. Throws what the file system throws. */
export function findSite(place: GitPlace, slug: string): Site | Stopped {
  const name = nameWorktree(slug);
  if (name.kind === "refused") return manual("branch", "there is no worktree of it");
  const root = realpathSync.native(place.root);
  const search = findGitFolder(root);
  if (search.kind !== "found") return failed("git", "the repository is gone");
  const standing = lookAtWorktree({ root, git: search.folder, worktree: name.worktree });
  if (standing.kind === "in_the_way") return manual("branch", standing.message.replace(/\.$/, ""));
  if (standing.kind !== "linked") return manual("branch", "there is no worktree of it");
  const itself = { ...place, root: join(root, name.worktree) };
  const { common, top } = search.folder;
  const folders = [common, top, mainWorktree(search.folder) ?? top];
  return { kind: "site", place: itself, own: standing.own, common, folders };
}

/** Only one process at a time makes, fills, rebases or removes a worktree. */
export async function aloneAt<Result>(
  { place, own }: Site,
  work: () => Promise<Result>,
): Promise<Result | Stopped> {
  const file = lockFile(place.root);
  const lock = takeLock(file);
  if (lock === "busy") return failed("git", "its worktree is being prepared or rebased right now");
  try {
    return await work();
  } finally {
    // What another process left unfinished is left to the next preparation.
    if (lock === "taken_over" && isUnfilled(own)) abandonLock(file);
    else releaseLock(file);
  }
}

function isUnfilled(own: string): boolean {
  return look(join(own, "index")) === null;
}

/** Nothing is under way in it, and git agrees about folder and branch. Whoever calls holds the lock. */
export async function openCheckout(
  site: Site,
  { branch, signal }: Pick<RebaseRequest, "branch" | "signal">,
): Promise<Checkout | Stopped> {
  if (isUnfilled(site.own)) return manual("branch", "its worktree was never finished");
  const underWay = findUnderWay(site.own);
  if (underWay !== null) return dirty(`${lowerFirst(underWay.what)} in its worktree`, []);
  const tamed = await tameConfiguration(site.place, signal);
  if (tamed.kind === "failed") return gitFailed("git's configuration cannot be read", tamed.result);
  if (tamed.kind === "too_many") return failed("git", "git's configuration names hundreds of filters");
  if (tamed.leadsElsewhere) return failed("git", "git's configuration of its worktree leads elsewhere");
  const seems = ["--show-toplevel", "--absolute-git-dir", "--symbolic-full-name", "HEAD"];
  const result = await runGit(site.place, ["rev-parse", ...seems], { timeoutMs: LOOK_TIMEOUT_MS, signal });
  if (!result.ok) return gitFailed("its worktree cannot be used", result);
  const [folder, own, ref] = result.stdout.split("\n");
  if (folder !== site.place.root || own !== site.own)
    return failed("git", "git takes its worktree for another folder");
  if (ref !== `refs/heads/${branch}`) return manual("branch", `its worktree is not on ${quote(branch)}`);
  return { ...site, kind: "checkout", branch, settings: tamed.settings };
}

type Limits = Pick<GitRequest, "signal" | "onStdout" | "outputBytesMax"> & { readonly timeoutMs?: number };

/** Runs git in the worktree. */
export function runIn(
  { place, settings }: Checkout,
  args: readonly string[],
  { timeoutMs = LOOK_TIMEOUT_MS, ...limits }: Limits = {},
): Promise<CommandResult> {
  return runGit(place, args, { timeoutMs, settings, ...limits });
}

function lowerFirst(sentence: string): string {
  return sentence.slice(0, 1).toLowerCase() + sentence.slice(1);
}
