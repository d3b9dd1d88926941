// The life of the database handle. Every piece of work is one synchronous transaction, so transactions of one process
// never interleave; the promises around them are only the port's shape and the wait for a busy database.
//
// The file can be damaged, deleted or replaced under us (by another process that moved a damaged one aside, by
// `git clean -fdx`). So each piece of work first makes sure that the handle belongs to the file of that name:
//   closed -> open            first use, or after damage, deletion or replacement
//   open -> distrusted        work found damage: it fails, and the file is moved aside when next opened
//   open -> closed            the file is another one now, or the disk failed in the middle of something; also when its
//                             log was deleted (log-files.ts), after all of it was put into the database
//   any -> ended              close(); nothing is opened again

import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import type { StoreError } from "../../../ports/store/store-error.ts";
import { moveForeignAside, type StoreAdmission } from "../store-admission.ts";
import { type FileIdentity, identifyFile, isReadOnlyByDamage, moveDamagedAside } from "./damaged-file.ts";
import { emptyLog, identifyLogFiles, type LogFiles } from "./log-files.ts";
import { newerSchema } from "./migrations.ts";
import { type OpenedDatabase, openDatabase } from "./open-database.ts";
import { damagedValue, storeError, toStoreError } from "./sqlite-failure.ts";

/** Gives a prepared statement for the text; each text is compiled once per handle. */
export type Sql = (text: string) => StatementSync;

export type ConnectionSettings = {
  readonly file: string;
  /** Names the time in the name of a file that is moved aside. */
  readonly nowMs: () => number;
  /** Whether a store that is found is believed; without it every one is. */
  readonly admission?: StoreAdmission;
};

/** A publication of 10,000 tasks takes a tenth of this: whoever holds the database longer hangs. */
const BUSY_GIVE_UP_MS = 2_000;
const BUSY_PAUSE_MS = 20;
/** Whoever has a log open that was deleted looks into the store at least every 3 s (supervise-run.ts), and sees it. */
const DELETED_LOG_GIVE_UP_MS = 5_000;
/**
 * Moving the log into the database costs two fsyncs, and pages kept in memory 15 MB at 10,000 tasks: both are seen to
 * once nobody waits, for several pieces of work at a time.
 */
const REST_DELAY_MS = 5_000;

const LOST =
  "What it alone knew is lost: the activity feed, runs and their workers' reports, pause and acknowledgements, since when each task is in its group, the history of updates, and the last good version of files that cannot be read now.";

const LOG_LOST =
  "The store's log was deleted while no process had it open: what was changed last, up to some seconds before the last process ended, is lost. Look at the runs: tasks runs";

type Handle = {
  /** Counts the handles of this connection: what SQLite says of one tells nothing about another. */
  readonly number: number;
  readonly database: DatabaseSync;
  readonly identity: FileIdentity | null;
  readonly logFiles: LogFiles;
  readonly sql: Sql;
};

export class Connection {
  readonly notices: string[] = [];
  readonly #settings: ConnectionSettings;
  #handle: Handle | null = null;
  /** Set when what the file holds cannot be trusted: it is moved aside before it is opened again. */
  #damaged: FileIdentity | null = null;
  #hadFile = false;
  #ended = false;
  #handles = 0;
  #restTimer: NodeJS.Timeout | null = null;
  #hasWritten = false;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  /** Runs `work` in a read transaction: it sees one state of the store. */
  async read<Result>(work: (sql: Sql) => Result): Promise<Result> {
    const result = await this.#run("BEGIN", work);
    this.#scheduleRest();
    return result;
  }

  /** Runs `work` on what was read before: damage found then counts like damage found in a transaction. */
  async examine<Result>(work: () => Result): Promise<Result> {
    try {
      return work();
    } catch (error) {
      const failure = toStoreError(error);
      throw failure === null ? error : this.#settle(failure);
    }
  }

  /**
   * Runs `work` in a write transaction, taken at once so that nothing read in it can be out of date. Refused once a
   * newer version has changed the schema: that one could not read what this one writes.
   */
  write<Result>(work: (sql: Sql) => Result): Promise<Result> {
    return this.writeRuns((sql) => {
      const newer = newerSchema(sql);
      if (newer !== null) throw newer;
      return work(sql);
    });
  }

  /** The same, under a newer schema too, as long as it has what `work` needs. */
  async writeRuns<Result>(work: (sql: Sql) => Result): Promise<Result> {
    const result = await this.#run("BEGIN IMMEDIATE", work);
    this.#hasWritten = true;
    this.#scheduleRest();
    return result;
  }

  /** Another text than before when another connection has committed meanwhile, or the file is another one. */
  readMark(): string {
    try {
      const { number, sql } = this.#current();
      return `${number} ${sql("PRAGMA data_version").get()?.["data_version"]}`;
    } catch (error) {
      const failure = toStoreError(error);
      throw failure === null || failure.kind === "busy" ? error : this.#settle(failure);
    }
  }

  close(): void {
    this.#ended = true;
    if (this.#restTimer !== null) clearTimeout(this.#restTimer);
    this.#drop();
  }

  async #run<Result>(begin: string, work: (sql: Sql) => Result): Promise<Result> {
    const beganAtMs = performance.now();
    for (;;) {
      try {
        return this.#transact(begin, work);
      } catch (error) {
        const failure = toStoreError(error);
        if (failure === null) throw error;
        // Without a handle it is the opening that waits, for those who have a deleted log.
        const limitMs = this.#handle === null ? DELETED_LOG_GIVE_UP_MS : BUSY_GIVE_UP_MS;
        if (failure.kind !== "busy" || performance.now() - beganAtMs > limitMs) throw this.#settle(failure);
        await delay(BUSY_PAUSE_MS);
      }
    }
  }

  #transact<Result>(begin: string, work: (sql: Sql) => Result): Result {
    const { database, sql } = this.#current();
    sql(begin).run();
    try {
      const result = work(sql);
      sql("COMMIT").run();
      return result;
    } finally {
      if (database.isTransaction) sql("ROLLBACK").run();
    }
  }

  /** After damage or a failing disk the handle's state is anybody's guess: the next piece of work opens a new one. */
  #settle(told: StoreError): StoreError {
    const failure = this.#understand(told);
    if (failure.kind === "corrupt") this.#damaged ??= this.#handle?.identity ?? null;
    if (failure.kind === "corrupt" || failure.kind === "disk") this.#drop();
    return failure;
  }

  #understand(told: StoreError): StoreError {
    if (isReadOnlyByDamage(told, this.#settings.file)) return damagedValue("the header", told);
    // What cannot be read may be what a newer version wrote: that is no damage, and must not be moved aside.
    return told.kind === "corrupt" ? (this.#meetsNewer() ?? told) : told;
  }

  #meetsNewer(): StoreError | null {
    try {
      return this.#handle === null ? null : newerSchema(this.#handle.sql);
    } catch (error) {
      if (toStoreError(error) === null) throw error;
      return null;
    }
  }

  #current(): Handle {
    if (this.#ended) throw storeError("closed", "The store was used after it had been closed.");
    const { file } = this.#settings;
    if (this.#handle !== null && this.#handle.identity === identifyFile(file)) {
      if (this.#handle.logFiles === identifyLogFiles(file)) return this.#handle;
      emptyLog(this.#handle.database);
    }
    this.#drop();
    this.#handle = this.#open();
    return this.#handle;
  }

  #open(): Handle {
    const { file } = this.#settings;
    if (this.#damaged !== null) this.#moveAside(this.#damaged, "Part of it could not be read back.");
    this.#refuseForeignFolder();
    const found = identifyFile(file);
    if (found === null && this.#hadFile) {
      this.notices.push(`The store was deleted while in use, and a new one was made. ${LOST}`);
    }
    const { database, log } = this.#openBelieved(found);
    if (log === "lost") this.notices.push(LOG_LOST);
    this.#hadFile = true;
    this.#handles += 1;
    return {
      number: this.#handles,
      database,
      identity: identifyFile(file),
      logFiles: identifyLogFiles(file),
      sql: prepareOnce(database),
    };
  }

  #openBelieved(found: FileIdentity | null): OpenedDatabase {
    const { admission, file, nowMs } = this.#settings;
    const opened = this.#openOrReplace(found);
    try {
      const verdict = admission?.judge(opened, nowMs());
      if (verdict?.kind !== "foreign") {
        if (verdict?.notice) this.notices.push(verdict.notice);
        return opened;
      }
      opened.database.close();
      this.#moveForeignAside(verdict.why);
    } catch (error) {
      if (opened.database.isOpen) opened.database.close();
      throw error;
    }
    return this.#openBelieved(identifyFile(file));
  }

  #openOrReplace(found: FileIdentity | null): OpenedDatabase {
    try {
      return openDatabase(this.#settings.file);
    } catch (error) {
      const failure = toStoreError(error);
      if (failure?.kind !== "corrupt" || found === null) throw error;
      this.#moveAside(found, failure.message);
      return openDatabase(this.#settings.file);
    }
  }

  #refuseForeignFolder(): void {
    const why = this.#settings.admission?.judgeFolder() ?? null;
    if (why !== null) this.#moveForeignAside(why);
  }

  #moveForeignAside(why: string): void {
    const { file, nowMs } = this.#settings;
    const movedTo = moveForeignAside(dirname(file), nowMs());
    if (movedTo === null) return;
    this.notices.push(
      `A store was found that is not this folder's, so it was moved aside as ${movedTo}, and nothing in it was believed: ${why}`,
    );
  }

  #moveAside(damaged: FileIdentity, detail: string): void {
    const movedTo = moveDamagedAside(this.#settings.file, damaged, this.#settings.nowMs());
    this.#damaged = null;
    this.#hadFile = false;
    if (movedTo === null) return;
    this.notices.push(
      `The store was damaged, so it was moved aside as ${movedTo} and a new one was made from the task files. ${detail} ${LOST}`,
    );
  }

  #drop(): void {
    const handle = this.#handle;
    this.#handle = null;
    if (handle?.database.isOpen) handle.database.close();
  }

  #scheduleRest(): void {
    if (this.#restTimer !== null || this.#ended) return;
    this.#restTimer = setTimeout(() => {
      this.#restTimer = null;
      this.#rest();
    }, REST_DELAY_MS);
    this.#restTimer.unref();
  }

  #rest(): void {
    try {
      const { sql } = this.#current();
      if (this.#hasWritten) sql("PRAGMA wal_checkpoint(PASSIVE)").all();
      this.#hasWritten = false;
      sql("PRAGMA shrink_memory").all();
    } catch (error) {
      // Nobody waits for this: the next piece of work meets the same failure and reports it.
      const failure = toStoreError(error);
      if (failure === null) throw error;
      if (failure.kind !== "busy") this.#settle(failure);
    }
  }
}

function prepareOnce(database: DatabaseSync): Sql {
  const statements = new Map<string, StatementSync>();
  return (text) => {
    const known = statements.get(text);
    if (known !== undefined) return known;
    const statement = database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
}
