// The file that an edit replaces, held open throughout: an editor that saves in place writes into the old file,
// possibly just as the new one takes its name (R25). So the last check and the rename follow each other immediately,
// and then the old file is checked once more; if it was written to, it gets its name back, so that whatever the editor
// still writes lands in the file that people see.

import { closeSync, fstatSync, linkSync, openSync, renameSync, rmSync } from "node:fs";
import { errorCode } from "./file-error.ts";
import { OPEN_SAFELY, readFully } from "./opened-file.ts";

export type ReplacedFile = {
  /** Permission bits of the file. */
  readonly mode: number;
  /** The last check before the rename; throws what `changed` returns. */
  assertUnchanged(): void;
  /** The check after it. If the old file was written to, puts it back and throws. */
  assertStillUnchanged(): void;
  close(): void;
};

export type ReplacedFileSettings = {
  readonly file: string;
  /** A name in the same folder that the next edit removes if this process is killed. */
  readonly backup: string;
  readonly isAsRead: (bytes: Buffer) => boolean;
  /** The error for a file that was changed; `cause`: it cannot be opened, because it is gone or is now a link. */
  readonly changed: (cause?: Error) => Error;
};

const MODE_BITS = 0o7777;
const GONE_CODES = ["ENOENT", "ELOOP", "EISDIR", "ENOTDIR"];
/** From file systems without hard links; there the second check can only report. */
export const NO_LINKS_CODES = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

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

function readAll(descriptor: number): Buffer {
  // One byte more shows that the file has grown.
  const bytes = Buffer.alloc(fstatSync(descriptor).size + 1);
  return bytes.subarray(0, readFully(descriptor, bytes, 0));
}
