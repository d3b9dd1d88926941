// The host names this server answers to (S2). With DNS rebinding, another site's name resolves to 127.0.0.1, but the
// request still carries that name. So the list is exact: no suffixes, no patterns.

import { networkInterfaces } from "node:os";
import { rememberLast } from "./remember-last.ts";

export type HostName = {
  /** Lower case, without brackets and without the dot of a fully qualified name. */
  readonly name: string;
  readonly port: string | null;
};

const HOST = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::([0-9]{1,5}))?$/i;

/** Parses a Host header or the authority of an origin; null if it is not a plain host. */
export const parseHost = rememberLast(readHost);

function readHost(text: string): HostName | null {
  const match = HOST.exec(text);
  if (match === null) return null;
  const [, address, name, port] = match;
  const bare = (address ?? name ?? "").toLowerCase().replace(/\.$/, "");
  return bare === "" ? null : { name: bare, port: port ?? null };
}

/** Names that always mean this machine to a local browser. */
const OWN_NAMES = ["localhost", "127.0.0.1", "::1"];

/**
 * Loopback names, the listening address and the configured names. A wildcard address adds this machine's own addresses:
 * unlike a name, an address cannot be pointed elsewhere.
 */
export function allowedNames(host: string, configured: readonly string[]): ReadonlySet<string> {
  const isWildcard = host === "0.0.0.0" || host === "::";
  const own = isWildcard ? ownAddresses() : [host];
  const names = [...OWN_NAMES, ...own, ...configured].map((name) => parseHost(bracketed(name))?.name);
  return new Set(names.filter((name) => name !== undefined));
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));
}

function bracketed(name: string): string {
  const isBareIpv6 = name.split(":").length > 2 && !name.startsWith("[");
  return isBareIpv6 ? `[${name}]` : name;
}
