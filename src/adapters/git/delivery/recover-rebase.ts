// What a rebase that was killed left in a worktree. A note in the worktree's own git folder says where the branch is
// being moved from and to. The life of the note:
//
//   (none) --before the first file is written--> moving --files and branch are in place--> pushing --remote answered--> (none)
//
// Left at `moving`, nothing was pushed and the branch goes back. Left at `pushing`, the remote has to be asked.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import type { RunCommand } from "../../../ports/system/run-command.ts";
import { PRIVATE_FILE_MODE } from "../../file-system/private-modes.ts";
import { look, readSmallFile } from "../../file-system/read-small-file.ts";
import {
  type Changes,
  listChanges,
  type Move,
  moveBranch,
  moveCheckout,
  writeFiles,
} from "./move-checkout.ts";
import { type Checkout, changedFiles, headOf, runIn, type Site } from "./rebase-checkout.ts";
import { dirty, failed, printed } from "./rebase-outcome.ts";

export type RebaseNote = {
  readonly branch: string;
  readonly from: CommitSha;
  readonly to: CommitSha;
  readonly phase: "moving" | "pushing";
  readonly baseCommit: CommitSha;
  readonly commits: number;
};

type Noted = Pick<Site, "own">;

/** Longer than any git of ours writes: a lock of this age was left by one that was killed. */
const STALE_LOCK_MS = 15 * MINUTE_MS;
const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export function readNote(site: Noted): RebaseNote | null {
  const text = readSmallFile(noteFile(site));
  if (text === null) return null;
  try {
    const note = JSON.parse(text) as RebaseNote;
    return isValid(note) ? note : null;
  } catch {
    // Half written when its writer was killed, which was before anything else was touched.
    return null;
  }
}

/** On the disk before it returns. */
export function writeNote(site: Noted, note: RebaseNote): void {
  writeFileSync(noteFile(site), JSON.stringify(note), { mode: PRIVATE_FILE_MODE, flush: true });
}

/** How long ago it was written; a note from the future counts as old. */
export function noteAgeMs(site: Noted): number {
  return Math.abs(Date.now() - (look(noteFile(site))?.mtimeMs ?? 0));
}

export function deleteNote(site: Noted): void {
  rmSync(noteFile(site), { force: true });
}

function noteFile({ own }: Noted): string {
  return join(own, "tasks-rebase.json");
}

function isValid({ branch, from, to, baseCommit, phase, commits }: RebaseNote): boolean {
  return (
    [from, to, baseCommit].every((commit) => HASH.test(commit)) &&
    typeof branch === "string" &&
    (phase === "moving" || phase === "pushing") &&
    Number.isSafeInteger(commits)
  );
}

/** Brings the worktree to one of the note's commits; leaves it alone when its branch has moved on. */
export async function recoverRebase(
  checkout: Checkout,
  note: RebaseNote,
  which: "from" | "to",
): Promise<void> {
  const target = note[which];
  const head = await headOf(checkout);
  const isOurs = note.branch === checkout.branch && (head === note.from || head === note.to);
  // The branch moves last: once it is being pushed, it says where the files are.
  if (!isOurs || (head === target && note.phase === "pushing")) return;
  deleteStaleLock(checkout);
  if ((await changedFiles(checkout)).length > 0) await restore(checkout, note, { head, target });
  else if (head !== target) await moveCheckout(checkout, { from: head, to: target });
}

function deleteStaleLock({ own }: Checkout): void {
  const file = join(own, "index.lock");
  const stats = look(file);
  if (stats !== null && Math.abs(Date.now() - stats.mtimeMs) < STALE_LOCK_MS)
    throw failed("git", "git is working in its worktree, or was killed there a moment ago (index.lock)");
  rmSync(file, { force: true });
}

/** Some files are as the one commit has them, and some as the other; anything else was changed since and keeps its place. */
async function restore(
  checkout: Checkout,
  { from, to }: RebaseNote,
  { head, target }: { readonly head: CommitSha; readonly target: CommitSha },
): Promise<void> {
  const changes = await listChanges(checkout, { from, to });
  const edited = await filesEditedSince(checkout, { from, to }, changes);
  if (edited.length > 0 || !(await isIndexOf(checkout, [from, to])))
    throw dirty("a rebase was interrupted in its worktree, and files were changed since", edited);
  for (const path of target === from ? changes.added : changes.deleted) deleteFile(checkout, path);
  const written = await writeFiles(checkout, ["--reset"], target);
  printed("a rebase was interrupted in its worktree and cannot be undone", written);
  if (head !== target) await moveBranch(checkout, { from: head, to: target });
}

/** Files that neither commit has like this. One that git was writing is empty or gone. */
async function filesEditedSince(
  checkout: Checkout,
  { from, to }: Move,
  { all, added, deleted }: Changes,
): Promise<readonly string[]> {
  const unlikeFrom = await filesUnlike(checkout, from);
  const unlikeTo = await filesUnlike(checkout, to);
  const sizeOf = (path: string) => look(join(checkout.place.root, path))?.size ?? null;
  // Git does not list a file that it ignores, and yet it would write there.
  const existing = (paths: ReadonlySet<string>) => [...paths].filter((path) => sizeOf(path) !== null);
  const atTo = new Set([...unlikeTo, ...existing(deleted)]);
  const both = new Set([...unlikeFrom, ...existing(added)].filter((path) => atTo.has(path)));
  return [...both].filter((path) => !all.has(path) || (sizeOf(path) ?? 0) > 0);
}

/** By content, against an index of that commit in a file that nothing else uses. */
async function filesUnlike(checkout: Checkout, commit: CommitSha): Promise<readonly string[]> {
  mkdirSync(checkout.scratch, { recursive: true });
  const index = join(checkout.scratch, "index");
  rmSync(index, { force: true });
  const run: RunCommand = (request) =>
    checkout.place.run({ ...request, env: { ...request.env, GIT_INDEX_FILE: index } });
  const compared = { ...checkout, place: { ...checkout.place, run } };
  const read = await runIn(compared, ["read-tree", commit]);
  printed("a rebase that was interrupted cannot be examined", read);
  return (await changedFiles(compared)).flatMap(({ path, isEdited }) => (isEdited ? [path] : []));
}

/** Git replaces the index as a whole: anything else in it was staged by someone. */
async function isIndexOf(checkout: Checkout, commits: readonly CommitSha[]): Promise<boolean> {
  for (const commit of commits)
    if ((await runIn(checkout, ["diff-index", "--cached", "--quiet", commit, "--"])).ok) return true;
  return false;
}

function deleteFile({ place }: Checkout, path: string): void {
  const file = join(place.root, path);
  if (look(file)?.isDirectory() === false) rmSync(file, { force: true });
}
