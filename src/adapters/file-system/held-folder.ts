// Holds a folder open, so that names are resolved in that folder even if its path is replaced: Node has no openat, but
// on Linux `/proc/self/fd/<descriptor>/<name>` does the same.

import { closeSync, constants, openSync } from "node:fs";
import { unlessMissing } from "./file-error.ts";
import { DESCRIPTORS, descriptorPath } from "./opened-file.ts";

export type HeldFolder = {
  /** Goes before a name in the folder. */
  readonly prefix: string;
  /** The kernel confirms that it is at its path, without links. False where the kernel cannot be asked. */
  readonly proven: boolean;
  close(): void;
};

/** `absolute` must start at a real path. Null when there is no folder, or a link. Throws what opening throws. */
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

/** Opening a link fails with ENOTDIR. */
function openFolder(absolute: string): number | null {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  return unlessMissing(() => openSync(absolute, flags), null, ["ENOENT", "ENOTDIR", "ELOOP"]);
}
