// A store that cannot be used is never deleted: it is moved aside under a name with the time, for a person to look at.

import { accessSync, constants, lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { StoreError } from "../../../ports/store/store-error.ts";
import { COMPANIONS } from "../../file-system/plain-database.ts";

/** Each may be tens of MB. */
const KEEP_COUNT = 3;

/** Distinguishes files that had the same name. */
export type FileIdentity = string;

/** Null when there is no such file. Throws what the file system throws, as for a folder that may not be entered. */
export function identifyFile(file: string): FileIdentity | null {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
}

/**
 * Moves a damaged database aside and returns its new base name; null when another process has already done so (the file
 * is not the one that was found damaged).
 */
export function moveDamagedAside(file: string, damaged: FileIdentity, nowMs: number): string | null {
  if (identifyFile(file) !== damaged) return null;
  const prefix = `${file}.corrupt-`;
  const target = freeName(prefix, nowMs);
  // Left behind, log and shared memory would be taken for those of the new database.
  for (const suffix of COMPANIONS) moveIfPresent(file + suffix, target + suffix);
  if (!moveIfPresent(file, target)) return null;
  removeOldest(prefix);
  return basename(target);
}

/** Moves a whole state folder aside and returns its new base name; null when it is already gone. */
export function moveForeignAside(folder: string, nowMs: number): string | null {
  const prefix = `${folder}.foreign-`;
  const target = freeName(prefix, nowMs);
  if (!moveIfPresent(folder, target)) return null;
  removeOldest(prefix);
  return basename(target);
}

/** Two in one millisecond happen in tests, and when the clock stands still. */
function freeName(prefix: string, nowMs: number): string {
  const wanted = prefix + new Date(nowMs).toISOString().replaceAll(":", "-");
  let name = wanted;
  for (let count = 2; identifyFile(name) !== null; count += 1) name = `${wanted}-${count}`;
  return name;
}

function moveIfPresent(from: string, to: string): boolean {
  if (identifyFile(from) === null) return false;
  renameSync(from, to);
  return true;
}

function removeOldest(prefix: string): void {
  const folder = dirname(prefix);
  const moved = readdirSync(folder)
    .filter(
      (name) => name.startsWith(basename(prefix)) && !COMPANIONS.some((suffix) => name.endsWith(suffix)),
    )
    .sort();
  for (const name of moved.slice(0, -KEEP_COUNT)) {
    for (const suffix of ["", ...COMPANIONS])
      rmSync(join(folder, name + suffix), { recursive: true, force: true });
  }
}

/** SQLITE_READONLY without its extended codes, which are about the folder or the log. */
const SQLITE_READONLY = 8;

/**
 * A write format from the future in the header makes SQLite open the file read-only (sqlite.org/fileformat2.html,
 * 1.3.3), just as a read-only disk would. If the file is writable, the header is the cause.
 */
export function isReadOnlyByDamage({ cause }: StoreError, file: string): boolean {
  if ((cause as { readonly errcode?: number } | undefined)?.errcode !== SQLITE_READONLY) return false;
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
