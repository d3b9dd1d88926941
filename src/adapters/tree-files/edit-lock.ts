// One edit at a time, whichever process makes it. The lock is SQLite's on an empty file: the system takes it back when
// its holder dies, which no lock made of a file's existence can promise.

import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { openPlainDatabase } from "../file-system/plain-database.ts";
import { prepareStateFolder } from "../file-system/state-folder.ts";

/** An edit takes milliseconds; a queue of fifty is through long before. */
const GIVE_UP_MS = 10_000;
const PAUSE_MS = 10;
const SQLITE_BUSY = 5;

/** Waits for the lock and returns what lets go of it; null when another process keeps it. */
export async function takeEditLock(file: string): Promise<(() => void) | null> {
  prepareStateFolder(dirname(file));
  const { database } = openPlainDatabase(file, { timeout: 0 });
  const giveUpAtMs = performance.now() + GIVE_UP_MS;
  try {
    while (!begins(database)) {
      if (performance.now() > giveUpAtMs) {
        database.close();
        return null;
      }
      await delay(PAUSE_MS);
    }
  } catch (error) {
    database.close();
    throw error;
  }
  return () => database.close();
}

function begins(database: DatabaseSync): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
}
