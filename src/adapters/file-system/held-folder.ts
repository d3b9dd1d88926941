// Holds a folder open, so that names are looked up in that very folder whatever its path comes to mean: Node has no
// openat, but on Linux `/proc/self/fd/<descriptor>/<name>` is the same.

import { closeSync, constants, openSync } from "node:fs";
import { errorCode } from "./file-error.ts";
import { DESCRIPTORS, descriptorPath } from "./opened-file.ts";

export type HeldFolder = {
  /** Put before a name in the folder. */
  readonly prefix: string;
  /** The kernel says that it lies where its path says, without links. False where it cannot be asked. */
  readonly proven: boolean;
  close(): void;
};

/** `absolute` must start at a real path. Null when a link, or another folder, is found there. Throws what opening throws. */
export function holdFolder(absolute: string): HeldFolder | null {
  const plain: HeldFolder = { prefix: `${absolute}/`, proven: false, close: () => {} };
  if (process.platform !== "linux") return plain;
  const descriptor = openFolder(absolute);
  if (descriptor === null) return null;
  const actual = descriptorPath(descriptor);
  if (actual?.equals(Buffer.from(absolute))) {
    const prefix = `${DESCRIPTORS}${descriptor}/`;
    return { prefix, proven: true, close: () => closeSync(descriptor) };
  }
  closeSync(descriptor);
  return actual === null ? plain : null;
}

function openFolder(absolute: string): number | null {
  try {
    return openSync(absolute, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    // With both flags a link is "no folder".
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errorCode(error))) return null;
    throw error;
  }
}
