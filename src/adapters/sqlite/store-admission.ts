// Decides whether a store that is found is believed. What it says starts workers, so one that came with the repository,
// or was made for another folder, must not be (S25). Which store belongs here is remembered in the user's own state
// folder, where no repository can write:
//
//   the id that is remembered for this folder     believed; nothing else is looked at
//   git tracks the state folder                   foreign
//   a copy: remembered for a folder that has it   foreign
//   remembered for a folder that has it no more   believed: the repository was moved here
//   a live process of this machine works with it  believed, and nothing is written: that process has judged it
//   of an unknown id, made for another folder     foreign; in use by somebody: refused
//   of an unknown id, made for this folder        taken on, and starts are held while it has runs that could start
//   without an id (a new one, an earlier version) taken on in the same way
//
// What is foreign is moved aside with the whole state folder, since prompts, logs and snapshot files came the same way.

import { lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { Pause } from "../../ports/store/run-store.ts";
import type { LeaseHolder } from "../../ports/store/store.ts";
import type { StoreError } from "../../ports/store/store-error.ts";
import { describeFileError } from "../file-system/file-error.ts";
import type { KnownStores } from "../user/known-stores.ts";
import type { Sql } from "./database/connection.ts";
import type { OpenedDatabase } from "./database/open-database.ts";
import { storeError } from "./database/sqlite-failure.ts";
import { readIdentity, readLeaseEnd, type StoreIdentity, takeOn } from "./store-identity.ts";
import { readLease } from "./tables/lease-table.ts";

export type AdmissionSettings = {
  /** Absolute and real. */
  readonly repository: string;
  /** Below the repository: `.tasks/task_manager/store.sqlite`. */
  readonly path: string;
  readonly known: KnownStores;
  /** Null when git cannot say. */
  readonly isTracked: () => boolean | null;
  /** Whether a process that holds the lease lives on this machine. Its id holds the boot and start: no file can forge it. */
  readonly isAliveHere: (holder: LeaseHolder) => boolean;
  /** A person said so: a store of an unknown id is theirs, wherever it was made. */
  readonly takesOnAny: boolean;
};

export type StoreAdmission = {
  /** Why nothing in the state folder is believed, as far as that can be said without opening the store; else null. */
  judgeFolder(): string | null;
  /** Of a store that has been opened. Throws StoreError when it cannot be told, or must not be touched. */
  judge(opened: Pick<OpenedDatabase, "database" | "isNew">, nowMs: number): Admission;
};

export type Admission =
  | { readonly kind: "believed"; readonly notice: string | null }
  /** `why` completes "nothing in it was believed: ". */
  | { readonly kind: "foreign"; readonly why: string };

const TRACKED =
  "git tracks it, so it came with the repository. Take it out of git: git rm -r --cached .tasks";
/** Longer leases than any that is given: an expiry beyond is nonsense. */
const LEASE_MAX_MS = 10 * 60_000;
const HOLD_NOTE =
  "this store was not known on this machine: look at its runs with `tasks runs`, then `tasks resume`";

export function createStoreAdmission(settings: AdmissionSettings): StoreAdmission {
  const { repository, known, isTracked } = settings;
  return {
    judgeFolder: () => readOwn(() => (known.idOf(repository) === null && isTracked() ? TRACKED : null)),
    judge: (opened, nowMs) => readOwn(() => judge(settings, opened, nowMs)),
  };
}

function judge(
  settings: AdmissionSettings,
  { database, isNew }: Pick<OpenedDatabase, "database" | "isNew">,
  nowMs: number,
): Admission {
  const { repository, known, isTracked } = settings;
  const sql: Sql = (text) => database.prepare(text);
  const identity = readIdentity(sql);
  const expected = known.idOf(repository);
  if (identity !== null && identity.id === expected) return { kind: "believed", notice: null };
  if (!isNew && isTracked()) return { kind: "foreign", why: TRACKED };
  const origin = identity === null ? { kind: "unknown" as const } : findOrigin(settings, identity);
  if (origin.kind === "foreign") {
    assertUnused(sql, nowMs);
    return origin;
  }
  // Another home looks in (sudo, a container, the demo's shell): looking holds nobody's starts.
  if (origin.kind === "unknown" && isInUseHere(settings, sql)) return { kind: "believed", notice: null };
  const by = { by: "tasks", atMs: nowMs, note: HOLD_NOTE };
  const { id, isPaused } = inTransaction(database, () =>
    takeOn(sql, { repository, pause: origin.kind === "moved" ? null : by }),
  );
  known.remember({ repository, store: id });
  if (origin.kind === "moved") {
    known.forget(origin.from);
    return {
      kind: "believed",
      notice: `The repository was moved here from ${origin.from}; its runs came with it.`,
    };
  }
  return { kind: "believed", notice: isPaused ? heldNotice(by) : null };
}

function heldNotice({ note }: Pick<Pause, "note">): string {
  return `Its runs are kept and starts are paused: ${note}.`;
}

function isInUseHere({ isAliveHere }: AdmissionSettings, sql: Sql): boolean {
  const lease = readLease(sql);
  return lease !== null && isAliveHere(lease.holder);
}

type Origin =
  | { readonly kind: "unknown" }
  | { readonly kind: "moved"; readonly from: string }
  | Extract<Admission, { kind: "foreign" }>;

function findOrigin(
  { repository, path, known, takesOnAny }: AdmissionSettings,
  identity: StoreIdentity,
): Origin {
  const others = known.repositoriesOf(identity.id).filter((other) => other !== repository);
  const here = identify(join(repository, path));
  // The same file under two paths is no copy: a folder that is mounted twice.
  const copied = others.find((other) => ![null, here].includes(identify(join(other, path))));
  if (copied !== undefined) {
    const why = `it is a copy of the one of ${copied}, and the same runs would be started twice.`;
    return { kind: "foreign", why };
  }
  const [from] = others;
  if (from !== undefined) return { kind: "moved", from };
  if (identity.repository === repository || takesOnAny) return { kind: "unknown" };
  const why = `it was made for ${identity.repository}, not for this folder. If it is yours, end every tasks process here, put that folder back in its place and run: TASKS_ADOPT_STORE=yes tasks runs`;
  return { kind: "foreign", why };
}

function identify(file: string): string | null {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
}

/** One and the same folder may have another path elsewhere, as in a container: its store is not to be pulled away. */
function assertUnused(sql: Sql, nowMs: number): void {
  const endMs = readLeaseEnd(sql);
  if (endMs === null || endMs <= nowMs || endMs > nowMs + LEASE_MAX_MS) return;
  throw storeError(
    "busy",
    "The store was made for this folder under another path, and a runner there is at work with it.",
    { hint: "Work with it from there; or end that runner, and here run: TASKS_ADOPT_STORE=yes tasks runs" },
  );
}

function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } finally {
    if (database.isTransaction) database.exec("ROLLBACK");
  }
}

/** The user's own folder may be full or read-only as well; then nothing can be told, and nothing is believed. */
function readOwn<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw ownFolderFailure(error) ?? error;
  }
}

function ownFolderFailure(error: unknown): StoreError | null {
  if (!(error instanceof Error) || !("syscall" in error)) return null;
  return storeError(
    "disk",
    `The store cannot be used: which one belongs here is remembered in your own state folder, and that cannot be used: ${describeFileError(error)}.`,
    {
      hint: "Make it (~/.local/state/dataface-tasks, or where XDG_STATE_HOME or TASKS_HOME puts it) a folder you can write to, or name another place: TASKS_HOME=<folder>",
      cause: error,
    },
  );
}

/** Enough to look at what happened. */
const FOREIGN_FOLDERS_KEEP_COUNT = 3;

/** Moves the folder aside and returns its new base name; null when it is gone already. */
export function moveForeignAside(folder: string, nowMs: number): string | null {
  const prefix = `${folder}.foreign-`;
  const wanted = prefix + new Date(nowMs).toISOString().replaceAll(":", "-");
  let target = wanted;
  for (let count = 2; identify(target) !== null; count += 1) target = `${wanted}-${count}`;
  if (identify(folder) === null) return null;
  renameSync(folder, target);
  const moved = readdirSync(dirname(folder)).filter((name) => name.startsWith(basename(prefix)));
  for (const name of moved.sort().slice(0, -FOREIGN_FOLDERS_KEEP_COUNT))
    rmSync(join(dirname(folder), name), { recursive: true, force: true });
  return basename(target);
}
