// The file that an edit replaces, held from before to after: an editor that saves in place writes into the old file, and
// may do so in the very moment in which the new one takes its name (R25). So the last look and the rename follow each
// other without anything in between, and then the old file is looked at once more; where somebody has written into it,
// it gets its name back, and whatever the editor still writes is in the file that people see.

import { closeSync, fstatSync, linkSync, openSync, readSync, renameSync, rmSync } from "node:fs";
import { errorCode } from "./file-error.ts";
import { OPEN_SAFELY } from "./opened-file.ts";

export type ReplacedFile = {
  /** Permission bits of the file. */
  readonly mode: number;
  /** The last look before the rename; throws what `changed` gives. */
  assertUnchanged(): void;
  /** The look after it. Puts the old file back, and throws, when it was written to meanwhile. */
  assertStillUnchanged(): void;
  close(): void;
};

export type ReplacedFileSettings = {
  readonly file: string;
  /** A name in the same folder that the next edit sweeps away, should this process be killed. */
  readonly backup: string;
  readonly isAsRead: (bytes: Buffer) => boolean;
  /** What is thrown for a file that was changed; `cause`: it cannot be opened, being gone, or a link by now. */
  readonly changed: (cause?: Error) => Error;
};

const MODE_BITS = 0o7777;
const GONE_CODES = ["ENOENT", "ELOOP", "EISDIR", "ENOTDIR"];
/** File systems without hard links say one of these; there the second look only tells. */
const NO_LINKS_CODES = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

export function holdReplacedFile(settings: ReplacedFileSettings): ReplacedFile {
  const { file, backup, isAsRead, changed } = settings;
  const descriptor = openOr(file, changed);
  const { mode, ino } = fstatSync(descriptor);
  let hasBackup = false;
  return {
    mode: mode & MODE_BITS,
    assertUnchanged: () => {
      hasBackup ||= keepName(file, backup, changed);
      const now = openOr(file, changed);
      try {
        if (fstatSync(now).ino !== ino || !isAsRead(readAll(now))) throw changed();
      } finally {
        closeSync(now);
      }
    },
    assertStillUnchanged: () => {
      if (isAsRead(readAll(descriptor))) return;
      if (hasBackup) renameSync(backup, file);
      hasBackup = false;
      throw changed();
    },
    close: () => {
      closeSync(descriptor);
      if (hasBackup) rmSync(backup, { force: true });
    },
  };
}

function openOr(file: string, changed: ReplacedFileSettings["changed"]): number {
  try {
    return openSync(file, OPEN_SAFELY);
  } catch (error) {
    throw error instanceof Error && GONE_CODES.includes(errorCode(error)) ? changed(error) : error;
  }
}

function keepName(file: string, backup: string, changed: ReplacedFileSettings["changed"]): boolean {
  try {
    linkSync(file, backup);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") throw changed();
    if (!NO_LINKS_CODES.includes(errorCode(error))) throw error;
    return false;
  }
}

/** From its start, wherever an earlier read ended. */
function readAll(descriptor: number): Buffer {
  const { size } = fstatSync(descriptor);
  // One byte more tells a file that has grown.
  const bytes = Buffer.alloc(size + 1);
  let length = 0;
  for (;;) {
    const read = readSync(descriptor, bytes, length, bytes.length - length, length);
    length += read;
    if (read === 0 || length === bytes.length) return bytes.subarray(0, length);
  }
}
