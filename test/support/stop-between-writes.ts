import { DatabaseSync } from "node:sqlite";

/**
 * Stops the process (SIGSTOP) while it holds no write lock of the store: the lock is held here meanwhile. A runner writes
 * after it has reported its cycle, and one that stands still within a transaction keeps every other process from the store, whatever
 * becomes of its lease.
 */
export function stopBetweenWrites(pid: number, storeFile: string): void {
  const database = new DatabaseSync(storeFile, { timeout: 10_000 });
  database.exec("BEGIN IMMEDIATE");
  process.kill(pid, "SIGSTOP");
  database.exec("COMMIT");
  database.close();
}
