// The user who may act through pages, identified by the system and their state folder.

import { randomBytes } from "node:crypto";
import type { ActingUser } from "../../ports/system/acting-user.ts";
import type { Log } from "../../ports/system/log.ts";
import { createConnectionPeers } from "../process-table/connection-peers.ts";
import { redeemSecret } from "./one-time-addresses.ts";
import { KEY_BYTES, readSigningKey } from "./signing-key.ts";

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
    key: readKey(stateFolder, log),
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

function readKey(stateFolder: string, log: Log): Buffer {
  try {
    return readSigningKey(stateFolder);
  } catch (error) {
    log.warn({ error }, "the key for cookies cannot be stored: browsers must sign in again after a restart");
    return randomBytes(KEY_BYTES);
  }
}
