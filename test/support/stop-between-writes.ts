import { DatabaseSync } from "node:sqlite";

/**
 * Stops the process (SIGSTOP) while it holds no write lock of these databases: the locks are held here meanwhile. A runner
 * writes after it has reported its cycle or started a worker, and one that stands still within a transaction keeps every other
 * process from the store or from the worker slots, whatever becomes of its lease.
 */
export function stopBetweenWrites(pid: number, ...databaseFiles: readonly string[]): void {
  const databases = databaseFiles.map((file) => new DatabaseSync(file, { timeout: 10_000 }));
  for (const database of databases) database.exec("BEGIN IMMEDIATE");
  process.kill(pid, "SIGSTOP");
  for (const database of databases) {
    database.exec("COMMIT");
    database.close();
  }
}
