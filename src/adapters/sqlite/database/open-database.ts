// Opens the database file: private to its user, checked to be ours and not newer than this program, migrated, and set
// up.

import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { openPlainDatabase } from "../../file-system/plain-database.ts";
import { statPlainFile } from "../../file-system/plain-file.ts";
import { OTHERS_MODE_BITS, PRIVATE_FILE_MODE } from "../../file-system/private-modes.ts";
import { prepareStateFolder } from "../../file-system/state-folder.ts";
import { assertLogUnused, type LogState } from "./log-files.ts";
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
