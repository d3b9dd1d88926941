// Reads one listed file: regular, inside the tree, at most FILE_BYTES_MAX, decoded. A file that cannot be read is a
// result with a reason, never an exception.
//
// Usually, proof that the file is in the tree costs no extra call: a descriptor whose size, times and inode equal the
// stamp is the file that the listing saw in a folder it held (a file's change time cannot be set). Only if it differs,
// or the listing could not hold its folders, is the descriptor's path checked. A file that the listing only named is
// opened by name in its held and proven folder (tree-files.ts), which is proof enough.

import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import { closeSync, fstatSync, lstatSync, openSync, readSync, type Stats } from "node:fs";
import { type FileRead, type FileStamp, isUnseen } from "../../core/contract/parsed-file.ts";
import { describeFileError, errorCode, retryInterrupted } from "../file-system/file-error.ts";
import { FILE_BYTES_MAX, isOpenedAt, OPEN_SAFELY } from "../file-system/opened-file.ts";
import { isStamped, linkedParent, toStamp } from "./list-tree.ts";

type Refusal = Omit<Extract<FileRead, { kind: "refused" }>, "kind" | "stamp">;

export type ReadPlace = {
  readonly root: string;
  /** What to open: an absolute path, or a name in a held folder. */
  readonly absolute: string | Buffer;
  /**
   * What proves that the file is in the tree: its stamp, from a listing that held its folders, or the held folder in
   * which it is opened. With neither, the descriptor's path is checked.
   */
  readonly proof: "stamp" | "folder" | "none";
  /** One serves every file; it is one byte larger than the largest. */
  readonly buffer: Buffer;
};

export function createReadBuffer(): Buffer {
  return Buffer.allocUnsafeSlow(FILE_BYTES_MAX + 1);
}

export function readTreeFile(place: ReadPlace, stamp: FileStamp): FileRead {
  let descriptor: number;
  try {
    descriptor = retryInterrupted(() => openSync(place.absolute, OPEN_SAFELY));
  } catch (error) {
    return refused(seenStamp(place, stamp), linkOr(place, stamp, explainOpen(error)));
  }
  try {
    return readOpened(place, stamp, descriptor);
  } catch (error) {
    return refused(seenStamp(place, stamp), unreadable(error));
  } finally {
    closeSync(descriptor);
  }
}

function readOpened(place: ReadPlace, stamp: FileStamp, descriptor: number): FileRead {
  const stats = fstatSync(descriptor);
  if (!isProven(place, stamp, stats) && !isOpenedAt(place.absolute, descriptor, stats)) {
    return refused(seenStamp(place, stamp), linkOr(place, stamp, REPLACED));
  }
  const opened = toStamp(stamp.path, stats);
  if (!stats.isFile()) return refused(opened, NOT_A_FILE);
  if (stats.size > FILE_BYTES_MAX) return refused(opened, tooLarge(stats.size));
  const length = readAll(descriptor, place.buffer, stats.size);
  if (length > FILE_BYTES_MAX) return refused(opened, tooLarge(length));
  const bytes = place.buffer.subarray(0, length);
  return {
    kind: "text",
    stamp: opened,
    text: bytes.toString("utf8"),
    hash: hash("sha256", bytes),
    replaced: !isUtf8(bytes),
  };
}

function isProven({ proof }: ReadPlace, stamp: FileStamp, stats: Stats): boolean {
  return proof === "folder" || (proof === "stamp" && isStamped(stats, stamp));
}

/** The stamp to remember for a refused file; a missing file keeps the listing's. */
function seenStamp({ absolute }: ReadPlace, stamp: FileStamp): FileStamp {
  if (!isUnseen(stamp)) return stamp;
  try {
    return toStamp(stamp.path, lstatSync(absolute));
  } catch {
    return stamp; // The same reason makes the file unreadable, and is reported there.
  }
}

/** Reads up to the size at opening; if the file grows meanwhile, the next scan shows a new stamp. */
function readAll(descriptor: number, buffer: Buffer, sizeBytes: number): number {
  let length = 0;
  do {
    const read = retryInterrupted(() => readSync(descriptor, buffer, length, buffer.length - length, null));
    if (read === 0) break;
    length += read;
  } while (length < sizeBytes);
  return length;
}

const NOT_A_FILE: Refusal = { code: "not_a_file", message: "This is not a regular file." };
const REPLACED: Refusal = { code: "unreadable", message: "The file was replaced while it was read." };
const LINK: Refusal = { code: "link", message: "The file is a link; links are not followed." };

function explainOpen(error: unknown): Refusal {
  switch (errorCode(error)) {
    case "ELOOP":
    case "EMLINK":
      return LINK;
    case "ENXIO":
    case "EISDIR":
      return NOT_A_FILE;
    default:
      return unreadable(error);
  }
}

/** A link in the path explains everything else. */
function linkOr({ root }: ReadPlace, { path }: FileStamp, otherwise: Refusal): Refusal {
  const folder = linkedParent(root, path);
  if (folder === null) return otherwise;
  return { code: "link", message: `The folder ${folder} is a link; links are not followed.` };
}

function unreadable(error: unknown): Refusal {
  return { code: "unreadable", message: `The file cannot be read: ${describeFileError(error)}.` };
}

function tooLarge(sizeBytes: number): Refusal {
  const limit = `${FILE_BYTES_MAX / 1024 / 1024} MiB`;
  return {
    code: "too_large",
    message: `The file has ${sizeBytes} bytes; files over ${limit} are not read.`,
  };
}

function refused(stamp: FileStamp, refusal: Refusal): FileRead {
  return { kind: "refused", stamp, ...refusal };
}
