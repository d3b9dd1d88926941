// Scratch folders in the system's place for temporary files.

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ScratchFolders } from "../../ports/system/scratch-folders.ts";

export const scratchFolders: ScratchFolders = {
  make: async (name) => {
    const folder = join(await mkdtemp(join(tmpdir(), "dataface-tasks-")), name);
    await mkdir(folder);
    return folder;
  },
  copy: (from, to) => cp(from, to, { recursive: true }),
  readText: async (path) => {
    try {
      return await readFile(path, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
      throw error;
    }
  },
  writeText: (path, text) => writeFile(path, text),
  // A process that still writes into the folder may add a file while it is being removed.
  remove: (folder) => rm(dirname(folder), { recursive: true, force: true, maxRetries: 5 }),
};
