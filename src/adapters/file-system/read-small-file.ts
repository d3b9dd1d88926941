// Reads the small text files in which git keeps its state.

import { lstatSync, readFileSync, type Stats, statSync } from "node:fs";
import { unlessMissing } from "./file-error.ts";

/** The largest is packed-refs: at 60 bytes per ref this allows half a million. */
const FILE_BYTES_MAX = 32 * 1024 * 1024;

/** The text, or null when there is no such file. Other failures throw. */
export function readSmallFile(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size > FILE_BYTES_MAX) return null;
  // Git may replace its files at any time.
  return unlessMissing(() => readFileSync(path, "utf8"), null);
}

/** What is at the path itself, even a link; null when there is nothing. */
export function look(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}
