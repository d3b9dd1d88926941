// One edit at a time across all processes. The lock is SQLite's on an empty file: the system releases it when its
// holder dies, which a lock based on a file's existence cannot guarantee.

import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { isBusy, openPlainDatabase } from "../file-system/plain-database.ts";
import { prepareStateFolder } from "../file-system/state-folder.ts";

/** An edit takes milliseconds; a queue of fifty takes far less. */
const GIVE_UP_MS = 10_000;
const PAUSE_MS = 10;

/** Waits for the lock and returns a function that releases it; null if another process keeps it. */
export async function takeEditLock(file: string): Promise<(() => void) | null> {
  prepareStateFolder(dirname(file));
  const { database } = openPlainDatabase(file, { timeout: 0 });
  const giveUpAtMs = performance.now() + GIVE_UP_MS;
  try {
    while (!tryBegin(database)) {
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

function tryBegin(database: DatabaseSync): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}
