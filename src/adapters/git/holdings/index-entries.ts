// The index of a worktree: which entries are submodules, and which ones may hide changes because git does not compare
// them.

import { join } from "node:path";
import { look } from "../../file-system/read-small-file.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";

export type IndexEntry = {
  readonly path: string;
  readonly object: string;
  readonly isSubmodule: boolean;
  /** In lower case: assume-unchanged. `S`: left out of a sparse checkout. */
  readonly tag: string;
};

/** Null when git cannot tell. */
export async function readIndex(worktree: GitPlace): Promise<readonly IndexEntry[] | null> {
  const result = await runGit(worktree, ["ls-files", "-v", "--stage", "-z"]);
  if (!result.ok) return null;
  return result.stdout.split("\0").flatMap((record) => {
    const [, tag = "", mode, object = "", path = ""] = ENTRY.exec(record) ?? [];
    return path === "" ? [] : [{ path, object, tag, isSubmodule: mode === SUBMODULE_MODE }];
  });
}

/** Not compared: on request, or left out of a sparse checkout and yet there. */
export function isHidden(folder: string, { tag, path }: IndexEntry): boolean {
  if (/^[a-z]$/.test(tag)) return true;
  return tag === "S" && look(join(folder, path)) !== null;
}

const ENTRY = /^(\S) (\d{6}) ([0-9a-f]+) \d\t(.+)$/s;
const SUBMODULE_MODE = "160000";
