// The key of one user that signs what their browsers are given (docs/who-acts.md). It lives in their own state folder, so
// that a restart of the server signs with the same one. To take back everything that it signed, remove the file.

import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { errorCode } from "../file-system/file-error.ts";
import { prepareUserFolder } from "./user-folders.ts";

const KEY_FILE = "acting.key";
export const KEY_BYTES = 32;
const PRIVATE_FILE_MODE = 0o600;
const OTHERS_MODE_BITS = 0o077;
/** One process makes it, all others read that one. */
const TRIES_MAX = 3;

/**
 * The key, made when there is none. One that others could have read, that is a link, or that is no key is replaced.
 * Throws what the file system throws.
 */
export function readSigningKey(stateFolder: string): Buffer {
  prepareUserFolder(stateFolder);
  const file = join(stateFolder, KEY_FILE);
  for (let tries = 1; ; tries += 1) {
    const key = readKey(file);
    if (key !== null) return key;
    if (tries === TRIES_MAX) throw new Error(`${file} cannot be made or read.`);
    makeKey(file);
  }
}

/** Null when there is none that can be relied on; what is in its place is removed. */
function readKey(file: string): Buffer | null {
  try {
    const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const stat = fstatSync(handle);
      const isPrivate = stat.isFile() && (stat.mode & OTHERS_MODE_BITS) === 0 && isOwn(stat.uid);
      const key = isPrivate && stat.size === KEY_BYTES ? readFileSync(handle) : null;
      if (key?.byteLength === KEY_BYTES) return key;
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    if (errorCode(error) !== "ELOOP") throw error;
  }
  unlinkSync(file);
  return null;
}

function isOwn(uid: number): boolean {
  return process.geteuid === undefined || uid === process.geteuid();
}

/** Whole or not at all, and never in the place of one that is there: the first of two processes wins. */
function makeKey(file: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, randomBytes(KEY_BYTES), { mode: PRIVATE_FILE_MODE, flag: "wx", flush: true });
  try {
    linkSync(temporary, file);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  } finally {
    unlinkSync(temporary);
  }
}
