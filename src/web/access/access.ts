// Who may reach the server (S1). This machine always may. Other machines need an explicit --host, plus either a token
// or an explicit --no-auth.

import { BlockList, isIP } from "node:net";
import { UserError } from "../../core/contract/user-error.ts";

export type Access =
  | { readonly kind: "loopback" }
  | { readonly kind: "token"; readonly token: string }
  /** Chosen with --no-auth: anyone who can reach the address can read everything. */
  | { readonly kind: "none" };

export type AccessOptions = {
  readonly host: string;
  /** From TASKS_TOKEN; empty counts as absent. */
  readonly token: string | undefined;
  readonly noAuth: boolean;
};

/** 16 characters from an alphabet of 64 are 96 bits, which cannot be guessed over a network. */
const TOKEN_MIN_CHARACTERS = 16;

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** The decision table of S1. A configured token is always required. Throws UserError `address_refused`. */
export function decideAccess({ host, token, noAuth }: AccessOptions): Access {
  if (token !== undefined && token !== "" && noAuth) {
    throw refused("TASKS_TOKEN asks for a token and --no-auth for none.", "Give one of the two.");
  }
  if (token !== undefined && token !== "") {
    if (token.length >= TOKEN_MIN_CHARACTERS) return { kind: "token", token };
    throw refused(
      `TASKS_TOKEN has ${token.length} characters; it needs at least ${TOKEN_MIN_CHARACTERS}.`,
      'Make one with: node -p "crypto.randomUUID()"',
    );
  }
  if (isLoopback(host)) return { kind: "loopback" };
  if (noAuth) return { kind: "none" };
  throw refused(
    `Other machines could reach ${host}, and nothing would ask them who they are.`,
    'Set a token (TASKS_TOKEN="$(node -p "crypto.randomUUID()")"), or say --no-auth, or leave out --host.',
  );
}

/** True for localhost, 127.0.0.0/8 and ::1, with or without brackets. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  if (bare === "localhost") return true;
  const family = isIP(bare);
  return family !== 0 && loopback.check(bare, family === 4 ? "ipv4" : "ipv6");
}

function refused(message: string, hint: string): UserError {
  return new UserError({ code: "address_refused", message, hint });
}
