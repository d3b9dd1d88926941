// What a SQLite error means for the store: the kind of failure, in words for people.

import { StoreError, type StoreErrorKind } from "../../../ports/store/store-error.ts";
import { describeFileError } from "../../file-system/file-error.ts";

/** Primary result codes (sqlite.org/rescode.html); the extended code's low byte. */
const KINDS: Readonly<Record<number, StoreErrorKind>> = {
  3: "disk", // SQLITE_PERM
  5: "busy", // SQLITE_BUSY
  6: "busy", // SQLITE_LOCKED
  8: "disk", // SQLITE_READONLY
  10: "disk", // SQLITE_IOERR
  11: "corrupt", // SQLITE_CORRUPT
  13: "disk", // SQLITE_FULL
  14: "disk", // SQLITE_CANTOPEN
  26: "corrupt", // SQLITE_NOTADB
};

const SQLITE_ERROR = 1;
/** A short read is an I/O error to SQLite, but means that the file was truncated. */
const SQLITE_IOERR_SHORT_READ = 522;
/** All checks are of constants that we write: if one fails, the value was damaged. */
const SQLITE_CONSTRAINT_CHECK = 275;

const HINTS: Readonly<Record<StoreErrorKind, string>> = {
  corrupt:
    "Nothing to do: the next update moves the damaged file aside and makes a new one from the task files.",
  disk: "Free some space, or make .tasks/task_manager a folder writable for this user; the next update tries again.",
  busy: "Wait for the other tasks process to finish, or stop it.",
  newer: "Use the newer version of tasks, or move the file away: a new one is made from the task files.",
  closed: "This is a bug in tasks; please report it.",
};

/** The store failure for a SQLite or file system error; null for anything else, which is a bug and keeps its stack. */
export function toStoreError(error: unknown): StoreError | null {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return null;
  const kind = kindOf(error);
  return kind === null ? null : storeError(kind, describe(kind, error), { cause: error });
}

/** A store error; its hint defaults to the one for its kind. */
export function storeError(
  kind: StoreErrorKind,
  message: string,
  { hint = HINTS[kind], cause }: { readonly hint?: string; readonly cause?: unknown } = {},
): StoreError {
  return new StoreError({ kind, message, hint, cause });
}

/** For a stored value that does not have its expected shape. */
export function damagedValue(what: string, cause?: unknown): StoreError {
  return storeError("corrupt", `The store is damaged: ${what} cannot be read back.`, { cause });
}

function kindOf(error: Error): StoreErrorKind | null {
  const { code, errcode } = error as Error & { readonly code?: string; readonly errcode?: number };
  if (code === "ERR_SQLITE_ERROR" && errcode !== undefined) return kindOfResult(errcode, error.message);
  // The folder or file could not be made: ENOSPC, EROFS, EACCES, ENOTDIR and similar errors name the failed call.
  return "syscall" in error ? "disk" : null;
}

function kindOfResult(errcode: number, message: string): StoreErrorKind | null {
  if (errcode === SQLITE_IOERR_SHORT_READ || errcode === SQLITE_CONSTRAINT_CHECK) return "corrupt";
  if (errcode !== SQLITE_ERROR) return KINDS[errcode & 0xff] ?? null;
  // Migrations make every table: a missing one was lost, and one that is there too early has a damaged version in its
  // header. An unknown format is damage too.
  return /no such (table|column|index)|already exists|unsupported file format/.test(message)
    ? "corrupt"
    : null;
}

function describe(kind: StoreErrorKind, error: Error): string {
  const { errstr } = error as Error & { readonly errstr?: string };
  const said = errstr ?? describeFileError(error);
  switch (kind) {
    case "corrupt":
      return `The store is damaged: ${said}.`;
    case "busy":
      return "The store is in use by another process that does not release it.";
    default:
      return `The store cannot be used: ${said}.`;
  }
}
