// Lets only one process at a time create, fill, rebase or remove a task's worktree. A lock whose process is gone is more
// than free: it says that a worktree without an index was never finished, so it was never used.

import { randomUUID } from "node:crypto";
import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import type { LeaseHolder } from "../../../ports/store/store.ts";
import { errorCode } from "../../file-system/file-error.ts";
import { PRIVATE_FILE_MODE } from "../../file-system/private-modes.ts";
import { readSmallFile } from "../../file-system/read-small-file.ts";
import { createProcessProbe, describeHolder } from "../../process-table/process-identity.ts";

/** `taken_over`: from a process that is gone, or could not clean up after itself. */
export type LockState = "taken" | "taken_over";

/** Where processes cannot be seen, a lock of this age, or from the future, is stale: git is given less time. */
const UNSEEN_AGE_MAX_MS = 15 * MINUTE_MS;

/** Beside the worktree's folder, so that it can be there before that is. */
export function lockFile(folder: string): string {
  return join(dirname(folder), `.${basename(folder)}.preparing`);
}

/** What taking the lock would find; changes nothing. */
export function lookAtLock(file: string): LockState | "busy" {
  const text = readSmallFile(file);
  if (text === null) return "taken";
  return isHeld(file, text) ? "busy" : "taken_over";
}

/**
 * The parent of the worktree's folder has to exist. `isLeft`: whether an unfinished worktree is there afterwards, which the
 * next process may delete.
 */
export async function withWorktreeLock<Result>(
  folder: string,
  isLeft: (lock: LockState) => boolean,
  work: (lock: LockState) => Promise<Result>,
): Promise<Result | "busy"> {
  const file = lockFile(folder);
  const lock = takeLock(file);
  if (lock === "busy") return "busy";
  try {
    return await work(lock);
  } finally {
    if (isLeft(lock)) writeFileSync(file, "{}", { mode: PRIVATE_FILE_MODE });
    else rmSync(file, { force: true });
  }
}

function takeLock(file: string): LockState | "busy" {
  const before = readSmallFile(file);
  if (before !== null && (isHeld(file, before) || !moveAway(file, before))) return "busy";
  try {
    const holder = JSON.stringify(describeHolder({ url: null }));
    writeFileSync(file, holder, { flag: "wx", mode: PRIVATE_FILE_MODE });
  } catch (error) {
    if (errorCode(error) === "EEXIST") return "busy";
    throw error;
  }
  return before === null ? "taken" : "taken_over";
}

/** Only the lock that was read: another process may have been quicker. */
function moveAway(file: string, text: string): boolean {
  const away = `${file}-${randomUUID()}`;
  try {
    renameSync(file, away);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
  const isTheOne = readSmallFile(away) === text;
  if (isTheOne) rmSync(away);
  else renameSync(away, file);
  return isTheOne;
}

function isHeld(file: string, text: string): boolean {
  const holder = parseHolder(text);
  const presence = holder === null ? "gone" : createProcessProbe().see(holder);
  return presence === "unknown" ? isRecent(file) : presence === "alive";
}

function parseHolder(text: string): LeaseHolder | null {
  try {
    const { id, host, pid } = JSON.parse(text);
    return typeof id === "string" && typeof pid === "number"
      ? { id, host: String(host), pid, url: null }
      : null;
  } catch {
    // Half written when its writer was killed.
    return null;
  }
}

function isRecent(file: string): boolean {
  const writtenMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Math.abs(Date.now() - writtenMs) < UNSEEN_AGE_MAX_MS;
}
