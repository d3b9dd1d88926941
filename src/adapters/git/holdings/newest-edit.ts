// When a worktree was last edited, as far as files that differ from its last commit tell: a worker that goes on writing
// the same file changes neither their number nor anything else that git says.

import { lstatSync } from "node:fs";
import { join } from "node:path";

/** More is the output of a build, whose newest files are among the first thousand as likely as not. */
const FILES_MAX = 1_000;

/** `records` are those of `git status --porcelain=v2 -z` without renames. Null when none of their files is there. */
export function newestEdit(folder: string, records: readonly string[]): number | null {
  const times = records.slice(0, FILES_MAX).flatMap((record) => timeOf(folder, record));
  return times.length === 0 ? null : Math.floor(Math.max(...times));
}

/** Fields before the path, by the kind of record: changed, unmerged, untracked. */
const FIELDS: Readonly<Record<string, number>> = { "1": 8, u: 10, "?": 1 };

function timeOf(folder: string, record: string): readonly number[] {
  const path = record
    .split(" ")
    .slice(FIELDS[record.charAt(0)] ?? Number.POSITIVE_INFINITY)
    .join(" ");
  if (path === "") return [];
  try {
    return [lstatSync(join(folder, path)).mtimeMs];
  } catch {
    return []; // Deleted, which git says, or gone since.
  }
}
