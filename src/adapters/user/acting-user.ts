// The user who may act through pages, from the system and their own state folder.

import { randomBytes } from "node:crypto";
import type { ActingUser } from "../../ports/system/acting-user.ts";
import type { Log } from "../../ports/system/log.ts";
import { createConnectionPeers } from "../process-table/connection-peers.ts";
import { redeemSecret } from "./one-time-addresses.ts";
import { KEY_BYTES, readSigningKey } from "./signing-key.ts";

export type ActingUserSettings = {
  readonly name: string;
  /** The user's own state folder. */
  readonly stateFolder: string;
  readonly nowMs: () => number;
  readonly log: Log;
};

/** A state folder that cannot be used keeps nobody from looking: cookies then end with the server. */
export function createActingUser({ name, stateFolder, nowMs, log }: ActingUserSettings): ActingUser {
  return {
    name,
    peers: createConnectionPeers(),
    key: readKey(stateFolder, log),
    redeem: async (secret) => {
      try {
        return redeemSecret({ stateFolder, nowMs }, secret);
      } catch (error) {
        log.warn({ error }, "a one-time address could not be looked up");
        return false;
      }
    },
  };
}

function readKey(stateFolder: string, log: Log): Buffer {
  try {
    return readSigningKey(stateFolder);
  } catch (error) {
    log.warn(
      { error },
      "the key for cookies cannot be kept: browsers have to be let in again after a restart",
    );
    return randomBytes(KEY_BYTES);
  }
}
