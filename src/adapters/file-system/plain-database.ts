// A SQLite database that is a file of ours and no link. SQLite follows a link in the database's own place; for its log
// and shared memory it refuses one by itself (os_unix.c opens them with O_NOFOLLOW), with an error that says nothing.

import { realpathSync, type Stats } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync, type DatabaseSyncOptions } from "node:sqlite";
import { makePlainFile, statPlainFile } from "./plain-file.ts";

/** The log and the shared memory of a database in WAL mode. */
export const COMPANIONS = ["-wal", "-shm"] as const;

export type PlainDatabase = {
  readonly database: DatabaseSync;
  /** As it was before; null for one that was made now. */
  readonly before: Stats | null;
};

/** Opens, and makes an empty one, private to its user, when there is none. Throws ELOOP for a link. */
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

/** Nothing has been written yet: a link that was put there after the look changes nothing elsewhere. */
function assertOpenedAt(file: string, database: DatabaseSync): void {
  if (process.platform === "win32") return;
  const expected = join(realpathSync.native(dirname(file)), basename(file));
  if (database.location() !== expected)
    throw Object.assign(new Error(`${basename(file)} is a link.`), { code: "ELOOP", syscall: "open" });
}
