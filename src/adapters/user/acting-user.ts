// The user who may act through pages, identified by the system and their state folder.

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
import type { ActingUser } from "../../ports/system/acting-user.ts";
import type { Log } from "../../ports/system/log.ts";
import { errorCode } from "../file-system/file-error.ts";
import { OTHERS_MODE_BITS, PRIVATE_FILE_MODE } from "../file-system/private-modes.ts";
import { createConnectionPeers } from "../process-table/connection-peers.ts";
import { redeemSecret } from "./one-time-addresses.ts";
import { prepareUserFolder } from "./user-folders.ts";

export type ActingUserSettings = {
  readonly name: string;
  /** The user's state folder. */
  readonly stateFolder: string;
  readonly nowMs: () => number;
  readonly log: Log;
};

/** An unusable state folder does not prevent viewing: cookies then expire with the server. */
export function createActingUser({ name, stateFolder, nowMs, log }: ActingUserSettings): ActingUser {
  return {
    name,
    peers: createConnectionPeers(),
    key: keyOrRandom(stateFolder, log),
    redeem: async (secret) => {
      try {
        return redeemSecret({ stateFolder, nowMs }, secret);
      } catch (error) {
        log.warn({ error }, "a one-time address could not be checked");
        return false;
      }
    },
  };
}

function keyOrRandom(stateFolder: string, log: Log): Buffer {
  try {
    return readSigningKey(stateFolder);
  } catch (error) {
    log.warn({ error }, "the key for cookies cannot be stored: browsers must sign in again after a restart");
    return randomBytes(KEY_BYTES);
  }
}

const KEY_FILE = "acting.key";
const KEY_BYTES = 32;
/** One process creates it, all others read it. */
const TRIES_MAX = 3;

/**
 * The key that signs the cookies of the user's browsers (docs/who-acts.md), created if there is none. It is in their state
 * folder, so that it survives a restart of the server; removing the file invalidates everything it signed. A key that
 * others could have read, or that is a link or invalid, is replaced.
 * Throws what the file system throws.
 */
export function readSigningKey(stateFolder: string): Buffer {
  prepareUserFolder(stateFolder);
  const file = join(stateFolder, KEY_FILE);
  for (let tries = 1; ; tries += 1) {
    const key = readKey(file);
    if (key !== null) return key;
    if (tries === TRIES_MAX) throw new Error(`${file} cannot be created or read.`);
    makeKey(file);
  }
}

/** Null if there is no trustworthy key; whatever is in its place is removed. */
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

/** Atomic, and never replaces an existing key: the first of two processes wins. */
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
