// Reads the little text files that git keeps its state in.

import { lstatSync, readFileSync, type Stats, statSync } from "node:fs";
import { errorCode } from "./file-error.ts";

/** The largest that grows with use is packed-refs: 60 bytes a ref, so this holds half a million. */
const FILE_BYTES_MAX = 32 * 1024 * 1024;

/** The text, or null when there is no such file. Other failures throw. */
export function readSmallFile(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size > FILE_BYTES_MAX) return null;
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // Git replaces its files at any time.
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

/** What is at the path itself, or null. */
export function look(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}
