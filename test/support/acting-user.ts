// A user for servers in tests: every connection is theirs, unless a test says otherwise.

import type { ActingUser, PeerUser } from "../../src/ports/system/acting-user.ts";
import { type ActingCookie, createActingCookie } from "../../src/web/access/acting-cookie.ts";

export type FakeUser = ActingUser & {
  /** Whose the next connections are. */
  peer: PeerUser;
  worker: boolean;
  /** How often it was asked. */
  asked: number;
  /** Secrets that are good once. */
  readonly secrets: Set<string>;
};

export function fakeUser(peer: PeerUser = "this_user"): FakeUser {
  const user: FakeUser = {
    name: "mia",
    key: new Uint8Array(32).fill(7),
    peer,
    worker: false,
    asked: 0,
    secrets: new Set(),
    peers: {
      userOf: async () => {
        user.asked += 1;
        return user.peer;
      },
      isWorker: async () => user.worker,
    },
    redeem: async (secret) => user.secrets.delete(secret),
  };
  return user;
}

export function cookieOf(user: ActingUser, nowMs: () => number = () => 0): ActingCookie {
  return createActingCookie({ key: user.key, nowMs });
}
