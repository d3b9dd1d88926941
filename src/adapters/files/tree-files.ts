// The task tree on disk: the adapter of the port TreeFiles. Listing is in list-tree.ts, reading in read-tree-file.ts.

import { realpathSync } from "node:fs";
import type { FileStamp } from "../../core/tree/parsed-file.ts";
import { pathKind } from "../../core/tree/path-kind.ts";
import type { TreeFiles, TreeListing } from "../../ports/tree-files.ts";
import { ListingError, requireTree, stampFile, type TreeNames, type Walk, walkFolder } from "./list-tree.ts";
import { createReadBuffer, readTreeFile } from "./read-tree-file.ts";

/** A listing that meets a folder just being replaced (a branch switch) is made again this often before it fails. */
const LISTING_ATTEMPTS = 2;

/** `root` is the repository's absolute path; it may be gone, now or later. */
export function createTreeFiles({ root }: { readonly root: string }): TreeFiles {
  const names: TreeNames = { byFolder: new Map(), odd: new Map() };
  const buffer = createReadBuffer();
  let realRoot = root;

  function listing(visit: (walk: Walk) => void): TreeListing {
    for (let attempt = 1; ; attempt += 1) {
      try {
        realRoot = realPath(root);
        const walk: Walk = { root: realRoot, names, stamps: [] };
        requireTree(realRoot);
        visit(walk);
        return { kind: "listed", stamps: walk.stamps };
      } catch (error) {
        if (!(error instanceof ListingError)) throw error;
        if (attempt === LISTING_ATTEMPTS) return { kind: "failed", detail: error.message };
      }
    }
  }

  return {
    list: () =>
      listing((walk) => {
        names.odd.clear();
        walkFolder(walk, "tasks");
      }),
    listSome(paths) {
      const result = listing((walk) => {
        for (const path of paths) {
          if (pathKind(path) === null) walkFolder(walk, path);
          else stampFile(walk, path);
        }
      });
      return result.kind === "listed" ? { kind: "listed", stamps: withoutRepeats(result.stamps) } : result;
    },
    read(stamp) {
      const absolute = names.odd.get(stamp.path) ?? `${realRoot}/${stamp.path}`;
      return readTreeFile({ root: realRoot, absolute, buffer }, stamp);
    },
  };
}

/** The root may lie behind links of its own; only what is below it may not. */
function realPath(root: string): string {
  try {
    return realpathSync.native(root);
  } catch {
    // Gone or unreachable: the listing says so in its own words.
    return root;
  }
}

/** A folder and a file in it may both have been named. */
function withoutRepeats(stamps: readonly FileStamp[]): readonly FileStamp[] {
  return [...new Map(stamps.map((stamp) => [stamp.path, stamp])).values()];
}
