// Takes a worktree and its branch from one commit to another, in one command that looks at every file before it writes the
// first. Nothing is ever forced: what differs from the commit that it is to leave keeps it there.

import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { changedPaths, pathsInTheWay } from "./changed-paths.ts";
import { dirty, gitFailed, type Stopped } from "./rebase-outcome.ts";
import { type Checkout, runIn } from "./rebase-site.ts";

/** Reads what changed on disk since git looked last: all of it after a copy or a restore. */
const REFRESH_TIMEOUT_MS = 60_000;
/** Writes what the base has new; a hang is ended. */
const WRITE_TIMEOUT_MS = 4 * 60_000;
const STATUS_TIMEOUT_MS = 60_000;
/** 100 bytes a file: enough for 600,000 changed ones. */
const STATUS_BYTES_MAX = 64 * 1024 * 1024;

export type BranchMove = { readonly from: CommitSha; readonly to: CommitSha };

/**
 * Null when it is done. Without the caller's signal: half of it would be worse than a moment more. Files are written first
 * and the branch follows, so that a branch which moved says that everything is in its place.
 */
export async function moveBranch(checkout: Checkout, { from, to }: BranchMove): Promise<Stopped | null> {
  const changed = await changedPaths(checkout, { from, to });
  if (changed.kind !== "changed") return changed;
  const inTheWay = await pathsInTheWay(checkout, changed);
  if ("kind" in inTheWay) return inTheWay;
  if (inTheWay.length > 0)
    return dirty(
      "it has files that git ignores or does not compare, and that would be written over",
      inTheWay,
    );
  await refreshIndex(checkout);
  const written = await runIn(checkout, ["read-tree", "-m", "-u", from, to], { timeoutMs: WRITE_TIMEOUT_MS });
  if (!written.ok) return gitFailed("its files cannot be written", written);
  const unmoved = await pointBranch(checkout, { from, to });
  // Somebody committed in this very moment: the commit counts, and the files go back under it.
  if (unmoved !== null)
    await runIn(checkout, ["read-tree", "-m", "-u", to, from], { timeoutMs: WRITE_TIMEOUT_MS });
  return unmoved;
}

/** Only from where it is known to be: nobody's commit is lost. */
export async function pointBranch(checkout: Checkout, { from, to }: BranchMove): Promise<Stopped | null> {
  const ref = `refs/heads/${checkout.branch}`;
  const result = await runIn(checkout, ["update-ref", "-m", "tasks: rebase", ref, to, from]);
  return result.ok ? null : gitFailed("its branch cannot be moved", result);
}

/** Git takes a file for changed when only its time is another, until it has looked. Fails where one is really changed. */
export async function refreshIndex(checkout: Checkout): Promise<void> {
  await runIn(checkout, ["update-index", "-q", "--refresh"], { timeoutMs: REFRESH_TIMEOUT_MS });
}

export async function headOf(checkout: Checkout): Promise<CommitSha | Stopped> {
  const result = await runIn(checkout, ["rev-parse", "--verify", `refs/heads/${checkout.branch}^{commit}`]);
  if (!result.ok) return gitFailed("its branch cannot be read", result);
  return result.stdout.trim() as CommitSha;
}

/** Files that differ from HEAD, also those that git does not know yet; not those that it ignores. */
export async function filesOfItsOwn(
  checkout: Checkout,
  signal?: AbortSignal,
): Promise<readonly string[] | Stopped> {
  // Submodules have a configuration of their own, which nobody has looked at.
  const options = ["-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=all"];
  const result = await runIn(checkout, ["status", "--porcelain", ...options], {
    timeoutMs: STATUS_TIMEOUT_MS,
    outputBytesMax: STATUS_BYTES_MAX,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!result.ok) return gitFailed("git does not say whether files in its worktree differ", result);
  const records = result.stdout.split("\0").filter((record) => record !== "");
  return records.map((record) => record.slice("XY ".length));
}
