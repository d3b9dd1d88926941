// The schema, as the list of steps that led to it. A step that has been released is never edited; a change is a new
// step at the end. `user_version` says how many have been done.
//
// Task rows and index records are stored as compact JSON (row-codec.ts, record-codec.ts): a change of those shapes is a
// step too, one that rewrites or drops what is stored.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { StoreError } from "../../ports/store-error.ts";
import { storeError } from "./sqlite-failure.ts";

/** "DfTk": tells our database from any other that was put in its place. */
export const APPLICATION_ID = 0x4466546b;

type Migration = (database: DatabaseSync) => void;

export const MIGRATIONS: readonly Migration[] = [
  (database) =>
    database.exec(`
      CREATE TABLE lease (
        only INTEGER PRIMARY KEY CHECK (only = 1), epoch INTEGER NOT NULL,
        holder_id TEXT, holder TEXT, expires_at_ms REAL NOT NULL, term_ms REAL NOT NULL
      ) STRICT;
      CREATE TABLE refresh_wishes (
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
  // Runs. Rows and header of a snapshot say more from here on: what lacks it goes, and the next cycle derives it again.
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
      DELETE FROM published;
      DELETE FROM attestation;
      DELETE FROM task_rows;
      DELETE FROM tombstones;
      DELETE FROM resume_point;
    `),
  // Pull requests. As before: a snapshot that says nothing of them goes, and the next cycle derives it again.
  (database) =>
    database.exec(`
      CREATE TABLE pull_requests (number INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
      CREATE TABLE pull_request_care (number INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
      CREATE TABLE look_ups (only INTEGER PRIMARY KEY CHECK (only = 1), body TEXT NOT NULL) STRICT;
      CREATE TABLE pull_requests_version (
        only INTEGER PRIMARY KEY CHECK (only = 1), version INTEGER NOT NULL
      ) STRICT;
      DELETE FROM published;
      DELETE FROM attestation;
      DELETE FROM task_rows;
      DELETE FROM tombstones;
      DELETE FROM resume_point;
    `),
];

/** How a statement is prepared: by a database, or by a connection that keeps it. */
type Prepare = (text: string) => StatementSync;

/** How many steps the database has had. */
export function readSchemaVersion(prepare: Prepare): number {
  return Number(prepare("PRAGMA user_version").get()?.["user_version"]);
}

/** The failure when a newer version made the database, or changed it while it was open here; null when none did. */
export function newerSchema(prepare: Prepare): StoreError | null {
  const version = readSchemaVersion(prepare);
  if (version <= MIGRATIONS.length) return null;
  return storeError(
    "newer",
    `The store was made by a newer version of tasks (its schema is ${version}, this version knows ${MIGRATIONS.length}).`,
  );
}

/** Does the steps that are missing, each in a transaction of its own, so that two processes can start at once. */
export function migrate(database: DatabaseSync): void {
  const prepare: Prepare = (text) => database.prepare(text);
  while (readSchemaVersion(prepare) < MIGRATIONS.length) {
    database.exec("BEGIN IMMEDIATE");
    try {
      migrateOnce(database, readSchemaVersion(prepare));
      database.exec("COMMIT");
    } finally {
      if (database.isTransaction) database.exec("ROLLBACK");
    }
  }
}

function migrateOnce(database: DatabaseSync, version: number): void {
  const step = MIGRATIONS[version];
  if (step === undefined) return;
  step(database);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version + 1}`);
}
