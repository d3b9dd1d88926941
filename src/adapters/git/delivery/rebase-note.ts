// A note in the worktree's own git folder of where its branch is being moved from and to, so that whoever comes after a
// process that was killed can bring it to one of the two. The life of the note:
//
//   (none) --before the first file is written--> moving --files and branch are in place--> pushing --remote answered--> (none)
//
// Left at `moving`, nothing was pushed: the branch goes back. Left at `pushing`, the remote has to be asked.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { look, readSmallFile } from "../../file-system/read-small-file.ts";

export type RebaseNote = {
  readonly branch: string;
  readonly from: CommitSha;
  readonly to: CommitSha;
  readonly phase: "moving" | "pushing";
  readonly baseCommit: CommitSha;
  readonly commits: number;
};

const PRIVATE_FILE_MODE = 0o600;

export function readNote(own: string): RebaseNote | null {
  const text = readSmallFile(noteFile(own));
  if (text === null) return null;
  try {
    const note = JSON.parse(text) as RebaseNote;
    return isSound(note) ? note : null;
  } catch {
    // Half written when its writer was killed, which was before anything else was touched.
    return null;
  }
}

/** On the disk before it returns. */
export function writeNote(own: string, note: RebaseNote): void {
  writeFileSync(noteFile(own), JSON.stringify(note), { mode: PRIVATE_FILE_MODE, flush: true });
}

/** Since it was written; of one from the future nothing is known. */
export function noteAgeMs(own: string): number {
  return Math.abs(Date.now() - (look(noteFile(own))?.mtimeMs ?? 0));
}

export function forgetNote(own: string): void {
  rmSync(noteFile(own), { force: true });
}

function noteFile(own: string): string {
  return join(own, "tasks-rebase.json");
}

function isSound({ branch, from, to, baseCommit, phase, commits }: RebaseNote): boolean {
  return (
    [from, to, baseCommit].every((commit) => HASH.test(commit)) &&
    typeof branch === "string" &&
    (phase === "moving" || phase === "pushing") &&
    Number.isSafeInteger(commits)
  );
}

const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
