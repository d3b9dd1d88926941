// Decides whether a store that is found is trusted: it starts workers, so one that came with the repository, or was
// made for another folder, must not be (S25). The user's own state folder, where no repository can write, remembers
// which store belongs to which folder:
//
//   its id is the one remembered for this folder      trusted; nothing else is checked
//   git tracks the state folder                       foreign
//   its id is remembered for a folder that has it     foreign: a copy
//   its id is remembered for a folder without it      trusted: the repository was moved here
//   a live process on this machine uses it            trusted without writing anything: that process has decided
//   unknown id, made for another folder               foreign; refused while it is in use
//   unknown id, made for this folder                  adopted; starts are paused if it has runs that could start
//   no id (a new store, or an earlier version's)      adopted in the same way
//
// A foreign store is moved aside with its whole state folder: prompts, logs and snapshot files came with it.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { MINUTE_MS } from "../../core/values/durations.ts";
import type { Pause } from "../../ports/store/run-store.ts";
import type { LeaseHolder } from "../../ports/store/store.ts";
import type { StoreError } from "../../ports/store/store-error.ts";
import { describeFileError } from "../file-system/file-error.ts";
import type { KnownStores } from "../user/known-stores.ts";
import type { Admission, StoreAdmission } from "./database/connection.ts";
import { identifyFile } from "./database/move-aside.ts";
import type { OpenedDatabase } from "./database/open-database.ts";
import { inTransaction, type Sql } from "./database/sql.ts";
import { storeError } from "./database/sqlite-failure.ts";
import { readLease } from "./tables/lease-table.ts";
import { writePause } from "./tables/start-holds.ts";

export type AdmissionSettings = {
  /** Absolute, without links. */
  readonly repository: string;
  /** Below the repository: `.tasks/task_manager/store.sqlite`. */
  readonly path: string;
  readonly known: KnownStores;
  /** Null when git cannot say. */
  readonly isTracked: () => boolean | null;
  /** Whether a lease's holder is alive on this machine. Its id contains boot and start time, so no file can forge it. */
  readonly isAliveHere: (holder: LeaseHolder) => boolean;
  /** The user said that a store with an unknown id is theirs, wherever it was made. */
  readonly adoptsAny: boolean;
};

const TRACKED =
  "git tracks it, so it came with the repository. Take it out of git: git rm -r --cached .tasks";
/** Longer than any lease that is granted: a later expiry is nonsense. */
const LEASE_MAX_MS = 10 * MINUTE_MS;
const HOLD_NOTE =
  "this store was not known on this machine: check its runs with `tasks runs`, then run `tasks resume`";

export function createStoreAdmission(settings: AdmissionSettings): StoreAdmission {
  const { repository, known, isTracked } = settings;
  return {
    judgeFolder: () =>
      withUserFolder(() => (known.idOf(repository) === null && isTracked() ? TRACKED : null)),
    judge: (opened, nowMs) => withUserFolder(() => judge(settings, opened, nowMs)),
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
  if (identity !== null && identity.id === expected) return { kind: "trusted", notice: null };
  if (!isNew && isTracked()) return { kind: "foreign", why: TRACKED };
  const origin = identity === null ? { kind: "unknown" as const } : findOrigin(settings, identity);
  if (origin.kind === "foreign") {
    assertUnused(sql, nowMs);
    return origin;
  }
  // Another home reads it (sudo, a container, the demo's shell): that must not pause starts.
  if (origin.kind === "unknown" && isInUseHere(settings, sql)) return { kind: "trusted", notice: null };
  const by = { by: "tasks", atMs: nowMs, note: HOLD_NOTE };
  const { id, isPaused } = inTransaction(database, () =>
    adoptStore(sql, { repository, pause: origin.kind === "moved" ? null : by }),
  );
  known.remember({ repository, store: id });
  if (origin.kind === "moved") {
    known.forget(origin.from);
    return {
      kind: "trusted",
      notice: `The repository was moved here from ${origin.from}; its runs came with it.`,
    };
  }
  const paused = `Its runs are kept and starts are paused: ${HOLD_NOTE}.`;
  return { kind: "trusted", notice: isPaused ? paused : null };
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
  { repository, path, known, adoptsAny }: AdmissionSettings,
  identity: StoreIdentity,
): Origin {
  const others = known.repositoriesOf(identity.id).filter((other) => other !== repository);
  const here = identifyFile(join(repository, path));
  // The same file under two paths is a folder that is mounted twice, not a copy.
  const copied = others.find((other) => ![null, here].includes(identifyFile(join(other, path))));
  if (copied !== undefined) {
    const why = `it is a copy of the store of ${copied}, so the same runs would be started twice.`;
    return { kind: "foreign", why };
  }
  const [from] = others;
  if (from !== undefined) return { kind: "moved", from };
  if (identity.repository === repository || adoptsAny) return { kind: "unknown" };
  const why = `it was made for ${identity.repository}, not for this folder. If it is yours, end every tasks process here, put that folder back in place and run: TASKS_ADOPT_STORE=yes tasks runs`;
  return { kind: "foreign", why };
}

/** The folder may be in use under another path, as in a container: its store must not be moved away from there. */
function assertUnused(sql: Sql, nowMs: number): void {
  const endMs = readLease(sql)?.expiresAtMs;
  if (endMs === undefined || endMs <= nowMs || endMs > nowMs + LEASE_MAX_MS) return;
  throw storeError(
    "busy",
    "The store was made for this folder under another path, and a runner is using it there.",
    { hint: "Use it from there, or end that runner and run here: TASKS_ADOPT_STORE=yes tasks runs" },
  );
}

/** The user's state folder may be full or read-only; then nothing can be decided, and no store is trusted. */
function withUserFolder<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw userFolderFailure(error) ?? error;
  }
}

function userFolderFailure(error: unknown): StoreError | null {
  if (!(error instanceof Error) || !("syscall" in error)) return null;
  return storeError(
    "disk",
    `The store cannot be used, because your state folder, which remembers the store of each repository, cannot be used: ${describeFileError(error)}.`,
    {
      hint: "Make it writable (~/.local/state/dataface-tasks, or wherever XDG_STATE_HOME or TASKS_HOME puts it), or choose another folder: TASKS_HOME=<folder>",
      cause: error,
    },
  );
}

/** The store's id, and the folder it was made for. Older programs leave both alone. */
type StoreIdentity = { readonly id: string; readonly repository: string };

/** Null for a store that was never adopted: a new one, or one of an earlier version. */
function readIdentity(sql: Sql): StoreIdentity | null {
  const row = sql("SELECT id, repository FROM identity").get();
  return row === undefined ? null : { id: String(row["id"]), repository: String(row["repository"]) };
}

/** Keeps an id it already has. With `pause`, starts are paused if a run in it could start a worker. */
function adoptStore(
  sql: Sql,
  { repository, pause }: { readonly repository: string; readonly pause: Pause | null },
): { readonly id: string; readonly isPaused: boolean } {
  sql(
    "INSERT INTO identity VALUES (1, ?, ?) ON CONFLICT (only) DO UPDATE SET repository = excluded.repository",
  ).run(randomUUID(), repository);
  const id = readIdentity(sql)?.id ?? "";
  const isPaused = pause !== null && hasWork(sql) && sql("SELECT 1 FROM pause").get() === undefined;
  if (isPaused) {
    const label = { key: "", title: "", owner: null, group: null };
    writePause(sql, { pause, action: { kind: "acted", action: "pause", ...label, ...pause } });
  }
  return { id, isPaused };
}

function hasWork(sql: Sql): boolean {
  const open = sql("SELECT 1 FROM runs WHERE state <> 'closed' AND kind = 'supervised' LIMIT 1");
  return open.get() !== undefined;
}
