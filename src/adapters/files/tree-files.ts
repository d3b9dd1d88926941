// The task tree on disk: the adapter of the port TreeFiles. Listing is in list-tree.ts, reading in read-tree-file.ts.

import { realpathSync } from "node:fs";
import type { RelativePath } from "../../core/task/task.ts";
import type { FileStamp } from "../../core/tree/parsed-file.ts";
import { pathKind } from "../../core/tree/path-kind.ts";
import type { TreeFiles, TreeListing } from "../../ports/tree-files.ts";
import { ListingError, requireTree, type Steps, stampFile, type Walk, walkFolder } from "./list-tree.ts";
import { createReadBuffer, readTreeFile } from "./read-tree-file.ts";
import type { TreeCache } from "./tree-cache.ts";

/** A listing that meets a folder just being replaced (a branch switch) is made again this often before it fails. */
const LISTING_ATTEMPTS = 2;

/** `root` is the repository's absolute path; it may be gone, now or later. */
export function createTreeFiles({ root }: { readonly root: string }): TreeFiles {
  const cache: TreeCache = { folders: new Map(), oddNames: new Map() };
  const buffer = createReadBuffer();
  let realRoot = root;
  let proven = false;

  function* listing(visit: (walk: Walk) => Steps): Generator<number, TreeListing, void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        realRoot = realPath(root);
        const walk: Walk = { root: realRoot, cache, stamps: [], proven: true };
        requireTree(realRoot);
        yield* visit(walk);
        proven = walk.proven;
        return { kind: "listed", stamps: walk.stamps };
      } catch (error) {
        if (!(error instanceof ListingError)) throw error;
        if (attempt === LISTING_ATTEMPTS) return { kind: "failed", detail: error.message };
      }
    }
  }

  const listAll = () =>
    listing(function* (walk) {
      cache.oddNames.clear();
      yield* walkFolder(walk, "tasks");
    });

  function absolutePath(path: RelativePath): string | Buffer {
    const bytes = cache.oddNames.get(path);
    if (bytes === undefined) return `${realRoot}/${path}`;
    return Buffer.concat([Buffer.from(`${realRoot}/${path.slice(0, path.lastIndexOf("/") + 1)}`), bytes]);
  }

  return {
    list: () => toEnd(listAll()),
    listInSteps: listAll,
    listSome(paths) {
      const steps = listing(function* (walk) {
        for (const path of paths) {
          if (pathKind(path) === null) yield* walkFolder(walk, path);
          else stampFile(walk, path);
        }
      });
      const result = toEnd(steps);
      return result.kind === "listed" ? { kind: "listed", stamps: withoutRepeats(result.stamps) } : result;
    },
    read(stamp) {
      return readTreeFile({ root: realRoot, absolute: absolutePath(stamp.path), proven, buffer }, stamp);
    },
  };
}

function toEnd<Result>(steps: Generator<number, Result, void>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
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
