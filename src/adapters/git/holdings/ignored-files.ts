// Files that git ignores and that exist nowhere else: results, databases, keys. Files below a folder that can be recreated
// (worktree.disposable) do not count, and neither do copies of what the main worktree has at the same path.

import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { look } from "../../file-system/read-small-file.ts";

/** Larger ones are not compared: they count as only here. */
const COMPARED_BYTES_MAX = 4 * 1024 * 1024;
/** Folders are searched for their first file, not counted; a tree this large without one is no result of work. */
const ENTRIES_MAX = 200_000;

export type IgnoredPlace = {
  /** The worktree, absolute. */
  readonly top: string;
  /** Relative to it, as `git status --ignored=matching` has them: a folder that is ignored as a whole with a slash. */
  readonly paths: readonly string[];
  /** Names of folders. */
  readonly disposable: readonly string[];
  /** The main worktree's folder, absolute; null when there is none to compare with. */
  readonly main: string | null;
};

export function ignoredOnlyHere({ top, paths, disposable, main }: IgnoredPlace): readonly string[] {
  const names = new Set(disposable);
  const search: Search = { top, main, disposable: names, entriesLeft: ENTRIES_MAX };
  return paths.filter((path) => {
    const folders = path.split("/").slice(0, -1);
    return !folders.some((folder) => names.has(folder)) && holdsOwnFile(search, path);
  });
}

type Search = {
  readonly top: string;
  readonly main: string | null;
  readonly disposable: ReadonlySet<string>;
  entriesLeft: number;
};

/** A link is no file: its target is somewhere else. */
function holdsOwnFile(search: Search, path: string): boolean {
  const stats = look(join(search.top, path));
  if (stats === null) return false;
  if (stats.isDirectory()) return entriesOf(search, path).some((entry) => isOwn(search, path, entry));
  return stats.isFile() && !isCopy(search, path, stats.size);
}

function isOwn(search: Search, folder: string, entry: Dirent): boolean {
  search.entriesLeft -= 1;
  if (search.entriesLeft < 0) return true;
  if (entry.isDirectory() && search.disposable.has(entry.name)) return false;
  return holdsOwnFile(search, join(folder, entry.name));
}

function entriesOf({ top }: Search, path: string): readonly Dirent[] {
  return readdirSync(join(top, path), { withFileTypes: true });
}

function isCopy({ top, main }: Search, path: string, size: number): boolean {
  if (main === null || size > COMPARED_BYTES_MAX) return false;
  const other = look(join(main, path));
  if (other?.isFile() !== true || other.size !== size) return false;
  return readFileSync(join(top, path)).equals(readFileSync(join(main, path)));
}
