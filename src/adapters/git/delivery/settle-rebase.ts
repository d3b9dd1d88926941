// Brings a worktree whose move from one commit to another was cut off to one of the two. Each of its files has to be as
// the one or as the other commit has it; anything else was changed by somebody since, and then nothing is touched.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { look } from "../../file-system/read-small-file.ts";
import { scratchFolder } from "./borrowed-repository.ts";
import { type ChangedPaths, changedPaths } from "./changed-paths.ts";
import { filesOfItsOwn, headOf, moveBranch, pointBranch, refreshIndex } from "./move-branch.ts";
import type { RebaseNote } from "./rebase-note.ts";
import { dirty, failed, gitFailed, type Stopped } from "./rebase-outcome.ts";
import { type Checkout, runIn } from "./rebase-site.ts";

/** Longer than any git of ours writes: a lock of this age was left by one that was killed. */
const STALE_LOCK_MS = 15 * 60_000;
/** Writes what the base has new, or reads all files. */
const FILES_TIMEOUT_MS = 4 * 60_000;
/** 100 bytes a file: enough for 600,000. */
const LISTING_BYTES_MAX = 64 * 1024 * 1024;

/** Null when it is there, or when somebody has taken the branch further, so that there is nothing to be settled. */
export async function settleRebase(
  checkout: Checkout,
  note: RebaseNote,
  which: "from" | "to",
): Promise<Stopped | null> {
  const target = note[which];
  const head = await headOf(checkout);
  if (typeof head !== "string") return head;
  const isOurs = note.branch === checkout.branch && (head === note.from || head === note.to);
  // The branch moves last: once it is being pushed, it says where the files are.
  if (!isOurs || (head === target && note.phase === "pushing")) return null;
  const busy = clearStaleLock(checkout.own);
  if (busy !== null) return busy;
  const changes = await filesOfItsOwn(checkout);
  if ("kind" in changes) return changes;
  if (changes.length > 0) return await restore(checkout, note, { head, target });
  return head === target ? null : await moveBranch(checkout, { from: head, to: target });
}

/** Whoever holds a younger one may be at work. */
function clearStaleLock(own: string): Stopped | null {
  const file = join(own, "index.lock");
  const stats = look(file);
  if (stats === null) return null;
  if (Math.abs(Date.now() - stats.mtimeMs) < STALE_LOCK_MS)
    return failed("git", "git is at work in its worktree, or was cut off there a moment ago (index.lock)");
  rmSync(file, { force: true });
  return null;
}

type Goal = { readonly head: CommitSha; readonly target: CommitSha };

/** Some files are as the one commit has them, and some as the other. */
async function restore(
  checkout: Checkout,
  { from, to }: RebaseNote,
  { head, target }: Goal,
): Promise<Stopped | null> {
  const changed = await changedPaths(checkout, { from, to });
  if (changed.kind !== "changed") return changed;
  const foreign = await foreignFiles(checkout, { from, to }, changed);
  if ("kind" in foreign) return foreign;
  if (foreign.length > 0 || !(await isStagedAs(checkout, [from, to])))
    return dirty("a rebase was cut off in its worktree, and files were changed since", foreign);
  for (const path of target === from ? changed.added : changed.deleted) removeFile(checkout, path);
  const written = await runIn(checkout, ["read-tree", "--reset", "-u", target], {
    timeoutMs: FILES_TIMEOUT_MS,
  });
  if (!written.ok) return gitFailed("a rebase was cut off in its worktree and cannot be taken back", written);
  return head === target ? null : await pointBranch(checkout, { from: head, to: target });
}

/** Those that neither commit has like this. One that git had begun to write is empty or gone. */
async function foreignFiles(
  checkout: Checkout,
  { from, to }: Pick<RebaseNote, "from" | "to">,
  { all, added, deleted }: ChangedPaths,
): Promise<readonly string[] | Stopped> {
  const unlikeFrom = await filesUnlike(checkout, from);
  if ("kind" in unlikeFrom) return unlikeFrom;
  const unlikeTo = await filesUnlike(checkout, to);
  if ("kind" in unlikeTo) return unlikeTo;
  const stats = (path: string) => look(join(checkout.place.root, path));
  // Git does not list what it ignores, and yet it would write there.
  const atFrom = new Set([...unlikeFrom, ...[...added].filter((path) => stats(path) !== null)]);
  const atTo = new Set([...unlikeTo, ...[...deleted].filter((path) => stats(path) !== null)]);
  const isCutOff = (path: string) => all.has(path) && (stats(path)?.size ?? 0) === 0;
  return [...atFrom].filter((path) => atTo.has(path) && !isCutOff(path));
}

/** By content, against an index of that commit that nobody else has. */
async function filesUnlike(checkout: Checkout, commit: CommitSha): Promise<readonly string[] | Stopped> {
  const folder = scratchFolder(checkout.own);
  mkdirSync(folder, { recursive: true });
  const index = join(folder, "index");
  rmSync(index, { force: true });
  const run: Checkout["place"]["run"] = (request) =>
    checkout.place.run({ ...request, env: { ...request.env, GIT_INDEX_FILE: index } });
  const apart = { ...checkout, place: { ...checkout.place, run } };
  const read = await runIn(apart, ["read-tree", commit]);
  if (!read.ok) return gitFailed("a rebase that was cut off cannot be looked at", read);
  await refreshIndex(apart);
  const paths: string[] = [];
  for (const command of [
    ["diff-files", "--name-only", "-z", "--ignore-submodules=all"],
    ["ls-files", "--others", "--exclude-standard", "-z"],
  ]) {
    const result = await runIn(apart, command, {
      timeoutMs: FILES_TIMEOUT_MS,
      outputBytesMax: LISTING_BYTES_MAX,
    });
    if (!result.ok) return gitFailed("a rebase that was cut off cannot be looked at", result);
    paths.push(...result.stdout.split("\0").filter((path) => path !== ""));
  }
  return paths;
}

/** Git writes the index as a whole: anything else was staged by somebody. */
async function isStagedAs(checkout: Checkout, commits: readonly CommitSha[]): Promise<boolean> {
  for (const commit of commits)
    if ((await runIn(checkout, ["diff-index", "--cached", "--quiet", commit, "--"])).ok) return true;
  return false;
}

function removeFile({ place }: Checkout, path: string): void {
  const file = join(place.root, path);
  if (look(file)?.isDirectory() === false) rmSync(file, { force: true });
}
