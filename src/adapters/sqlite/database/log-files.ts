// The two files beside a database in WAL mode: the log, which holds the latest commits, and the shared memory by which
// processes coordinate. If they are deleted while in use, processes that have them open keep using them, while others
// would start a second log. So a process that has them open moves their content into the database and closes them
// (connection.ts), and one that finds a database without a log makes sure that no process has one open (S28).

import { lstatSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { COMPANIONS, isBusy } from "../../file-system/plain-database.ts";
import { storeError } from "./sqlite-failure.ts";

/** Distinguishes the two files from others that had the same names. */
export type LogFiles = string;

export function identifyLogFiles(file: string): LogFiles {
  return COMPANIONS.map((suffix) => {
    const stats = lstatSync(file + suffix, { throwIfNoEntry: false });
    return stats === undefined ? "none" : `${stats.dev}:${stats.ino}`;
  }).join(" ");
}

/** `lost`: the log is gone but a process's shared memory is not, so the log was deleted. */
export type LogState = "whole" | "lost";

/**
 * For a database that already existed: if one of its two files is missing, takes the database exclusively, which fails
 * while another process has it open. Then throws a `busy` StoreError: that process closes it within seconds.
 */
export function assertLogUnused(file: string): LogState {
  const [hasLog, hasMemory] = COMPANIONS.map((suffix) => lstatSync(file + suffix, { throwIfNoEntry: false }));
  if (hasLog && hasMemory) return "whole";
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get();
  } catch (error) {
    // Opening it next finds any damage.
    if (isBusy(error))
      throw storeError("busy", "The store's log was deleted, and another process still has it open.");
  } finally {
    database.close();
  }
  return hasMemory && !hasLog ? "lost" : "whole";
}

/** Moves all of the log into the database. Throws a `busy` StoreError while other processes read or write. */
export function emptyLog(database: DatabaseSync): void {
  const result = database.prepare("PRAGMA wal_checkpoint(FULL)").get();
  const isDone = result?.["busy"] === 0 && result["log"] === result["checkpointed"];
  if (!isDone) throw storeError("busy", "The store's log was deleted while in use, and cannot be saved yet.");
}
