// Reads the file that a page or command shows: the adapter of the port TreeReader. Asynchronous, unlike TreeFiles,
// because it runs in the server, which must not block on a slow disk.

import { hash } from "node:crypto";
import { type FileHandle, open, realpath } from "node:fs/promises";
import type { RelativePath } from "../../core/contract/task.ts";
import type { TreeRead, TreeReader } from "../../ports/tree/tree-reader.ts";
import { errorCode } from "../file-system/file-error.ts";
import { FILE_BYTES_MAX, isOpenedAt, OPEN_SAFELY } from "../file-system/opened-file.ts";

/** An editor may replace the file between opening and checking it; then the new one is opened. */
const OPEN_ATTEMPTS = 3;

/** `root` is the repository's absolute path; it may not exist, now or later. */
export function createTreeReader({ root }: { readonly root: string }): TreeReader {
  return {
    async read(path) {
      const plain = plainTreePath(path);
      if (plain === null) return { kind: "refused", reason: "outside" };
      try {
        return await readPlain(await realpath(root), plain);
      } catch (error) {
        return explain(error);
      }
    },
  };
}

async function readPlain(realRoot: string, path: RelativePath): Promise<TreeRead> {
  const absolute = `${realRoot}/${path}`;
  for (let attempt = 1; attempt <= OPEN_ATTEMPTS; attempt += 1) {
    const handle = await open(absolute, OPEN_SAFELY);
    try {
      const stats = await handle.stat();
      if (isOpenedAt(absolute, handle.fd, stats)) return await readOpened(handle, path, stats);
    } finally {
      await handle.close();
    }
  }
  return { kind: "refused", reason: "link" };
}

async function readOpened(
  handle: FileHandle,
  path: RelativePath,
  stats: { isFile(): boolean; readonly size: number },
): Promise<TreeRead> {
  if (!stats.isFile()) return { kind: "refused", reason: "not_a_file" };
  if (stats.size > FILE_BYTES_MAX) return { kind: "refused", reason: "too_large" };
  const bytes = await readUpTo(handle, stats.size);
  return { kind: "text", path, text: bytes.toString("utf8"), hash: hash("sha256", bytes) };
}

/** Reads at most `sizeBytes`, even if the file grows. */
async function readUpTo(handle: FileHandle, sizeBytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(sizeBytes);
  let length = 0;
  while (length < sizeBytes) {
    const { bytesRead } = await handle.read(buffer, length, sizeBytes - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

function explain(error: unknown): TreeRead {
  switch (errorCode(error)) {
    case "ENOENT":
    case "ENOTDIR":
    case "ENAMETOOLONG":
      return { kind: "missing" };
    case "ELOOP":
    case "EMLINK":
      return { kind: "refused", reason: "link" };
    case "EISDIR":
    case "ENXIO":
      return { kind: "refused", reason: "not_a_file" };
    default:
      // Readers get no details; the cycle reports the file's problem.
      return { kind: "refused", reason: "unreadable" };
  }
}

/** Linux' own limit for a path; longer ones cannot exist. */
const PATH_LENGTH_MAX = 4096;

/**
 * The path, if it names a Markdown file below `tasks/` in the one strict form; else null. Nothing is normalised: a path
 * that needs it is not ours (S9).
 */
export function plainTreePath(path: string): RelativePath | null {
  if (path.length > PATH_LENGTH_MAX || path.includes("\\") || path.includes("\0")) return null;
  const segments = path.split("/");
  if (segments[0] !== "tasks" || segments.length < 2 || !path.endsWith(".md")) return null;
  return segments.every(isPlainName) ? (path as RelativePath) : null;
}

/** No empty name, none that hides or climbs (`.git`, `..`), none that Windows would silently change (`x.`, `x:y`). */
function isPlainName(name: string): boolean {
  if (name === "" || name.startsWith(".") || name.endsWith(".") || name.endsWith(" ")) return false;
  return process.platform !== "win32" || !/[:*?"<>|]/.test(name);
}
