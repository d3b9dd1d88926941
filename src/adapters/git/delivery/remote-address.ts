// Where a task's branch is pushed to: the address of the remote as the repository's configuration has it, which is only
// data. What it becomes by `insteadOf` of the user's own configuration is judged before git goes there.

import { realpathSync } from "node:fs";
import { resolve, sep } from "node:path";
import { quote } from "../../../core/text/quote.ts";
import { redactSecrets } from "../../../core/text/redact-secrets.ts";
import { type Checkout, runIn } from "./rebase-checkout.ts";
import { failed, gitFailed, type Stopped } from "./rebase-outcome.ts";

export type RemoteAddress = {
  readonly kind: "address";
  /** As the repository calls the remote. */
  readonly name: string;
  readonly fetchFrom: string;
  /** Null: the same. */
  readonly pushTo: string | null;
};

export type Protocol = "https" | "ssh" | "git" | "file";

/** `origin`, else the only remote that there is. */
export async function findRemote(checkout: Checkout): Promise<RemoteAddress | Stopped> {
  const result = await runIn(checkout, ["config", "-z", "--get-regexp", "^remote\\..*\\.(push)?url$"]);
  if (!result.ok && result.exitCode !== 1) return gitFailed("its remotes cannot be read", result);
  const addresses = parseAddresses(result.stdout);
  const name = addresses.has("origin") ? "origin" : [...addresses.keys()][0];
  const address = name === undefined ? undefined : addresses.get(name);
  if (name === undefined || address === undefined) return failed("git", "the repository has no remote");
  if (name !== "origin" && addresses.size > 1)
    return failed("git", "the repository has several remotes, and none is called origin");
  const [fetchFrom, ...others] = address.url;
  const [pushTo = null, ...more] = address.pushurl;
  if (fetchFrom === undefined) return failed("git", `the remote ${quote(name)} has no address`);
  if (more.length > 0 || (pushTo === null && others.length > 0))
    return failed("git", `the remote ${quote(name)} is several places at once`);
  if (ACTING.test(fetchFrom + (pushTo ?? "")))
    return failed("git", `the address of the remote ${quote(name)} has control characters in it`);
  return { kind: "address", name, fetchFrom, pushTo };
}

type Addresses = { readonly url: string[]; readonly pushurl: string[] };

/** Records of `remote.<name>.<variable>\n<value>`; names may be anything. */
function parseAddresses(output: string): ReadonlyMap<string, Addresses> {
  const addresses = new Map<string, Addresses>();
  for (const record of output.split("\0")) {
    const [, name, variable, value] = RECORD.exec(record) ?? [];
    if (name === undefined || value === undefined) continue;
    const known = addresses.get(name) ?? { url: [], pushurl: [] };
    addresses.set(name, known);
    known[variable === "pushurl" ? "pushurl" : "url"].push(value);
  }
  return addresses;
}

const RECORD = /^remote\.(.+?)\.(url|pushurl)\n(.*)$/s;
const ACTING = /\p{Cc}/u;

/** Null for an address that git may not go to. `folders` are the repository's own. */
export function protocolOf(address: string, { folders }: Pick<Checkout, "folders">): Protocol | null {
  const scheme = WITH_SCHEME.exec(address)?.[1];
  const protocol = scheme === undefined ? undefined : SCHEMES.get(scheme);
  if (protocol !== undefined) return protocol;
  if (AS_SSH_HAS_IT.test(address)) return "ssh";
  const path = localPath(address);
  if (path === null) return null;
  const places = [path, `${path}.git`].map(realPath);
  return places.some((place) => folders.some((folder) => isWithin(place, folder))) ? null : "file";
}

export function refusedAddress(name: string, address: string): Stopped {
  const where = quote(redactSecrets(address));
  const allowed = "https, ssh, git, and folders outside of the repository";
  return failed(
    "git",
    `the remote ${quote(name)} is at ${where}; nothing is pushed there, only to ${allowed}`,
  );
}

const SCHEMES: ReadonlyMap<string, Protocol> = new Map([
  ["https", "https"],
  ["ssh", "ssh"],
  ["git+ssh", "ssh"],
  ["ssh+git", "ssh"],
  ["git", "git"],
]);
/** Neither user nor host may be taken for an option; the host comes after the last @. */
const WITH_SCHEME = /^([a-z+]+):\/\/(?!-)(?:[^/]*@)?[\w[][^/@]*(?:\/|$)/;
/** `user@host:path`. Two colons name a program, not a host. */
const AS_SSH_HAS_IT = /^(?:\w[\w.+~-]*@)?(?:\w[\w.-]*|\[[\da-f:.]+\]):(?!:|\/\/)[^-]/i;

/** A remote inside the repository would be a way for it to bring hooks along. */
function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/** The path in `file:///path` and `/path`; git takes it as it stands, without query and fragment. */
function localPath(address: string): string | null {
  if (address.startsWith("/")) return address;
  if (!address.startsWith("file:///")) return null;
  try {
    return decodeURIComponent(address.slice("file://".length));
  } catch {
    return null; // Half an escape, which git and others read differently.
  }
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return resolve(path); // Not there, which git says better.
  }
}
