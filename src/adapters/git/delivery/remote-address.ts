// Where a task's branch is pushed to: the address of the remote as the repository's configuration has it, which is only
// data. What `insteadOf` of the user's configuration makes of it is checked before git goes there.

import { realpathSync } from "node:fs";
import { resolve, sep } from "node:path";
import { quote } from "../../../core/text/quote.ts";
import { redactSecrets } from "../../../core/text/redact-secrets.ts";
import { chooseRemote, REMOTES_QUERY } from "../facts/remotes.ts";
import { type Checkout, runIn } from "./rebase-checkout.ts";
import { failed, gitFailed, type Stopped } from "./rebase-outcome.ts";

export type RemoteAddress = {
  /** As the repository calls the remote. */
  readonly name: string;
  readonly fetchFrom: string;
  /** Null: the same. */
  readonly pushTo: string | null;
};

export type Protocol = "https" | "ssh" | "git" | "file";

export async function findRemote(checkout: Checkout): Promise<RemoteAddress> {
  const result = await runIn(checkout, ["config", ...REMOTES_QUERY]);
  if (!result.ok && result.exitCode !== 1) throw gitFailed("its remotes cannot be read", result);
  const search = chooseRemote(result.stdout);
  if (search.kind === "none") throw failed("git", "the repository has no remote");
  if (search.kind === "several")
    throw failed("git", "the repository has several remotes, and none is called origin");
  const { name, urls, pushUrls } = search.remote;
  const [fetchFrom, ...others] = urls;
  const [pushTo = null, ...more] = pushUrls;
  if (more.length > 0 || (pushTo === null && others.length > 0))
    throw failed("git", `the remote ${quote(name)} has several addresses`);
  if (CONTROL.test(fetchFrom + (pushTo ?? "")))
    throw failed("git", `the address of the remote ${quote(name)} has control characters in it`);
  return { name, fetchFrom, pushTo };
}

const CONTROL = /\p{Cc}/u;

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

/** A remote inside the repository could bring hooks along. */
function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/** The path in `file:///path` and `/path`; git takes all of it, without query and fragment. */
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
