// The task tree on disk: the adapter of the port TreeFiles.

import { type FileStamp, isUnseen } from "../../core/contract/parsed-file.ts";
import { pathKind } from "../../core/contract/path-kind.ts";
import type { TreeFiles, TreeListing } from "../../ports/tree/tree-files.ts";
import { type HeldFolder, holdFolder } from "../file-system/held-folder.ts";
import { ListingError, requireTree, type Steps, stampFile, type Walk, walkFolder } from "./list-tree.ts";
import { createReadBuffer, type ReadPlace, readTreeFile } from "./read-tree-file.ts";
import type { TreeCache } from "./tree-cache.ts";
import { findRealRoot } from "./tree-folders.ts";

/** A listing that meets a folder being replaced (a branch switch) is retried before it fails. */
const LISTING_ATTEMPTS = 2;

/** `root` is the repository's absolute path; it may not exist, now or later. */
export function createTreeFiles({ root }: { readonly root: string }): TreeFiles {
  const cache: TreeCache = { folders: new Map(), oddNames: new Map() };
  const buffer = createReadBuffer();
  let realRoot = root;
  let proofOfStamps: ReadPlace["proof"] = "none";

  function* listing(
    visit: (walk: Walk) => Steps,
    isKnown: Walk["isKnown"] = EVERY_FILE,
  ): Generator<number, TreeListing, void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        realRoot = findRealRoot(root);
        const walk: Walk = { root: realRoot, cache, stamps: [], isKnown, proven: true };
        requireTree(realRoot);
        yield* visit(walk);
        proofOfStamps = walk.proven ? "stamp" : "none";
        return { kind: "listed", stamps: walk.stamps };
      } catch (error) {
        if (!(error instanceof ListingError)) throw error;
        if (attempt === LISTING_ATTEMPTS) return { kind: "failed", detail: error.message };
      }
    }
  }

  const listAll = (isKnown?: Walk["isKnown"]) =>
    listing(function* (walk) {
      cache.oddNames.clear();
      yield* walkFolder(walk, "tasks");
    }, isKnown);

  /** `folders`: for files that the listing only named. */
  function placeOf(stamp: FileStamp, folders: HeldFolders | null): ReadPlace {
    const { path } = stamp;
    const slash = path.lastIndexOf("/");
    const folder = `${realRoot}/${path.slice(0, slash)}`;
    const held = folders !== null && isUnseen(stamp) ? folders.prefixOf(folder) : null;
    const prefix = held ?? `${folder}/`;
    const bytes = cache.oddNames.get(path);
    const absolute =
      bytes === undefined ? prefix + path.slice(slash + 1) : Buffer.concat([Buffer.from(prefix), bytes]);
    return { root: realRoot, absolute, proof: held === null ? proofOfStamps : "folder", buffer };
  }

  return {
    list: () => toEnd(listAll()),
    listInSteps: (isKnown) => listAll(isKnown),
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
    read: (stamp) => readTreeFile(placeOf(stamp, null), stamp),
    *readEach(stamps) {
      const folders = new HeldFolders();
      try {
        for (const stamp of stamps) yield readTreeFile(placeOf(stamp, folders), stamp);
      } finally {
        folders.close();
      }
    },
  };
}

const EVERY_FILE = () => true;

function toEnd<Result>(steps: Generator<number, Result, void>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The paths may include both a folder and a file in it. */
function withoutRepeats(stamps: readonly FileStamp[]): readonly FileStamp[] {
  return [...new Map(stamps.map((stamp) => [stamp.path, stamp])).values()];
}

/** Holds the current file's folder open while the next files are in it too. */
class HeldFolders {
  #current: string | null = null;
  #held: HeldFolder | null = null;

  /** What to put before a name in the folder; null if it is not proven to be in the tree, or cannot be opened. */
  prefixOf(absolute: string): string | null {
    if (absolute !== this.#current) {
      this.close();
      this.#held = tryToHold(absolute);
      this.#current = absolute;
    }
    return this.#held?.proven ? this.#held.prefix : null;
  }

  close(): void {
    this.#held?.close();
    this.#held = null;
    this.#current = null;
  }
}

/** Null also if the system refuses: opening the file then says why. */
function tryToHold(absolute: string): HeldFolder | null {
  try {
    return holdFolder(absolute);
  } catch {
    return null;
  }
}
