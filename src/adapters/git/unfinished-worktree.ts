// Marks a worktree whose files are still being written, with the process that does: nobody has worked in it, so if that
// process is gone, it may be thrown away and made anew. Whoever fills or throws away holds the mark, and only one can.
// Git writes the index when all files are there, so a worktree that has one is never thrown away.

import { randomUUID } from "node:crypto";
import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LeaseHolder } from "../../ports/store.ts";
import { errorCode } from "../files/file-error.ts";
import { createProcessWitness, describeHolder } from "../processes/process-witness.ts";
import { look, readSmallFile } from "./read-small-file.ts";

/** In the worktree's own git folder, which git removes with it. */
const MARK = "tasks-preparing";
/** Where processes cannot be seen, a mark of this age, or from the future, is nobody's: longer than git is given. */
const UNSEEN_AGE_MAX_MS = 15 * 60_000;

/**
 * `finished`: somebody may have worked in it. `busy`: a process is preparing it. `abandoned`: that process is gone.
 * `bare`: git made it, and nobody has filled it.
 */
export type Preparation =
  | { readonly kind: "finished" | "busy" | "bare" }
  | { readonly kind: "abandoned"; readonly mark: string };

/** `own` is the worktree's own git folder. */
export function readPreparation(own: string): Preparation {
  const mark = readSmallFile(join(own, MARK));
  if (mark === null) return { kind: hasIndex(own) ? "finished" : "bare" };
  if (isHeld(own, mark)) return { kind: "busy" };
  return hasIndex(own) ? { kind: "finished" } : { kind: "abandoned", mark };
}

/** True when this process holds the mark from now on. `seen` is what stood there, for a worktree that is not finished. */
export function takeMark(own: string, seen: Preparation): boolean {
  if (seen.kind === "abandoned" && !moveAway(own, seen.mark)) return false;
  try {
    writeFileSync(join(own, MARK), JSON.stringify(describeHolder({ url: null })), { flag: "wx" });
  } catch (error) {
    if (["EEXIST", "ENOENT"].includes(errorCode(error))) return false;
    throw error;
  }
  if (!hasIndex(own)) return true;
  // Finished by somebody else between the look and the mark.
  dropMark(own);
  return false;
}

/** All files are written. */
export function dropMark(own: string): void {
  rmSync(join(own, MARK), { force: true });
}

/** It could be neither filled nor removed: whoever comes next may throw it away. */
export function leaveMark(own: string): void {
  if (look(own) !== null) writeFileSync(join(own, MARK), "{}");
}

/** Only the mark that was read: somebody quicker may have left another one. */
function moveAway(own: string, mark: string): boolean {
  const [from, to] = [join(own, MARK), join(own, `${MARK}-${randomUUID()}`)];
  try {
    renameSync(from, to);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
  if (readSmallFile(to) === mark) return true;
  renameSync(to, from);
  return false;
}

function hasIndex(own: string): boolean {
  return look(join(own, "index")) !== null;
}

function isHeld(own: string, mark: string): boolean {
  const holder = parseHolder(mark);
  const presence = holder === null ? "gone" : createProcessWitness().see(holder);
  return presence === "unknown" ? isRecent(join(own, MARK)) : presence === "alive";
}

function parseHolder(mark: string): LeaseHolder | null {
  try {
    const { id, host, pid } = JSON.parse(mark);
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
