// The URL of the repository's remote, from its configuration file: no process is started, and nothing that the file
// could have git run is run (S18). The URL may hold a password: it goes to parseRemoteUrl and nowhere else (S20).

import { realpathSync } from "node:fs";
import { join } from "node:path";
import { readSmallFile } from "../../file-system/read-small-file.ts";
import { findGitFolder } from "./git-folder.ts";
import { parseGitConfig } from "./parse-git-config.ts";

export type RemoteSearch =
  | { readonly kind: "found"; readonly url: string }
  | { readonly kind: "none" }
  /** And none of them is called origin. */
  | { readonly kind: "several" };

/** That of `origin`, else of the only remote there is. Never throws: what cannot be read is not there. */
export function findRemoteUrl(root: string): RemoteSearch {
  const urls = readRemoteUrls(root);
  const url = urls.get("origin") ?? (urls.size === 1 ? [...urls.values()][0] : undefined);
  if (url !== undefined) return { kind: "found", url };
  return { kind: urls.size === 0 ? "none" : "several" };
}

/** Of several URLs of one remote, git fetches from the first. */
function readRemoteUrls(root: string): ReadonlyMap<string, string> {
  const urls = new Map<string, string>();
  for (const { section, subsection, key, value } of parseGitConfig(readConfiguration(root))) {
    if (section !== "remote" || subsection === null || key !== "url" || value === "") continue;
    if (!urls.has(subsection)) urls.set(subsection, value);
  }
  return urls;
}

/** Shared by all worktrees. */
function readConfiguration(root: string): string {
  try {
    const search = findGitFolder(realpathSync.native(root));
    return search.kind === "found" ? (readSmallFile(join(search.folder.common, "config")) ?? "") : "";
  } catch {
    // The notice about the repository says what is wrong with the folder (repository-facts.ts).
    return "";
  }
}
