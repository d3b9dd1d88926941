// What an error of SQLite means for the store: which kind of failure, in words a person can use.

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
/** A short read is an I/O error to SQLite, but what it means is a file that was cut off. */
const SQLITE_IOERR_SHORT_READ = 522;
/** All checks are of constants that we write: one that fails was not written as it is read. */
const SQLITE_CONSTRAINT_CHECK = 275;

const HINTS: Readonly<Record<StoreErrorKind, string>> = {
  corrupt:
    "Nothing to do: the next update moves the damaged file aside and builds a new one from the task files.",
  disk: "Free some space, or make .tasks/task_manager a folder writable for this user; the next update tries again.",
  busy: "Wait for the other tasks process to finish, or end it.",
  newer: "Use the newer version of tasks, or move the file away and a new one is built from the task files.",
  closed: "This is a bug in tasks; please report it.",
};

/** The failure a SQLite or file system error stands for; null for anything else, which is a bug and keeps its stack. */
export function toStoreError(error: unknown): StoreError | null {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return null;
  const kind = kindOf(error);
  return kind === null ? null : storeError(kind, describe(kind, error), { cause: error });
}

/** A store error; without a hint of its own, with the one for its kind. */
export function storeError(
  kind: StoreErrorKind,
  message: string,
  { hint = HINTS[kind], cause }: { readonly hint?: string; readonly cause?: unknown } = {},
): StoreError {
  return new StoreError({ kind, message, hint, cause });
}

/** For a stored value that does not have the shape it was written with. */
export function damagedValue(what: string, cause?: unknown): StoreError {
  return storeError("corrupt", `The store is damaged: ${what} cannot be read back.`, { cause });
}

function kindOf(error: Error): StoreErrorKind | null {
  const { code, errcode } = error as Error & { readonly code?: string; readonly errcode?: number };
  if (code === "ERR_SQLITE_ERROR" && errcode !== undefined) return kindOfResult(errcode, error.message);
  // The folder or the file could not be made: ENOSPC, EROFS, EACCES, ENOTDIR and their kin carry the failed call.
  return "syscall" in error ? "disk" : null;
}

function kindOfResult(errcode: number, message: string): StoreErrorKind | null {
  if (errcode === SQLITE_IOERR_SHORT_READ || errcode === SQLITE_CONSTRAINT_CHECK) return "corrupt";
  if (errcode !== SQLITE_ERROR) return KINDS[errcode & 0xff] ?? null;
  // Every table is made by a migration: one that is missing was lost, one that is there too early has a header that
  // lies about its version. A format that never was is damage too.
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
      return "The store is in use by another process that does not let go of it.";
    default:
      return `The store cannot be used: ${said}.`;
  }
}
