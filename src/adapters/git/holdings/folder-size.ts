// How much a folder holds: the sizes of its files, as they are listed. Links are counted as links, never followed.

import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";

/** A worktree with all its installed packages has some 100,000; beyond this a number is not worth the reading. */
const ENTRIES_MAX = 400_000;

/** Null when there is more than is counted, or when it is cancelled. */
export async function measureFolder(folder: string, signal: AbortSignal | undefined): Promise<number | null> {
  const folders = [folder];
  let entries = 0;
  let sizeBytes = 0;
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for await (const entry of listFolder(next)) {
      entries += 1;
      if (entries > ENTRIES_MAX || signal?.aborted) return null;
      const path = join(next, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else sizeBytes += (await lstat(path).catch(() => null))?.size ?? 0;
    }
  }
  return sizeBytes;
}

async function* listFolder(folder: string) {
  try {
    yield* await opendir(folder);
  } catch {
    // Gone meanwhile or unreadable: what is in it is not counted.
  }
}
