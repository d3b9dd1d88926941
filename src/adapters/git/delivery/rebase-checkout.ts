// The worktree in which a rebase takes place: it exists, is what it seems, has nothing in progress, and is on exactly the
// branch of the pull request. Names are checked before git gets them.

import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { quote } from "../../../core/text/quote.ts";
import { nameWorktree } from "../../../core/worker/worktree-name.ts";
import type { RebaseRequest } from "../../../ports/git/worktrees.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import { look } from "../../file-system/read-small-file.ts";
import { type GitPlace, type GitRequest, runGit, splitList, uninterrupted } from "../command/git-command.ts";
import type { GitSetting } from "../command/git-hardening.ts";
import { neutraliseRepoConfig } from "../command/neutralise-repo-config.ts";
import { removeScratchWorktree } from "../command/scratch-worktree.ts";
import { findGitFolder, mainWorktree } from "../facts/git-folder.ts";
import { findOperation } from "../facts/git-operation.ts";
import { isBranchName } from "../facts/refs.ts";
import { readWorktreeEntry } from "../worktrees/linked-worktree.ts";
import { withWorktreeLock } from "../worktrees/worktree-lock.ts";
import { dirty, failed, manual, printed } from "./rebase-outcome.ts";

export type Site = {
  /** The worktree itself. No signal ends what git does here: half of it would be worse than a moment more. */
  readonly place: GitPlace;
  /** The worktree's own git folder. */
  readonly own: string;
  /** Branches and objects. */
  readonly common: string;
  /** The folders of the repository: a remote in one of them is not to be trusted. */
  readonly folders: readonly string[];
  /** For the scratch worktree: conditions such as `includeIf "gitdir:~/work/"` hold in it, and it goes with the worktree. */
  readonly scratch: string;
};

/** A worktree that git may change. */
export type Checkout = Site & {
  readonly branch: string;
  /** They keep the repository's configuration from running programs. */
  readonly settings: readonly GitSetting[];
};

const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Whether git can be asked about these names. */
export function checkNames({ branch, base, headCommit }: RebaseRequest): void {
  const wrong = [branch, base].find((each) => !isBranchName(each));
  if (wrong !== undefined) throw manual("branch", `git takes no branch called ${quote(wrong)}`);
  if (branch === base) throw manual("branch", `${quote(branch)} is its own base`);
  if (!HASH.test(headCommit)) throw manual("branch", "its head is no commit");
}

/** From files alone. Throws what the file system throws. */
export function findSite(place: GitPlace, slug: string): Site {
  const name = nameWorktree(slug);
  if (name.kind === "refused") throw manual("branch", "it has no worktree");
  const root = realpathSync.native(place.root);
  const search = findGitFolder(root);
  if (search.kind !== "found") throw failed("git", "the repository is gone");
  const found = readWorktreeEntry({ root, git: search.folder, worktree: name.worktree });
  if (found.kind === "in_the_way") throw manual("branch", found.message.replace(/\.$/, ""));
  if (found.kind !== "linked") throw manual("branch", "it has no worktree");
  const { own } = found;
  const { common, top } = search.folder;
  const folders = [common, top, mainWorktree(search.folder) ?? top];
  const itself = { ...uninterrupted(place), root: join(root, name.worktree) };
  return { place: itself, own, common, folders, scratch: join(own, "tasks-rebase") };
}

/** Only one process at a time creates, fills, rebases or removes a worktree. */
export async function withLock<Result>(
  { place, own, scratch }: Site,
  work: () => Promise<Result>,
): Promise<Result> {
  // What another process left unfinished is left to the next preparation.
  const isLeft = (lock: string) => lock === "taken_over" && isUnfilled(own);
  const result = await withWorktreeLock(place.root, isLeft, async () => {
    try {
      return await work();
    } finally {
      removeScratchWorktree(scratch);
    }
  });
  if (result === "busy") throw failed("git", "its worktree is being prepared or rebased right now");
  return result;
}

function isUnfilled(own: string): boolean {
  return look(join(own, "index")) === null;
}

/** Git agrees about folder and branch, and nothing is in progress. The caller holds the lock. */
export async function openCheckout(site: Site, { branch }: Pick<RebaseRequest, "branch">): Promise<Checkout> {
  if (isUnfilled(site.own)) throw manual("branch", "its worktree was never finished");
  const operation = findOperation(site.own);
  if (operation !== null) throw dirty(`${operation.what} in its worktree`);
  const config = await neutraliseRepoConfig(site.place);
  if (config.kind === "failed") throw failed("git", config.failure.message.replace(/^Its/, "its"));
  const names = ["--show-toplevel", "--absolute-git-dir", "--symbolic-full-name", "HEAD"];
  const result = await runGit(site.place, ["rev-parse", ...names]);
  const [folder, own, ref] = printed("its worktree cannot be used", result).split("\n");
  if (folder !== site.place.root || own !== site.own)
    throw failed("git", "git takes its worktree for another folder");
  if (ref !== `refs/heads/${branch}`) throw manual("branch", `its worktree is not on ${quote(branch)}`);
  return { ...site, branch, settings: config.settings };
}

/** Runs git in the worktree. */
export function runIn(
  { place, settings }: Checkout,
  args: readonly string[],
  limits: Pick<GitRequest, "timeoutMs"> = {},
): Promise<CommandResult> {
  return runGit(place, args, { settings, ...limits });
}

export async function headOf(checkout: Checkout): Promise<CommitSha> {
  const ref = `refs/heads/${checkout.branch}^{commit}`;
  const result = await runIn(checkout, ["rev-parse", "--verify", ref]);
  return printed("its branch cannot be read", result).trim() as CommitSha;
}

export type ChangedFile = {
  readonly path: string;
  /** It differs from the index, or is not in it; otherwise only the index differs from HEAD. */
  readonly isEdited: boolean;
};

/** Files that differ from HEAD, untracked ones included, ignored ones not. */
export async function changedFiles(checkout: Checkout): Promise<readonly ChangedFile[]> {
  // Submodules have their own configuration, which has not been neutralised.
  const options = ["-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=all"];
  const result = await runIn(checkout, ["status", "--porcelain", ...options]);
  const status = printed("git cannot tell whether files in its worktree differ", result);
  const records = splitList(status, "\0");
  return records.map((record) => ({ path: record.slice("XY ".length), isEdited: record[1] !== " " }));
}
