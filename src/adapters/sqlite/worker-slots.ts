// Slots for workers, in a small database in the user's state folder: SQLite's lock is released when a process dies
// halfway, and nothing stays half-done. Each call opens and closes it, since there may be fifty supervisors.

import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { ProcessIdentity } from "../../core/contract/run.ts";
import { nextLaunchMs } from "../../core/pause/spaced-start.ts";
import type { Presence } from "../../core/run/observation.ts";
import { DAY_MS } from "../../core/values/durations.ts";
import type { SlotClaim, SlotRequest, WorkerSlots } from "../../ports/runs/worker-slots.ts";
import { openPlainDatabase } from "../file-system/plain-database.ts";
import { prepareUserFolder } from "../user/user-folders.ts";
import { inTransaction } from "./database/sql.ts";

export type WorkerSlotsSettings = {
  /** The user's state folder, absolute. */
  readonly stateFolder: string;
  /** Absolute: the repository. */
  readonly root: string;
  readonly see: (identity: ProcessIdentity) => Presence;
  readonly nowMs: () => number;
};

const FILE = "worker-slots.sqlite";
/** Each process holds the lock for a millisecond. */
const BUSY_TIMEOUT_MS = 5_000;
const LAST_PORT = 65_535;
/** Processes of another container or host that shares the folder cannot be checked: their rows expire after this. */
const UNSEEN_KEEP_MS = 30 * DAY_MS;

/** Accounts that started nothing for so long are forgotten. */
const LAUNCH_KEEP_MS = DAY_MS;

const SCHEMA = `CREATE TABLE IF NOT EXISTS launches (account TEXT PRIMARY KEY, at_ms REAL NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS slots (
  run TEXT PRIMARY KEY, root TEXT NOT NULL, holder_id TEXT NOT NULL, holder_host TEXT NOT NULL,
  holder_pid INTEGER NOT NULL, first_port INTEGER NOT NULL, ports INTEGER NOT NULL, at_ms REAL NOT NULL
) STRICT, WITHOUT ROWID`;

/** Methods throw what the file system and SQLite throw. */
export function createWorkerSlots(settings: WorkerSlotsSettings): WorkerSlots {
  return {
    claim: (request) => change(settings, (database) => claim(database, settings, request)),
    adopt: ({ firstPort, ...slot }) =>
      change(settings, (database) => {
        const isFree = !readLive(database, settings).some(
          (other) => other.run !== slot.run && overlaps(other, { firstPort, ports: slot.ports }),
        );
        if (isFree) write(database, settings, { ...slot, firstPort });
        return isFree;
      }),
    release: ({ run, holder }) =>
      change(settings, (database) => {
        database.prepare("DELETE FROM slots WHERE run = ? AND holder_id = ?").run(run, holder.id);
      }),
    claimLaunch: (account) =>
      change(settings, (database) => claimLaunch(database, account, settings.nowMs())),
    countElsewhere: () =>
      change(
        settings,
        (database) => readLive(database, settings).filter(({ root }) => root !== settings.root).length,
      ),
  };
}

type Slot = {
  readonly run: string;
  readonly root: string;
  readonly firstPort: number;
  readonly ports: number;
};

function claim(database: DatabaseSync, settings: WorkerSlotsSettings, request: SlotRequest): SlotClaim {
  const others = readLive(database, settings).filter(({ run }) => run !== request.run);
  if (others.length >= request.limit) return { kind: "full" };
  const firstPort = findBlock(request, others);
  if (firstPort === null) return { kind: "no_ports" };
  write(database, settings, { ...request, firstPort });
  return { kind: "claimed", firstPort };
}

function claimLaunch(database: DatabaseSync, account: string, nowMs: number): number {
  const last = database.prepare("SELECT at_ms FROM launches WHERE account = ?").get(account);
  const atMs = nextLaunchMs(last === undefined ? null : Number(last["at_ms"]), nowMs);
  database.prepare("DELETE FROM launches WHERE at_ms < ?").run(nowMs - LAUNCH_KEEP_MS);
  database.prepare("INSERT OR REPLACE INTO launches VALUES (?, ?)").run(account, atMs);
  return atMs;
}

/** The block that the run had, or else the lowest free one; null when none is left. */
function findBlock(
  { portBase, ports, preferred, avoid }: SlotRequest,
  others: readonly Pick<Slot, "firstPort" | "ports">[],
): number | null {
  const taken = [...others, ...avoid.map((firstPort) => ({ firstPort, ports }))];
  const isFree = (firstPort: number) =>
    firstPort + ports - 1 <= LAST_PORT && !taken.some((other) => overlaps(other, { firstPort, ports }));
  if (preferred !== null && preferred >= portBase && isFree(preferred)) return preferred;
  for (let firstPort = portBase; firstPort + ports - 1 <= LAST_PORT; firstPort += ports)
    if (isFree(firstPort)) return firstPort;
  return null;
}

function overlaps(a: Pick<Slot, "firstPort" | "ports">, b: Pick<Slot, "firstPort" | "ports">): boolean {
  return a.firstPort < b.firstPort + b.ports && b.firstPort < a.firstPort + a.ports;
}

/** The slots of live processes; those of dead ones are deleted. */
function readLive(database: DatabaseSync, { see, nowMs }: WorkerSlotsSettings): readonly Slot[] {
  const rows = database.prepare("SELECT * FROM slots ORDER BY run").all();
  return rows.flatMap((row) => {
    const holder = {
      id: String(row["holder_id"]),
      host: String(row["holder_host"]),
      pid: Number(row["holder_pid"]),
    };
    const presence = see(holder);
    const isOld = nowMs() - Number(row["at_ms"]) > UNSEEN_KEEP_MS;
    if (presence === "gone" || (presence === "unknown" && isOld))
      database.prepare("DELETE FROM slots WHERE run = ?").run(String(row["run"]));
    if (presence !== "alive") return [];
    const { run, root, first_port: firstPort, ports } = row;
    return [{ run: String(run), root: String(root), firstPort: Number(firstPort), ports: Number(ports) }];
  });
}

function write(
  database: DatabaseSync,
  { root, nowMs }: WorkerSlotsSettings,
  slot: Pick<SlotRequest, "run" | "holder" | "ports"> & { readonly firstPort: number },
): void {
  const { run, holder, ports, firstPort } = slot;
  database
    .prepare("INSERT OR REPLACE INTO slots VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
    .run(run, root, holder.id, holder.host, holder.pid, firstPort, ports, nowMs());
}

function change<Result>(
  { stateFolder }: WorkerSlotsSettings,
  work: (database: DatabaseSync) => Result,
): Result {
  prepareUserFolder(stateFolder);
  const { database } = openPlainDatabase(join(stateFolder, FILE), { timeout: BUSY_TIMEOUT_MS });
  try {
    return inTransaction(database, () => {
      database.exec(SCHEMA);
      return work(database);
    });
  } finally {
    database.close();
  }
}
