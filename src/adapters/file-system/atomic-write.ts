// Creates a file, or replaces it so that a reader always sees the whole old one or the whole new one: a temporary file in the same
// folder is written and synced, renamed over the old one, and the folder is synced (R1, R2).

import { renameSync } from "node:fs";
import { type FileHandle, link, open, readdir, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { errorCode, INTERRUPTED_ATTEMPTS } from "./file-error.ts";
import { PRIVATE_FILE_MODE } from "./private-modes.ts";
import { NO_LINKS_CODES, type ReplacedFile } from "./replaced-file.ts";

export type OpenFile = {
  /** All of it, or an error. */
  writeFile(text: string): Promise<void>;
  /** All of them at that position, or an error. */
  write(bytes: Buffer, position: number): Promise<void>;
  sync(): Promise<void>;
  chmod(mode: number): Promise<void>;
  close(): Promise<void>;
};

/** The calls that are made, so that tests can trace them and make each of them fail. */
export type AtomicFileSystem = {
  open(path: string, flags: "wx" | "r", mode?: number): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  readdir(folder: string): Promise<string[]>;
};

export const nodeFileSystem: AtomicFileSystem = {
  open: async (path, flags, mode) => {
    const handle = await open(path, flags, mode);
    return {
      writeFile: (text) => handle.writeFile(text),
      write: (bytes, position) => writeAll(handle, bytes, position),
      sync: () => handle.sync(),
      chmod: (bits) => handle.chmod(bits),
      close: () => handle.close(),
    };
  },
  // Synchronous: nothing comes between the last check of the old file and this.
  rename: async (from, to) => renameSync(from, to),
  unlink,
  readdir,
};

/** Virus scanners and indexers hold a new file for a moment: waits of 10, 20, ... ms, a third of a second in all. */
const RENAME_ATTEMPTS = 6;
const RENAME_PAUSE_MS = 10;
const RENAME_HELD_CODES = ["EPERM", "EBUSY", "EACCES"];
/** Some file systems cannot sync a folder; there the rename has to do. */
const FOLDER_SYNC_UNSUPPORTED_CODES = ["EINVAL", "ENOTSUP"];

export type AtomicWrite = {
  readonly file: string;
  /** The content, or what writes it to the new file. */
  readonly text: string | ((file: OpenFile) => Promise<void>);
  /** Default: private to its user. */
  readonly mode?: number;
  /** The old file, if it must still be what was read; if it throws, that file stays as it is. Closed here. */
  readonly replaces?: (backup: string) => ReplacedFile;
};

/**
 * Writes `text` to `file`. The folder must exist. After an error (the file system's), the old file is unchanged and the
 * temporary one is removed, if necessary by the next call.
 */
export async function writeFileAtomically(
  { file, text, mode, replaces }: AtomicWrite,
  fileSystem: AtomicFileSystem = nodeFileSystem,
): Promise<void> {
  const folder = dirname(file);
  await removeLeftovers(folder, fileSystem);
  const temporary = join(folder, nameTemporary(basename(file)));
  const backup = join(folder, nameTemporary(basename(file)));
  inFlight.add(basename(temporary)).add(basename(backup));
  let replaced: ReplacedFile | null = null;
  try {
    replaced = replaces?.(backup) ?? null;
    await writeDurably(temporary, { text, mode: mode ?? replaced?.mode }, fileSystem);
    await renameHeld(temporary, file, { fileSystem, replaced });
  } catch (error) {
    await removeQuietly(temporary, fileSystem);
    throw error;
  } finally {
    replaced?.close();
    inFlight.delete(basename(temporary));
    inFlight.delete(basename(backup));
  }
  await syncFolder(folder, fileSystem);
}

async function writeDurably(
  path: string,
  { text, mode }: { readonly text: AtomicWrite["text"]; readonly mode: number | undefined },
  fileSystem: AtomicFileSystem,
): Promise<void> {
  const handle = await retryInterrupted(() => fileSystem.open(path, "wx", PRIVATE_FILE_MODE));
  try {
    if (typeof text === "string") await handle.writeFile(text);
    else await text(handle);
    if (mode !== undefined) await retryInterrupted(() => handle.chmod(mode));
    await retryInterrupted(() => handle.sync());
  } finally {
    await handle.close();
  }
}

/** A full disk or a signal may end a write early. */
async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** Never falls back to overwriting the old file, which could lose it (R4). */
async function renameHeld(
  from: string,
  to: string,
  { fileSystem, replaced }: { readonly fileSystem: AtomicFileSystem; readonly replaced: ReplacedFile | null },
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await retryInterrupted(() => {
        replaced?.assertUnchanged();
        return fileSystem.rename(from, to);
      });
      return replaced?.assertStillUnchanged();
    } catch (error) {
      if (!RENAME_HELD_CODES.includes(errorCode(error)) || attempt === RENAME_ATTEMPTS) throw error;
      await delay(RENAME_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}

async function syncFolder(folder: string, fileSystem: AtomicFileSystem): Promise<void> {
  // Windows cannot open a folder; its renames are journaled.
  if (process.platform === "win32") return;
  const handle = await retryInterrupted(() => fileSystem.open(folder, "r"));
  try {
    await retryInterrupted(() => handle.sync());
  } catch (error) {
    if (!FOLDER_SYNC_UNSUPPORTED_CODES.includes(errorCode(error))) throw error;
  } finally {
    await handle.close();
  }
}

/** Temporary files that this process is writing. */
const inFlight = new Set<string>();
let written = 0;
/** Together with the pid it identifies this process, even where every process has the pid 1. */
const startedAtMs = Math.floor(performance.timeOrigin);

function nameTemporary(name: string): string {
  written += 1;
  return `.${name}.${process.pid}-${startedAtMs}-${written}.tmp`;
}

/** Removes the temporary files of writers that were killed or could not remove them. */
async function removeLeftovers(folder: string, fileSystem: AtomicFileSystem): Promise<void> {
  for (const name of await retryInterrupted(() => fileSystem.readdir(folder))) {
    const pid = /\.(\d+)-\d+-\d+\.tmp$/.exec(name)?.[1];
    if (pid === undefined || inFlight.has(name) || isAnotherLiveProcess(Number(pid))) continue;
    await removeQuietly(join(folder, name), fileSystem);
  }
}

function isAnotherLiveProcess(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    return errorCode(error) === "EPERM";
  }
}

/** A leftover temporary file does no harm, and must not hide the first error; the next call tries again. */
async function removeQuietly(path: string, fileSystem: AtomicFileSystem): Promise<void> {
  await retryInterrupted(() => fileSystem.unlink(path)).catch(() => undefined);
}

async function retryInterrupted<Result>(call: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (errorCode(error) !== "EINTR" || attempt === INTERRUPTED_ATTEMPTS) throw error;
    }
  }
}

/**
 * Creates a file that must not exist yet: a reader sees all of it or nothing, and an existing file is never touched, since
 * linking a finished temporary file fails if the name is taken. `prefix` goes before names in the folder
 * (held-folder.ts). Rejects with the system's error, including `EEXIST`.
 */
export async function createFile(prefix: string, name: string, text: string): Promise<void> {
  const temporary = prefix + nameTemporary(name);
  try {
    await writeNew(temporary, text);
    await linkOrWrite(temporary, prefix + name, text);
  } finally {
    // If it cannot be removed, the next edit in the folder does.
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
