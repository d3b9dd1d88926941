// How much worktrees and run files hold. A walk through a worktree with its installed packages takes seconds.

import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { WORKTREES_FOLDER } from "../../core/worker/worktree-name.ts";
import type { DiskUse } from "../../ports/system/disk-use.ts";
import { measureFolder } from "../git/holdings/folder-size.ts";
import { listSlugs } from "../git/worktrees/worktree-listing.ts";
import { runsFolder } from "../run-log/run-folder.ts";

/** Both absolute. */
export function createDiskUse({ root, stateFolder }: { root: string; stateFolder: string }): DiskUse {
  const runFiles = relative(root, runsFolder(stateFolder));
  return {
    folders: async () => [...listSlugs(root).map((slug) => `${WORKTREES_FOLDER}/${slug}`), runFiles],
    sizeOf: async (folder, signal) => {
      const path = join(root, folder);
      return existsSync(path) ? await measureFolder(path, signal) : null;
    },
  };
}
