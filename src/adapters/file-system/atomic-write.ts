// Replaces a file so that a reader sees the whole old one or the whole new one, whatever happens in between: a temporary
// file in the same folder is written, made durable, renamed over the old one, and the folder made durable (R1, R2).

import { renameSync } from "node:fs";
import { type FileHandle, open, readdir, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { errorCode } from "./file-error.ts";
import type { ReplacedFile } from "./replaced-file.ts";

export type OpenFile = {
  /** All of it, or an error. */
  writeFile(text: string): Promise<void>;
  /** All of them at that place, or an error. */
  write(bytes: Buffer, position: number): Promise<void>;
  sync(): Promise<void>;
  chmod(mode: number): Promise<void>;
  close(): Promise<void>;
};

/** The calls that are made, as a record, so that tests can trace them and make each of them fail. */
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
  // At once: nothing comes between the last look at the old file and this.
  rename: async (from, to) => renameSync(from, to),
  unlink,
  readdir,
};

const PRIVATE_FILE_MODE = 0o600;
/** A signal may interrupt a call at any time; one that keeps being interrupted is a fault of its own. */
const INTERRUPTED_ATTEMPTS = 5;
/** Virus scanners and indexers hold a fresh file for a moment: waits of 10, 20, ... ms, a third of a second in all. */
const RENAME_ATTEMPTS = 6;
const RENAME_PAUSE_MS = 10;
const RENAME_HELD_CODES = ["EPERM", "EBUSY", "EACCES"];
/** Some file systems cannot make a folder durable; for them the rename is all there is. */
const FOLDER_SYNC_UNSUPPORTED_CODES = ["EINVAL", "ENOTSUP"];

export type AtomicWrite = {
  readonly file: string;
  /** The content, or what writes it to the new file. */
  readonly text: string | ((file: OpenFile) => Promise<void>);
  /** Without it the file is for its user only. */
  readonly mode?: number;
  /** The old file, where it must still be what was read; what it throws leaves that as it is. Closed here. */
  readonly replaces?: (backup: string) => ReplacedFile;
};

/**
 * Writes `text` to `file`. The folder must exist. On an error, which is the file system's
 * own, the old file is as it was and the temporary one is gone; one that could not be removed is by the next call.
 */
export async function writeFileAtomically(
  { file, text, mode, replaces }: AtomicWrite,
  fileSystem: AtomicFileSystem = nodeFileSystem,
): Promise<void> {
  const folder = dirname(file);
  await sweepTemporaryFiles(folder, fileSystem);
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

/** A disk that fills up, or a signal, may let a write end early. */
async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** Never falls back to writing over the old file: that is the one way to lose it (R4). */
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

/** Temporary files that this process is writing now. */
const inFlight = new Set<string>();
let written = 0;
/** With the process id it names this start of the process, also where every start has the id 1. */
const startedAtMs = Math.floor(performance.timeOrigin);

function nameTemporary(name: string): string {
  written += 1;
  return `.${name}.${process.pid}-${startedAtMs}-${written}.tmp`;
}

/** Removes what writers left behind that were killed, or could not remove it themselves. */
async function sweepTemporaryFiles(folder: string, fileSystem: AtomicFileSystem): Promise<void> {
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
    // EPERM: it is there, and somebody else's.
    return errorCode(error) === "EPERM";
  }
}

/** A temporary file that cannot be removed harms nobody, and must not hide why it was left; the next call tries again. */
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
