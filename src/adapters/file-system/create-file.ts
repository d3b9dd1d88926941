// Creates a file that must not exist yet, so that a reader sees all of it or nothing and an existing file is never
// touched: linking a finished temporary file fails if the name is taken.

import { link, open, unlink } from "node:fs/promises";
import { errorCode } from "./file-error.ts";
import { NO_LINKS_CODES } from "./replaced-file.ts";

let made = 0;

/** `prefix` goes before names in the folder (held-folder.ts). Rejects with the system's error, including `EEXIST`. */
export async function createFile(prefix: string, name: string, text: string): Promise<void> {
  made += 1;
  const temporary = `${prefix}.${name}.${process.pid}-${Math.floor(performance.timeOrigin)}-${made}.tmp`;
  try {
    await writeNew(temporary, text);
    await linkOrWrite(temporary, prefix + name, text);
  } finally {
    // If it cannot be removed, the next edit in the folder does (atomic-write.ts).
    await unlink(temporary).catch(() => undefined);
  }
}

async function linkOrWrite(temporary: string, file: string, text: string): Promise<void> {
  try {
    await link(temporary, file);
  } catch (error) {
    if (!NO_LINKS_CODES.includes(errorCode(error))) throw error;
    await writeNew(file, text);
  }
}

/** With the mode that this user's new files have. */
async function writeNew(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
