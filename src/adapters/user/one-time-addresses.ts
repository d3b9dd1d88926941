// The secrets of one-time addresses (docs/who-acts.md): each is a file in the user's own state folder, named after a hash
// of the secret and removed by its use. So it is good once for all servers of the user together and across restarts, and
// who reads the folder cannot make an address of what is in it.

import { hash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MINUTE_MS } from "../../core/values/durations.ts";
import { errorCode } from "../file-system/file-error.ts";
import { makePrivateFolder } from "../file-system/state-folder.ts";
import { prepareUserFolder } from "./user-folders.ts";

/** Long enough to walk to another screen; an address that lies around opens nothing. */
export const ONE_TIME_VALID_MS = 10 * MINUTE_MS;

const FOLDER = "one-time";
const SECRET_BYTES = 32;
const PRIVATE_FILE_MODE = 0o600;

export type OneTimeSettings = { readonly stateFolder: string; readonly nowMs: () => number };

/** A new secret, good once within ONE_TIME_VALID_MS. Throws what the file system throws. */
export function issueSecret({ stateFolder, nowMs }: OneTimeSettings): string {
  prepareUserFolder(stateFolder);
  const folder = join(stateFolder, FOLDER);
  makePrivateFolder(folder);
  sweep(folder, nowMs());
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  writeFileSync(join(folder, fileName(secret)), String(nowMs()), { mode: PRIVATE_FILE_MODE, flag: "wx" });
  return secret;
}

/** True for the first use in time. Throws what the file system throws, except that it is not there. */
export function redeemSecret({ stateFolder, nowMs }: OneTimeSettings, secret: string): boolean {
  const file = join(stateFolder, FOLDER, fileName(secret));
  try {
    const issuedAtMs = Number(readFileSync(file, "utf8"));
    // Of two uses at once, one removes it.
    unlinkSync(file);
    return isValid(issuedAtMs, nowMs());
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** A clock that was set back says nothing about an address from later: that is over too. */
function isValid(issuedAtMs: number, nowMs: number): boolean {
  return issuedAtMs > 0 && issuedAtMs <= nowMs && nowMs - issuedAtMs <= ONE_TIME_VALID_MS;
}

/** Names say nothing about the secret, and hold nothing that a path could mean. */
function fileName(secret: string): string {
  return hash("sha256", `one-time ${secret}`, "hex");
}

/** Those that were never used. */
function sweep(folder: string, nowMs: number): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat !== undefined && Math.abs(nowMs - stat.mtimeMs) > ONE_TIME_VALID_MS)
      rmSync(file, { force: true });
  }
}
