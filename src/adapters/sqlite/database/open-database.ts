// Opens the database file: private to its user, checked to be ours and not newer than this program, migrated, and set
// up.

import { chmodSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { COMPANIONS, isBusy, openPlainDatabase } from "../../file-system/plain-database.ts";
import { statPlainFile } from "../../file-system/plain-file.ts";
import { OTHERS_MODE_BITS, PRIVATE_FILE_MODE } from "../../file-system/private-modes.ts";
import { prepareStateFolder } from "../../file-system/state-folder.ts";
import { APPLICATION_ID, migrate, newerSchema, readSchemaVersion } from "./migrations.ts";
import { storeError } from "./sqlite-failure.ts";

/**
 * How long SQLite itself waits for another process's transaction. Short, because it blocks the whole process; the
 * connection waits longer between attempts, without blocking.
 */
const BUSY_TIMEOUT_MS = 50;
/** Publishing writes large rows in bulk: pages larger than SQLite's 4 KB save a third of the time. */
const PAGE_SIZE_BYTES = 16384;
/** Fits the pages of a publication of 10,000 tasks, so that none is written twice. */
const CACHE_KB = 65_536;

export type OpenedDatabase = {
  readonly database: DatabaseSync;
  /** It did not exist before. */
  readonly isNew: boolean;
  readonly log: LogState;
};

/** Opens or creates it. Throws SQLite's and the file system's errors, or a StoreError. */
export function openDatabase(file: string): OpenedDatabase {
  prepareStateFolder(dirname(file));
  const log = statPlainFile(file) === null ? "whole" : assertLogUnused(file);
  const { database, before } = openPlainDatabase(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    // SQLite gives its log and shared memory the mode of the database, so only this file needs care.
    if (before !== null && (before.mode & OTHERS_MODE_BITS) !== 0) chmodSync(file, PRIVATE_FILE_MODE);
    setUp(database);
    return { database, isNew: before === null, log };
  } catch (error) {
    database.close();
    throw error;
  }
}

function setUp(database: DatabaseSync): void {
  // Before anything that could write: a newer version's database stays as it is.
  const prepare = (text: string) => database.prepare(text);
  const newer = newerSchema(prepare);
  if (newer !== null) throw newer;
  const version = readSchemaVersion(prepare);
  if (version < 0) throw storeError("corrupt", "The store is damaged: its schema has a version below zero.");
  if (version > 0 || hasTables(database)) refuseForeign(database);
  database.exec(`PRAGMA page_size = ${PAGE_SIZE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    PRAGMA cache_size = -${CACHE_KB}; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON; PRAGMA wal_autocheckpoint = 0`);
  migrate(database);
}

function hasTables(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() !== undefined;
}

function refuseForeign(database: DatabaseSync): void {
  const id = database.prepare("PRAGMA application_id").get()?.["application_id"];
  if (id !== APPLICATION_ID)
    throw storeError("corrupt", "The store is damaged: it is another program's database.");
}

// The two files beside a database in WAL mode: the log, which holds the latest commits, and the shared memory by which
// processes coordinate. If they are deleted while in use, processes that have them open keep using them, while others
// would start a second log. So a process that has them open moves their content into the database and closes them
// (connection.ts), and one that finds a database without a log makes sure that no process has one open (S28).

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
function assertLogUnused(file: string): LogState {
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
