// Removes a worktree that holds nothing of its own, and its branch once all of it is in the base. Everything is looked at
// here and now, whatever the caller knew; then git looks once more, because it is never told to force anything.

import { rmdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { quote } from "../../core/quote.ts";
import type { CommitSha } from "../../core/run/commit-sha.ts";
import { WORKTREES_FOLDER } from "../../core/run/worktree-name.ts";
import type { Removal } from "../../ports/worktrees.ts";
import { type GitPlace, type GitSetting, runGit } from "./git-command.ts";
import { describeGitFailure } from "./git-failure.ts";
import { findGitFolder } from "./git-folder.ts";
import { lookAtWorktree, removeEmptyFolder, type Standing } from "./linked-worktree.ts";
import { abandonLock, lockFile, releaseLock, takeLock } from "./preparation-lock.ts";
import { look } from "./read-small-file.ts";
import { tameConfiguration } from "./tame-configuration.ts";
import { findUnderWay } from "./under-way.ts";
import { type Base, resolveCommit } from "./worktree-base.ts";
import { countCommits, readCheckout } from "./worktree-facts.ts";

/** Deletes every file of a worktree, installed packages included. */
const REMOVE_TIMEOUT_MS = 5 * 60_000;
const BRANCH_TIMEOUT_MS = 10_000;
/** Lists the index: 100 bytes a file, enough for 600,000. */
const FLAGS_TIMEOUT_MS = 30_000;
const FLAGS_BYTES_MAX = 64 * 1024 * 1024;

type Name = { readonly worktree: string; readonly branch: string };
type Tame = { readonly settings: readonly GitSetting[] };
type Options = {
  readonly base: Base;
  readonly signal: AbortSignal;
  /** A commit that counts as merged, whatever the base has. */
  readonly delivered: CommitSha | null;
};

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
  const standing = lookAt(place, name);
  const isThere = standing.kind === "linked";
  const why = isThere
    ? await whyKept(place, { ...name, own: standing.own }, options)
    : whyUntouched(standing);
  if (why !== null) return refused(why);
  if (!isThere) removeEmptyFolder(join(place.root, name.worktree));
  const tame = await tameBoth(place, isThere ? name.worktree : null, options.signal);
  if (tame === null) return refused("git's configuration for it cannot be read, or leads elsewhere");
  return await removeNow(place, name, { ...options, ...tame });
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

/** Null when nothing would be lost. */
async function whyKept(
  place: GitPlace,
  { worktree, own }: Name & { readonly own: string },
  { base, signal, delivered }: Options,
): Promise<string | null> {
  if (look(join(own, "index")) === null)
    return "it was never finished; the next start of its task makes it anew";
  const underWay = findUnderWay(own);
  if (underWay !== null) return `${lowerFirst(underWay.what)} in it`;
  const itself = { ...place, root: join(place.root, worktree) };
  const facts = await readCheckout(itself, base, signal);
  if (facts.changedFiles === null) return "git does not say whether files in it differ from its last commit";
  if (facts.changedFiles > 0)
    return `${counted(facts.changedFiles, "file")} in it differ from its last commit`;
  const isDelivered = facts.head !== null && facts.head === delivered;
  if (facts.commits === null) return "git does not say whether its commits are in the base";
  if (facts.commits > 0 && !isDelivered)
    return `${counted(facts.commits, "commit")} in it are not in the base`;
  return await whyUnseen(itself, signal);
}

/** Changes may hide in files that git was told not to compare. */
async function whyUnseen(itself: GitPlace, signal: AbortSignal): Promise<string | null> {
  const result = await runGit(itself, ["ls-files", "-v", "-z"], {
    timeoutMs: FLAGS_TIMEOUT_MS,
    outputBytesMax: FLAGS_BYTES_MAX,
    signal,
  });
  if (!result.ok) return "git does not say whether it compares all files in it";
  const hidden = result.stdout.split("\0").find((entry) => isHidden(itself.root, entry));
  return hidden === undefined ? null : `git is told not to compare ${quote(hidden.slice(2))} in it`;
}

/** Tags in lower case: assume-unchanged. `S`: left out of a sparse checkout, and yet there. */
function isHidden(folder: string, entry: string): boolean {
  if (/^[a-z] /.test(entry)) return true;
  return entry.startsWith("S ") && look(join(folder, entry.slice(2))) !== null;
}

async function removeNow(place: GitPlace, name: Name, options: Options & Tame): Promise<Removal> {
  const { settings, signal, base, delivered } = options;
  const result = await runGit(place, ["worktree", "remove", "--", join(place.root, name.worktree)], {
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
    const tamed = await tameConfiguration({ ...place, root }, signal);
    if (tamed.kind !== "tamed" || tamed.leadsElsewhere) return null;
    settings.push(...tamed.settings);
  }
  return { settings };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function lowerFirst(sentence: string): string {
  return sentence.slice(0, 1).toLowerCase() + sentence.slice(1);
}

function refused(why: string): Removal {
  return { kind: "refused", why };
}
