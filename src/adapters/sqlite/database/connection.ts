// The life cycle of the database handle. Each piece of work is one synchronous transaction, so the transactions of a
// process never interleave; the promises around them serve the port and the wait for a busy database.
//
// The file can be damaged, deleted or replaced while it is open (another process moved a damaged one aside,
// `git clean -fdx`). So each piece of work first checks that the handle belongs to the file with that name:
//   closed -> open            first use, or after damage, deletion or replacement
//   open -> damaged           work found damage: it fails, and the next open moves the file aside first
//   open -> closed            the file was replaced, or the disk failed halfway; also when the log was deleted
//                             (open-database.ts), once all of it was moved into the database
//   any -> ended              close(); never opened again

import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import type { StoreError } from "../../../ports/store/store-error.ts";
import { newerSchema } from "./migrations.ts";
import {
  type FileIdentity,
  identifyFile,
  isReadOnlyByDamage,
  moveDamagedAside,
  moveForeignAside,
} from "./move-aside.ts";
import {
  emptyLog,
  identifyLogFiles,
  type LogFiles,
  type OpenedDatabase,
  openDatabase,
} from "./open-database.ts";
import type { Sql } from "./sql.ts";
import { damagedValue, storeError, toStoreError } from "./sqlite-failure.ts";

export type ConnectionSettings = {
  readonly file: string;
  /** For the name of a file that is moved aside. */
  readonly nowMs: () => number;
  /** Decides whether a store that is found is trusted; without it, every store is. */
  readonly admission?: StoreAdmission;
};

export type StoreAdmission = {
  /** Why nothing in the state folder is trusted, as far as that shows without opening the store; else null. */
  judgeFolder(): string | null;
  /** For an opened store. Throws a StoreError when it cannot decide, or the store must not be touched. */
  judge(opened: Pick<OpenedDatabase, "database" | "isNew">, nowMs: number): Admission;
};

export type Admission =
  | { readonly kind: "trusted"; readonly notice: string | null }
  /** `why` completes "nothing in it was trusted: ". */
  | { readonly kind: "foreign"; readonly why: string };

/** A publication of 10,000 tasks takes a tenth of this: a process that holds the database longer hangs. */
const BUSY_GIVE_UP_MS = 2_000;
const BUSY_PAUSE_MS = 20;
/** A process with a deleted log open reads the store at least every 3 s (supervise-run.ts), and then notices. */
const DELETED_LOG_GIVE_UP_MS = 5_000;
/**
 * Moving the log into the database costs two fsyncs, and cached pages take 15 MB at 10,000 tasks: both are dealt with
 * once per several pieces of work, when nothing waits.
 */
const IDLE_DELAY_MS = 5_000;

const LOST =
  "What only the store knew is lost: the activity feed, runs and their workers' reports, the pause and acknowledgements, how long each task has been in its group, the update history, and the last good version of files that cannot be read now.";

const LOG_LOST =
  "The store's log was deleted while no process had it open. The last changes, up to some seconds before the last process ended, are lost. Check the runs: tasks runs";

type Handle = {
  /** Counts this connection's handles: SQLite's data_version only compares within one. */
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
  /** The file that was found damaged: it is moved aside before the next open. */
  #damaged: FileIdentity | null = null;
  #hadFile = false;
  #ended = false;
  #handles = 0;
  #idleTimer: NodeJS.Timeout | null = null;
  #hasWritten = false;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  /** Runs `work` in a read transaction: it sees one consistent state of the store. */
  async read<Result>(work: (sql: Sql) => Result): Promise<Result> {
    const result = await this.#run("BEGIN", work);
    this.#scheduleIdleWork();
    return result;
  }

  /** Runs `work` on data read earlier: damage found there counts like damage found in a transaction. */
  async examine<Result>(work: () => Result): Promise<Result> {
    try {
      return work();
    } catch (error) {
      const failure = toStoreError(error);
      throw failure === null ? error : this.#fail(failure);
    }
  }

  /**
   * Runs `work` in a write transaction, which begins immediately so that nothing read in it is out of date. Refused
   * when a newer version has changed the schema: it could not read what this version writes.
   */
  write<Result>(work: (sql: Sql) => Result): Promise<Result> {
    return this.writeRuns((sql) => {
      const newer = newerSchema(sql);
      if (newer !== null) throw newer;
      return work(sql);
    });
  }

  /** The same, but also under a newer schema, as long as it has what `work` needs. */
  async writeRuns<Result>(work: (sql: Sql) => Result): Promise<Result> {
    const result = await this.#run("BEGIN IMMEDIATE", work);
    this.#hasWritten = true;
    this.#scheduleIdleWork();
    return result;
  }

  /** Changes when another connection has committed, or the file was replaced. */
  readMark(): string {
    try {
      const { number, sql } = this.#current();
      return `${number} ${sql("PRAGMA data_version").get()?.["data_version"]}`;
    } catch (error) {
      const failure = toStoreError(error);
      throw failure === null || failure.kind === "busy" ? error : this.#fail(failure);
    }
  }

  close(): void {
    this.#ended = true;
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer);
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
        // Without a handle, opening is what waits: for processes that have a deleted log open.
        const limitMs = this.#handle === null ? DELETED_LOG_GIVE_UP_MS : BUSY_GIVE_UP_MS;
        if (failure.kind !== "busy" || performance.now() - beganAtMs > limitMs) throw this.#fail(failure);
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

  /** After damage or a disk failure the handle's state is unknown: the next piece of work opens a new one. */
  #fail(error: StoreError): StoreError {
    const failure = this.#classify(error);
    if (failure.kind === "corrupt") this.#damaged ??= this.#handle?.identity ?? null;
    if (failure.kind === "corrupt" || failure.kind === "disk") this.#drop();
    return failure;
  }

  #classify(error: StoreError): StoreError {
    if (isReadOnlyByDamage(error, this.#settings.file)) return damagedValue("the header", error);
    // What cannot be read may have been written by a newer version: then it is not damaged, and stays in place.
    return error.kind === "corrupt" ? (this.#findNewerSchema() ?? error) : error;
  }

  #findNewerSchema(): StoreError | null {
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
    const { file, admission } = this.#settings;
    if (this.#damaged !== null) this.#moveAside(this.#damaged, "Part of it could not be read back.");
    const foreign = admission?.judgeFolder() ?? null;
    if (foreign !== null) this.#moveForeignAside(foreign);
    const found = identifyFile(file);
    if (found === null && this.#hadFile) {
      this.notices.push(`The store was deleted while in use, so a new one was made. ${LOST}`);
    }
    const { database, log } = this.#openTrusted(found);
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

  #openTrusted(found: FileIdentity | null): OpenedDatabase {
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
    return this.#openTrusted(identifyFile(file));
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

  #moveForeignAside(why: string): void {
    const { file, nowMs } = this.#settings;
    const movedTo = moveForeignAside(dirname(file), nowMs());
    if (movedTo === null) return;
    this.notices.push(
      `A store was found that does not belong to this folder, so it was moved aside as ${movedTo} and nothing in it was trusted: ${why}`,
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

  #scheduleIdleWork(): void {
    if (this.#idleTimer !== null || this.#ended) return;
    this.#idleTimer = setTimeout(() => {
      this.#idleTimer = null;
      this.#idleWork();
    }, IDLE_DELAY_MS);
    this.#idleTimer.unref();
  }

  #idleWork(): void {
    try {
      const { sql } = this.#current();
      if (this.#hasWritten) sql("PRAGMA wal_checkpoint(PASSIVE)").all();
      this.#hasWritten = false;
      sql("PRAGMA shrink_memory").all();
    } catch (error) {
      // The next piece of work meets the same failure and reports it.
      const failure = toStoreError(error);
      if (failure === null) throw error;
      if (failure.kind !== "busy") this.#fail(failure);
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
