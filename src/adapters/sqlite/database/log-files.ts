// The two files beside a database in WAL mode: its log, which holds what was committed last, and the shared memory by
// which processes agree about it. Deleted while in use they live on for those who have them open, unseen by all others,
// who would begin a second log beside the first. So whoever has them open puts their content into the database and lets
// go (connection.ts), and whoever finds a database without a log makes sure that nobody has one (S28).

import { lstatSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { COMPANIONS } from "../../file-system/plain-database.ts";
import { storeError } from "./sqlite-failure.ts";

/** Tells the two files that are there from any others of these names. */
export type LogFiles = string;

export function identifyLogFiles(file: string): LogFiles {
  return COMPANIONS.map((suffix) => {
    const stats = lstatSync(file + suffix, { throwIfNoEntry: false });
    return stats === undefined ? "none" : `${stats.dev}:${stats.ino}`;
  }).join(" ");
}

const SQLITE_BUSY = 5;

/** `lost`: the log is gone, and the shared memory of a process that used it is not, so somebody deleted it. */
export type LogState = "whole" | "lost";

/**
 * For a database that was there before: where one of its two files is missing, asks for the database alone, which
 * whoever has it open does not permit. Throws a `busy` StoreError then: they let go of it within seconds.
 */
export function assertLogUnused(file: string): LogState {
  const [hasLog, hasMemory] = COMPANIONS.map((suffix) => lstatSync(file + suffix, { throwIfNoEntry: false }));
  if (hasLog && hasMemory) return "whole";
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get();
  } catch (error) {
    const isBusy = error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
    // Damage is for the opening that follows to find.
    if (isBusy)
      throw storeError("busy", "The store's log was deleted, and another process still has it open.");
  } finally {
    database.close();
  }
  return hasMemory && !hasLog ? "lost" : "whole";
}

/** Puts all of the log into the database. Throws a `busy` StoreError while others read or write. */
export function emptyLog(database: DatabaseSync): void {
  const result = database.prepare("PRAGMA wal_checkpoint(FULL)").get();
  const isDone = result?.["busy"] === 0 && result["log"] === result["checkpointed"];
  if (!isDone) throw storeError("busy", "The store's log was deleted while in use, and cannot be saved yet.");
}
