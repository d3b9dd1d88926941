// Changes task files on disk: the adapter of the port TaskWriter. Reading, changing and replacing happen under one lock
// against our other edits; editors and git do not use it, so the file is checked again right before and after it is
// replaced (replaced-file.ts).

import { hash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import type { RelativePath } from "../../core/contract/task.ts";
import type { CreateResult, RewriteResult, TaskWriter, WriteFailure } from "../../ports/tree/task-writer.ts";
import {
  type AtomicFileSystem,
  createFile,
  nodeFileSystem,
  writeFileAtomically,
} from "../file-system/atomic-write.ts";
import { describeFileError, errorCode } from "../file-system/file-error.ts";
import { type HeldFolder, holdFolder } from "../file-system/held-folder.ts";
import { isBusy, openPlainDatabase } from "../file-system/plain-database.ts";
import { holdReplacedFile } from "../file-system/replaced-file.ts";
import { prepareStateFolder } from "../file-system/state-folder.ts";
import { createTreeReader, plainTreePath } from "./tree-reader.ts";

export type TaskWriterSettings = {
  /** The repository's absolute path. */
  readonly root: string;
  /** Absolute, below the state folder. */
  readonly lockFile: string;
  readonly fileSystem?: AtomicFileSystem;
};

export function createTaskWriter(settings: TaskWriterSettings): TaskWriter {
  return {
    rewrite: (path, change) => locked(settings, () => rewrite(settings, path, change)),
    create: (path, text) => locked(settings, () => create(settings, path, text)),
  };
}

async function locked<Result>(
  { lockFile }: TaskWriterSettings,
  work: () => Promise<Result>,
): Promise<Result | WriteFailure> {
  let lock: DatabaseSync | null = null;
  try {
    prepareStateFolder(dirname(lockFile));
    lock = openPlainDatabase(lockFile, { timeout: 0 }).database;
    return (await takeLock(lock)) ? await work() : { kind: "busy" };
  } catch (error) {
    const detail = refusalOf(error);
    // Anything else is the caller's: an error thrown by `change`, or a bug.
    if (detail === null) throw error;
    return { kind: "failed", detail, cause: error };
  } finally {
    lock?.close();
  }
}

function refusalOf(error: unknown): string | null {
  const code = errorCode(error);
  if (code === "ERR_SQLITE_ERROR")
    return `the edit lock cannot be taken: ${String((error as Error).message)}`;
  return /^E[A-Z0-9]+$/.test(code) ? describeFileError(error) : null;
}

async function rewrite(
  { root, fileSystem = nodeFileSystem }: TaskWriterSettings,
  path: string,
  change: (text: string) => string | null,
): Promise<RewriteResult> {
  const read = await createTreeReader({ root }).read(path);
  if (read.kind !== "text") return read;
  const text = change(read.text);
  if (text === null) return { kind: "left" };
  if (hash("sha256", read.text) !== read.hash) return { kind: "refused", reason: "not_utf8" };
  const folder = holdFolder(dirname(`${await realpath(root)}/${read.path}`));
  if (folder === null) return { kind: "refused", reason: "link" };
  const file = folder.prefix + basename(read.path);
  try {
    const replaces = (backup: string) =>
      holdReplacedFile({
        file,
        backup,
        isAsRead: (bytes) => hash("sha256", bytes) === read.hash,
        changed: () => new ChangedMeanwhile(),
      });
    await writeFileAtomically({ file, text, replaces }, fileSystem);
    return { kind: "written" };
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return { kind: "changed" };
    throw error;
  } finally {
    folder.close();
  }
}

class ChangedMeanwhile extends Error {}

async function create({ root }: TaskWriterSettings, path: RelativePath, text: string): Promise<CreateResult> {
  const plain = plainTreePath(path);
  if (plain === null) return { kind: "refused", reason: "outside" };
  const folder = holdOrMake(dirname(`${await realpath(root)}/${plain}`));
  if (folder === null) return { kind: "refused", reason: "link" };
  try {
    await createFile(folder.prefix, basename(plain), text);
    return { kind: "written" };
  } catch (error) {
    if (errorCode(error) === "EEXIST") return { kind: "exists" };
    throw error;
  } finally {
    folder.close();
  }
}

/** Creates the folder in its parent if it is missing; null if a link is in the path. */
function holdOrMake(absolute: string): HeldFolder | null {
  const there = holdFolder(absolute);
  if (there !== null) return there;
  const parent = holdFolder(dirname(absolute));
  if (parent === null) return null;
  try {
    mkdirSync(parent.prefix + basename(absolute));
  } catch (error) {
    // A link of that name, or another process was faster: holding the folder shows which.
    if (errorCode(error) !== "EEXIST") throw error;
  } finally {
    parent.close();
  }
  return holdFolder(absolute);
}

/** An edit takes milliseconds; a queue of fifty takes far less. */
const GIVE_UP_MS = 10_000;
const PAUSE_MS = 10;

/**
 * One edit at a time across all processes; false if another process keeps the lock. It is SQLite's on an empty file: the
 * system releases it when its holder dies, which a lock based on a file's existence cannot guarantee.
 */
async function takeLock(database: DatabaseSync): Promise<boolean> {
  const giveUpAtMs = performance.now() + GIVE_UP_MS;
  for (;;) {
    try {
      database.exec("BEGIN EXCLUSIVE");
      return true;
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
    if (performance.now() > giveUpAtMs) return false;
    await delay(PAUSE_MS);
  }
}
