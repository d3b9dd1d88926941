// The remotes of a repository, as git reads them from its configuration. What they say is only data: a URL may hold a
// password, and goes to parseRemoteUrl or to git and nowhere else (S20).

import { realpathSync } from "node:fs";
import { join } from "node:path";
import { type GitPlace, runGit } from "../command/git-command.ts";
import { findGitFolder } from "./git-folder.ts";

export type Remote = {
  readonly name: string;
  readonly urls: readonly [string, ...string[]];
  readonly pushUrls: readonly string[];
};

export type RemoteSearch =
  | { readonly kind: "found"; readonly remote: Remote }
  | { readonly kind: "none" }
  /** And none of them is called origin. */
  | { readonly kind: "several" };

/** Arguments of `git config`. */
export const REMOTES_QUERY = ["-z", "--get-regexp", "^remote\\..*\\.(push)?url$"];

/** `origin`, else the only remote that has a URL. Records are `remote.<name>.<variable>\n<value>`; names may be anything. */
export function chooseRemote(listing: string): RemoteSearch {
  const remotes = new Map<string, { readonly url: string[]; readonly pushurl: string[] }>();
  for (const record of listing.split("\0")) {
    const [, name, variable, value] = RECORD.exec(record) ?? [];
    if (name === undefined || value === undefined) continue;
    const remote = remotes.get(name) ?? { url: [], pushurl: [] };
    remotes.set(name, remote);
    remote[variable === "pushurl" ? "pushurl" : "url"].push(value);
  }
  const found = [...remotes].flatMap(
    ([
      name,
      {
        url: [url, ...others],
        pushurl,
      },
    ]): Remote[] => (url === undefined ? [] : [{ name, urls: [url, ...others], pushUrls: pushurl }]),
  );
  const remote = found.find(({ name }) => name === "origin") ?? (found.length === 1 ? found[0] : undefined);
  if (remote !== undefined) return { kind: "found", remote };
  return { kind: found.length === 0 ? "none" : "several" };
}

const RECORD = /^remote\.(.+?)\.(url|pushurl)\n(.+)$/s;

/** From the file that all worktrees share, without what it includes. A configuration that git cannot read has no remote. */
export async function readRemote(place: GitPlace): Promise<RemoteSearch> {
  const file = configFile(place.root);
  if (file === null) return { kind: "none" };
  const result = await runGit(place, ["config", "--file", file, ...REMOTES_QUERY]);
  return chooseRemote(result.ok ? result.stdout : "");
}

function configFile(root: string): string | null {
  try {
    const search = findGitFolder(realpathSync.native(root));
    return search.kind === "found" ? join(search.folder.common, "config") : null;
  } catch {
    return null; // The notice about the repository says what is wrong with the folder.
  }
}
