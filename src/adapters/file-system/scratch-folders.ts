// Scratch folders in the system's folder for temporary files.

import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ScratchFolders } from "../../ports/system/scratch-folders.ts";
import { unlessMissing } from "./file-error.ts";

export const scratchFolders: ScratchFolders = {
  make: async (name) => {
    const folder = join(await mkdtemp(join(tmpdir(), "dataface-tasks-")), name);
    await mkdir(folder);
    return folder;
  },
  copy: (from, to) => cp(from, to, { recursive: true }),
  readText: async (path) => unlessMissing(() => readFileSync(path, "utf8"), null),
  writeText: (path, text) => writeFile(path, text),
  // A process that still writes into the folder may add a file while it is being removed.
  remove: (folder) => rm(dirname(folder), { recursive: true, force: true, maxRetries: 5 }),
};
