// Where a notification may be sent: a public host over TLS, or one that the user's own settings list (S21).

import { isPublicAddress } from "./public-address.ts";

export type Target = {
  readonly url: URL;
  /** Listed in `notify.allow`: private addresses and plain HTTP are fine. */
  readonly isAllowed: boolean;
};

export type TargetOrWhy =
  | { readonly kind: "target"; readonly target: Target }
  | { readonly kind: "refused"; readonly why: string };

/** `allow`: hosts and addresses, each with or without a port. */
export function targetOf(text: string, allow: readonly string[]): TargetOrWhy {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:"))
    return refused("it is not an https address");
  const isAllowed = allow.some((entry) => names(entry, url));
  if (url.protocol === "http:" && !isAllowed)
    return refused(`it is not https, and ${plainHost(url)} is not listed in notify.allow`);
  const host = plainHost(url);
  // Names are judged by what they resolve to, when they are connected to.
  if (isLiteral(host) && !isAllowed && !isPublicAddress(host)) return refused(privateAddress(host, host));
  return { kind: "target", target: { url, isAllowed } };
}

/** Completes "not sent: ". Null when a connection to that address is fine. */
export function whyNotConnected(target: Target, address: string, allow: readonly string[]): string | null {
  if (target.isAllowed || isPublicAddress(address)) return null;
  if (allow.some((entry) => hostOf(entry) === address)) return null;
  return privateAddress(plainHost(target.url), address);
}

function privateAddress(host: string, address: string): string {
  const leads = host === address ? `${host} is` : `${host} leads to ${address},`;
  return `${leads} not a public address; list ${host} in notify.allow if it is meant`;
}

/** The host alone: paths of webhooks, parameters and names before `@` are secrets. */
export function shownTarget(text: string): string {
  return URL.canParse(text) ? `${new URL(text).origin}/…` : "an address that cannot be read";
}

/** Without the brackets of IPv6 and without the dot at the end that DNS allows. */
export function plainHost({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

const isLiteral = (host: string): boolean => host.includes(":") || /^[\d.]+$/.test(host);

function names(entry: string, url: URL): boolean {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const [host, wantedPort] = splitPort(entry);
  return host === plainHost(url) && (wantedPort === null || wantedPort === port);
}

const hostOf = (entry: string): string => splitPort(entry)[0];

/** `localhost:8080`, `[::1]:8080`, `::1`, `ntfy.lan`; any other case and a dot at the end are the same host. */
function splitPort(entry: string): readonly [host: string, port: string | null] {
  const [, bracketed, afterBracket] = /^\[([^\]]*)\](?::(\d+))?$/.exec(entry) ?? [];
  if (bracketed !== undefined) return [bracketed.toLowerCase(), afterBracket ?? null];
  const [, host, port] = /^([^:]*):(\d+)$/.exec(entry) ?? [];
  return [(host ?? entry).toLowerCase().replace(/\.$/, ""), port ?? null];
}

function refused(why: string): TargetOrWhy {
  return { kind: "refused", why };
}
