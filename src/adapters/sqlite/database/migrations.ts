// The schema, as the steps that led to it. A released step is never edited.
//
// What is stored is a contract with earlier versions: their supervisors run for hours after an upgrade, and so does the
// `tasks` on their workers' PATH (docs/adr/0014-an-older-supervisor-goes-on.md). So a change only adds: a new table, or
// a new column that is nullable or has a default. Older programs do not see additions; they keep unknown keys in a
// run's JSON, and do not touch columns that they do not name.
//
// MIGRATIONS is complete. `user_version` counts its steps, and a program refuses a store with a higher number: another
// step would lock out every older supervisor that has to reopen the store, and every older worker that reports, asks or
// finishes. New steps go to the end of ADDITIONS; the view `additions` counts them.
//
// An older program takes what it cannot read for damage. So values of a known column or key never change their form: no
// new run state, no longer task row (row-codec.ts), no other shape of an index record (record-codec.ts). Data that
// needs another shape goes into a table with a new name.

import type { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import type { StoreError } from "../../../ports/store/store-error.ts";
import { inTransaction, type Sql } from "./sql.ts";
import { storeError } from "./sqlite-failure.ts";

/** "DfTk": distinguishes our database from another one in its place. */
export const APPLICATION_ID = 0x4466546b;

type Migration = (database: DatabaseSync) => void;

const DELETE_SNAPSHOT =
  "DELETE FROM published; DELETE FROM attestation; DELETE FROM task_rows; DELETE FROM tombstones; DELETE FROM resume_point;";

export const MIGRATIONS: readonly Migration[] = [
  (database) =>
    database.exec(`
      CREATE TABLE lease (
        only INTEGER PRIMARY KEY CHECK (only = 1), epoch INTEGER NOT NULL,
        holder_id TEXT, holder TEXT, expires_at_ms REAL NOT NULL, term_ms REAL NOT NULL
      ) STRICT;
      CREATE TABLE refresh_wishes ( -- words-ok: stored
        only INTEGER PRIMARY KEY CHECK (only = 1), newest_id INTEGER NOT NULL, answered_id INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE published (
        only INTEGER PRIMARY KEY CHECK (only = 1), seq INTEGER NOT NULL, epoch INTEGER NOT NULL,
        published_at_ms REAL NOT NULL, header TEXT NOT NULL, tombstone_floor INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE attestation (only INTEGER PRIMARY KEY CHECK (only = 1), body TEXT NOT NULL) STRICT;
      CREATE TABLE task_rows (
        slug TEXT NOT NULL, prefix TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (slug, prefix)
      ) STRICT;
      CREATE INDEX task_rows_by_seq ON task_rows (seq);
      CREATE TABLE tombstones (key TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE INDEX tombstones_by_seq ON tombstones (seq);
      CREATE TABLE transitions (
        id INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL, at_ms REAL NOT NULL, key TEXT NOT NULL,
        owner TEXT, group_before TEXT, group_after TEXT, body TEXT NOT NULL
      ) STRICT;
      CREATE INDEX transitions_by_key ON transitions (key, id);
      CREATE INDEX transitions_by_owner ON transitions (owner, id);
      CREATE INDEX transitions_by_time ON transitions (at_ms);
      CREATE TABLE cycles (
        started_at_ms REAL PRIMARY KEY, ended_at_ms REAL, cause TEXT NOT NULL, outcome TEXT NOT NULL,
        reason TEXT, detail TEXT, tasks INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE index_leaves (
        from_path TEXT PRIMARY KEY, checksum INTEGER NOT NULL, body TEXT NOT NULL
      ) STRICT;
      CREATE TABLE commit_dates (
        only INTEGER PRIMARY KEY CHECK (only = 1), head TEXT NOT NULL, body TEXT NOT NULL
      ) STRICT;
    `),
  (database) =>
    database.exec(
      "CREATE TABLE resume_point (only INTEGER PRIMARY KEY CHECK (only = 1), body TEXT NOT NULL) STRICT",
    ),
  // Runs. Rows and header of a snapshot say more from here on: older ones are deleted, and the next cycle derives them
  // again.
  (database) =>
    database.exec(`
      CREATE TABLE runs (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, kind TEXT NOT NULL,
        state TEXT NOT NULL, since_ms REAL NOT NULL, epoch INTEGER NOT NULL, revision INTEGER NOT NULL,
        owner TEXT, host TEXT, port_block INTEGER, body TEXT NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX runs_open_by_key ON runs (key) WHERE state <> 'closed';
      CREATE UNIQUE INDEX runs_open_by_port_block ON runs (port_block) WHERE state <> 'closed';
      CREATE INDEX runs_open_in_order ON runs (number) WHERE state <> 'closed';
      CREATE INDEX runs_live ON runs (host, owner)
        WHERE state IN ('dispatching', 'running') AND kind = 'supervised';
      CREATE INDEX runs_closed_by_time ON runs (since_ms, number) WHERE state = 'closed';
      CREATE INDEX runs_by_key ON runs (key, number);
      CREATE TABLE pause (only INTEGER PRIMARY KEY CHECK (only = 1), body TEXT NOT NULL) STRICT;
      CREATE TABLE acknowledgements (
        key TEXT NOT NULL, code TEXT NOT NULL, at_ms REAL NOT NULL, until_ms REAL, body TEXT NOT NULL,
        PRIMARY KEY (key, code)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE runs_version (
        only INTEGER PRIMARY KEY CHECK (only = 1), version INTEGER NOT NULL
      ) STRICT;
      ${DELETE_SNAPSHOT}
    `),
  // Pull requests. Again, a snapshot without them is deleted, and the next cycle derives it again.
  (database) =>
    database.exec(`
      CREATE TABLE pull_requests (number INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
      CREATE TABLE pull_request_care (number INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
      CREATE TABLE look_ups (only INTEGER PRIMARY KEY CHECK (only = 1), body TEXT NOT NULL) STRICT;
      CREATE TABLE pull_requests_version (
        only INTEGER PRIMARY KEY CHECK (only = 1), version INTEGER NOT NULL
      ) STRICT;
      ${DELETE_SNAPSHOT}
    `),
];

/** Each must leave everything that earlier versions read and write as it was. */
export const ADDITIONS: readonly Migration[] = [
  // The store's id, and the folder it was made for (store-admission.ts).
  (database) =>
    database.exec(`CREATE TABLE identity (
      only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL, repository TEXT NOT NULL
    ) STRICT`),
  // Tasks that a person stopped (start-holds.ts).
  (database) =>
    database.exec(`CREATE TABLE stopped_tasks (
      key TEXT PRIMARY KEY, at_ms REAL NOT NULL, body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`),
  // Rows say more (row-codec.ts), and files are parsed differently.
  (database) => {
    database.exec("ALTER TABLE task_rows ADD COLUMN additions TEXT");
    parseAgain(database);
  },
  // When files were added: all commit dates are read again.
  (database) =>
    database.exec(`
      DELETE FROM commit_dates;
      ALTER TABLE commit_dates ADD COLUMN added TEXT NOT NULL DEFAULT '[]';
    `),
  // The progress of a cycle, and the staged rows of a very large publication (in-portions.ts).
  (database) =>
    database.exec(`
      ALTER TABLE cycles ADD COLUMN progress TEXT;
      CREATE TABLE staged_rows (
        slug TEXT NOT NULL, prefix TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, additions TEXT,
        PRIMARY KEY (slug, prefix)
      ) STRICT;
    `),
  // Kinds of workers whose stream was not understood (kind-holds.ts).
  (database) =>
    database.exec(
      "CREATE TABLE kind_holds (kind TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID",
    ),
  // Pauses of accounts, hosts and set-ups (pause-tables.ts), the ledger (ledger-tables.ts), notifications.
  (database) =>
    database.exec(`
      CREATE TABLE scoped_pauses (
        kind TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL, since_ms REAL NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (kind, name)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE account_windows (
        account TEXT NOT NULL, window TEXT NOT NULL, at_ms REAL NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (account, window)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE usage_records (
        run TEXT NOT NULL, started_at_ms REAL NOT NULL, hour_ms REAL NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (run, started_at_ms, hour_ms)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX usage_records_by_hour ON usage_records (hour_ms);
      CREATE TABLE slot_spans (
        from_ms REAL NOT NULL, host TEXT NOT NULL, to_ms REAL NOT NULL, body TEXT NOT NULL, PRIMARY KEY (from_ms, host)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX slot_spans_by_end ON slot_spans (to_ms);
      CREATE TABLE sleeps (
        from_ms REAL NOT NULL, host TEXT NOT NULL, to_ms REAL NOT NULL, PRIMARY KEY (from_ms, host)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE notifications (
        id TEXT PRIMARY KEY, state TEXT NOT NULL, at_ms REAL NOT NULL, next_try_ms REAL NOT NULL, body TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX notifications_by_time ON notifications (at_ms);
      CREATE INDEX notifications_waiting ON notifications (next_try_ms) WHERE state = 'waiting';
    `),
];

/** No file has this change time, so the next listing finds every file changed. */
const NO_TIME = -1;

/**
 * Makes every file be read and parsed again although its text is the same. Until then, and for a file that cannot be
 * read, the last good parse is kept; so is the time it changed.
 */
function parseAgain(database: DatabaseSync): void {
  database.exec("DELETE FROM resume_point");
  const write = database.prepare("UPDATE index_leaves SET checksum = ?, body = ? WHERE from_path = ?");
  for (const leaf of database.prepare("SELECT from_path, checksum, body FROM index_leaves").all()) {
    const body = String(leaf["body"]);
    // Damage stays as it is: reading reports it.
    if (crc32(body) !== leaf["checksum"]) continue;
    const records = (JSON.parse(body) as unknown[][]).map(([path, size, modified, , inode, , ...rest]) => [
      path,
      size,
      modified,
      NO_TIME,
      inode,
      "",
      ...rest,
    ]);
    const text = JSON.stringify(records);
    write.run(crc32(text), text, String(leaf["from_path"]));
  }
}

/** How many MIGRATIONS the database has had. */
export function readSchemaVersion(prepare: Sql): number {
  return Number(prepare("PRAGMA user_version").get()?.["user_version"]);
}

/** A failure if a newer version made the database, or changed it while it was open here; else null. */
export function newerSchema(prepare: Sql): StoreError | null {
  const version = readSchemaVersion(prepare);
  if (version <= MIGRATIONS.length) return null;
  return storeError(
    "newer",
    `The store was made by a newer version of tasks (its schema is ${version}, this version knows ${MIGRATIONS.length}).`,
  );
}

/** Runs the missing steps, each in its own transaction, so that two processes can start at once. */
export function migrate(database: DatabaseSync): void {
  const prepare: Sql = (text) => database.prepare(text);
  while (readSchemaVersion(prepare) < MIGRATIONS.length)
    inTransaction(database, () => migrateOnce(database, readSchemaVersion(prepare)));
  while (readAdditions(prepare) < ADDITIONS.length)
    inTransaction(database, () => addOnce(database, readAdditions(prepare)));
}

function migrateOnce(database: DatabaseSync, version: number): void {
  const step = MIGRATIONS[version];
  if (step === undefined) return;
  step(database);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version + 1}`);
}

/**
 * How many ADDITIONS the database has had; a newer version may have added more. The number is the text of a view, so
 * that opening a store only reads its schema.
 */
function readAdditions(prepare: Sql): number {
  if (prepare("SELECT 1 FROM sqlite_schema WHERE name = 'additions'").get() === undefined) return 0;
  return Number(prepare("SELECT done FROM additions").get()?.["done"]);
}

function addOnce(database: DatabaseSync, done: number): void {
  const step = ADDITIONS[done];
  if (step === undefined) return;
  step(database);
  database.exec(`DROP VIEW IF EXISTS additions; CREATE VIEW additions AS SELECT ${done + 1} AS done`);
}
