// How much a folder holds: the sizes of its files, as they are listed. Links are counted as links, never followed.

import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";

/** A worktree with all its installed packages has some 100,000; beyond this a number is not worth the reading. */
const ENTRIES_MAX = 400_000;

/** Null when there is more than is counted, or nobody wants to know any more. What goes meanwhile is not counted. */
export async function measureFolder(folder: string, signal: AbortSignal): Promise<number | null> {
  const folders = [folder];
  let entries = 0;
  let sizeBytes = 0;
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for await (const entry of listFolder(next)) {
      entries += 1;
      if (entries > ENTRIES_MAX || signal.aborted) return null;
      const path = join(next, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else sizeBytes += await sizeOf(path);
    }
  }
  return sizeBytes;
}

async function* listFolder(folder: string) {
  try {
    yield* await opendir(folder);
  } catch {
    // Gone meanwhile, or not to be read: what is in it is not counted.
  }
}

async function sizeOf(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => null);
  return stats?.size ?? 0;
}
