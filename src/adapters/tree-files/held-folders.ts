// Holds the current file's folder open while the next files are in it too: files that a listing only named are opened by name in it.

import { type HeldFolder, holdFolder } from "../file-system/held-folder.ts";

export type HeldFolders = {
  /** What to put before a name in the folder; null if it is not proven to be in the tree, or cannot be opened. */
  prefixOf(absolute: string): string | null;
  close(): void;
};

export function createHeldFolders(): HeldFolders {
  let current: string | null = null;
  let held: HeldFolder | null = null;

  function close(): void {
    held?.close();
    held = null;
    current = null;
  }

  return {
    prefixOf(absolute) {
      if (absolute !== current) {
        close();
        held = tryToHold(absolute);
        current = absolute;
      }
      return held?.proven ? held.prefix : null;
    },
    close,
  };
}

/** Null also if the system refuses: opening the file then says why. */
function tryToHold(absolute: string): HeldFolder | null {
  try {
    return holdFolder(absolute);
  } catch {
    return null;
  }
}
