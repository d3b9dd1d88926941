// The secrets of one-time addresses (docs/who-acts.md): each is a file in the user's state folder, named after a hash
// of the secret and removed when it is used. So it works once across all of the user's servers and restarts, and
// reading the folder does not reveal an address.

import { hash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MINUTE_MS } from "../../core/values/durations.ts";
import { unlessMissing } from "../file-system/file-error.ts";
import { PRIVATE_FILE_MODE } from "../file-system/private-modes.ts";
import { makePrivateFolder } from "../file-system/state-folder.ts";
import { prepareUserFolder } from "./user-folders.ts";

/** Long enough to walk to another screen; an old address opens nothing. */
export const ONE_TIME_VALID_MS = 10 * MINUTE_MS;

const FOLDER = "one-time";
const SECRET_BYTES = 32;

export type OneTimeSettings = { readonly stateFolder: string; readonly nowMs: () => number };

/** A new secret, valid once within ONE_TIME_VALID_MS. Throws what the file system throws. */
export function issueSecret({ stateFolder, nowMs }: OneTimeSettings): string {
  prepareUserFolder(stateFolder);
  const folder = join(stateFolder, FOLDER);
  makePrivateFolder(folder);
  sweep(folder, nowMs());
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  writeFileSync(join(folder, fileName(secret)), String(nowMs()), { mode: PRIVATE_FILE_MODE, flag: "wx" });
  return secret;
}

/** True for the first use in time. Throws what the file system throws, except for a missing file. */
export function redeemSecret({ stateFolder, nowMs }: OneTimeSettings, secret: string): boolean {
  const file = join(stateFolder, FOLDER, fileName(secret));
  const use = () => {
    const issuedAtMs = Number(readFileSync(file, "utf8"));
    // Of two simultaneous uses, only one can remove it.
    unlinkSync(file);
    // An address from the future, after the clock was set back, is invalid too.
    const ageMs = nowMs() - issuedAtMs;
    return issuedAtMs > 0 && ageMs >= 0 && ageMs <= ONE_TIME_VALID_MS;
  };
  return unlessMissing(use, false);
}

/** Does not reveal the secret, and is safe as a file name. */
function fileName(secret: string): string {
  return hash("sha256", `one-time ${secret}`, "hex");
}

/** Removes expired ones that were never used. */
function sweep(folder: string, nowMs: number): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat !== undefined && Math.abs(nowMs - stat.mtimeMs) > ONE_TIME_VALID_MS)
      rmSync(file, { force: true });
  }
}
