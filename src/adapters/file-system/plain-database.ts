// A SQLite database in a plain file. SQLite follows a link in the database's place; for its log and shared memory it
// refuses one (os_unix.c opens them with O_NOFOLLOW), but with an error that does not say why.

import { realpathSync, type Stats } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync, type DatabaseSyncOptions } from "node:sqlite";
import { makePlainFile, statPlainFile } from "./plain-file.ts";

/** The log and the shared memory of a database in WAL mode. */
export const COMPANIONS = ["-wal", "-shm"] as const;

export type PlainDatabase = {
  readonly database: DatabaseSync;
  /** Null for a new one. */
  readonly before: Stats | null;
};

/** Opens it, or creates an empty one, private to its user. Throws ELOOP for a link. */
export function openPlainDatabase(file: string, options: DatabaseSyncOptions): PlainDatabase {
  const before = makePlainFile(file);
  for (const suffix of COMPANIONS) statPlainFile(file + suffix);
  const database = new DatabaseSync(file, options);
  try {
    assertOpenedAt(file, database);
    return { database, before };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Nothing has been written yet, so a link that was put there after the check has done no harm. */
function assertOpenedAt(file: string, database: DatabaseSync): void {
  if (process.platform === "win32") return;
  const expected = join(realpathSync.native(dirname(file)), basename(file));
  if (database.location() !== expected)
    throw Object.assign(new Error(`${basename(file)} is a link.`), { code: "ELOOP", syscall: "open" });
}

const SQLITE_BUSY = 5;

/** Another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}
