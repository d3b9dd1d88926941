// A damaged database is never deleted at once: it is moved aside under a name that says when, for whoever wants to look.

import { accessSync, constants, lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { StoreError } from "../../../ports/store/store-error.ts";
import { COMPANIONS } from "../../file-system/plain-database.ts";

/** Enough to look at what happened; each may be tens of MB. */
const DAMAGED_FILES_KEEP_COUNT = 3;

/** Tells one file from another under the same name. */
export type FileIdentity = string;

/** Null when there is no such file. Throws what the file system throws, as for a folder that may not be entered. */
export function identifyFile(file: string): FileIdentity | null {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
}

/**
 * Moves the damaged database aside and returns its new base name; null when another process has done so already
 * (the file is not the one that was found damaged).
 */
export function moveDamagedAside(file: string, damaged: FileIdentity, nowMs: number): string | null {
  if (identifyFile(file) !== damaged) return null;
  const time = new Date(nowMs).toISOString().replaceAll(":", "-");
  const target = freeName(`${file}.corrupt-${time}`);
  // Left behind, log and shared memory would be taken for the new one's.
  for (const suffix of COMPANIONS) moveIfPresent(file + suffix, target + suffix);
  if (!moveIfPresent(file, target)) return null;
  dropOldest(file);
  return basename(target);
}

/** Damage twice in a millisecond happens in tests and under clocks that stand still. */
function freeName(wanted: string): string {
  let name = wanted;
  for (let count = 2; identifyFile(name) !== null; count += 1) name = `${wanted}-${count}`;
  return name;
}

function moveIfPresent(from: string, to: string): boolean {
  if (identifyFile(from) === null) return false;
  renameSync(from, to);
  return true;
}

function dropOldest(file: string): void {
  const folder = dirname(file);
  const prefix = `${basename(file)}.corrupt-`;
  const moved = readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && !COMPANIONS.some((suffix) => name.endsWith(suffix)))
    .sort();
  for (const name of moved.slice(0, -DAMAGED_FILES_KEEP_COUNT)) {
    for (const suffix of ["", ...COMPANIONS]) rmSync(join(folder, name + suffix), { force: true });
  }
}

/** SQLITE_READONLY, and none of its extended codes, which speak of the folder or the log. */
const SQLITE_READONLY = 8;

/**
 * A header with a write format from the future makes SQLite open the file for reading only (sqlite.org/fileformat2.html,
 * 1.3.3), as a disk would that nobody may write to. Where the file may be written, it is the header.
 */
export function isReadOnlyByDamage({ cause }: StoreError, file: string): boolean {
  if ((cause as { readonly errcode?: number } | undefined)?.errcode !== SQLITE_READONLY) return false;
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    // Not writable after all: SQLite said it as it is.
    return false;
  }
}
