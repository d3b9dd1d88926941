// Watches the task tree: the adapter of the port TreeWatch. Watches give hints about what was touched, and a proof
// makes them complete; any failure leads to "scan everything", never to a missed change (R11, R12).
//
//   watching --a folder appeared, disappeared or moved--> watches are updated at the next take
//   watching --limit, error, root gone--> polling --follow succeeds--> watching, everything counts as touched

import { lstatSync } from "node:fs";
import { basename } from "node:path";
import { pathKind } from "../../core/contract/path-kind.ts";
import type { RelativePath } from "../../core/contract/task.ts";
import type { TreeWatch } from "../../ports/tree/tree-files.ts";
import {
  type FolderEvent,
  FolderWatches,
  folderIdentity,
  isNetworkFolder,
  type WatchFolder,
  watchOneFolder,
} from "./folder-watches.ts";
import { childFolders, findRealRoot } from "./tree-folders.ts";
import { WatchProof } from "./watch-proof.ts";

export type TreeWatchOptions = {
  /** The repository's absolute path. */
  readonly root: string;
  /** For the proof's cookies; hidden from git. */
  readonly stateFolder: string;
  /** `polling` never watches. */
  readonly mode: "auto" | "polling";
  readonly watchFolder?: WatchFolder;
};

export function createTreeWatch(options: TreeWatchOptions): TreeWatch {
  return new DiskTreeWatch(options);
}

class DiskTreeWatch implements TreeWatch {
  readonly #root: string;
  readonly #mayWatch: boolean;
  readonly #touched = new TouchedPaths();
  readonly #watches: FolderWatches;
  readonly #proof: WatchProof;
  #onHint: (() => void) | null = null;
  #watching = false;
  #foldersChanged = false;
  #rootIdentity = "";

  constructor({ root, stateFolder, mode, watchFolder = watchOneFolder }: TreeWatchOptions) {
    this.#root = findRealRoot(root);
    this.#mayWatch = mode === "auto" && !isNetworkFolder(this.#root);
    this.#proof = new WatchProof(stateFolder);
    this.#watches = new FolderWatches({
      root: this.#root,
      onEvent: (event) => this.#notice(event),
      onFailure: () => this.#poll(),
      watchFolder,
    });
  }

  start(onHint: () => void): void {
    this.#onHint = onHint;
    this.follow();
  }

  async prove(): Promise<"proven" | "unproven"> {
    // Moving a folder above the root causes no event.
    if (!this.#watching || this.#readRootIdentity() !== this.#rootIdentity) return "unproven";
    const arrived = await this.#proof.prove();
    return arrived && this.#watching ? "proven" : "unproven";
  }

  take(): readonly RelativePath[] | null {
    if (this.#foldersChanged) this.#match();
    const touched = this.#touched.take();
    return this.#watching ? touched : null;
  }

  /** Finds the existing folders itself, including empty ones. */
  follow(): void {
    if (this.#onHint !== null && this.#mayWatch) this.#match();
  }

  mode(): "watching" | "polling" {
    return this.#watching ? "watching" : "polling";
  }

  stop(): void {
    this.#onHint = null;
    this.#poll();
  }

  /** Watches before the caller lists: a change in between is then seen twice rather than missed. */
  #match(): void {
    this.#foldersChanged = false;
    const added = this.#watches.match();
    if (added === null) {
      this.#poll();
      return;
    }
    if (!this.#watching) this.#touched.lose();
    this.#watching = true;
    this.#rootIdentity = this.#readRootIdentity();
    for (const folder of added) this.#touch(folder);
  }

  #poll(): void {
    this.#watching = false;
    this.#watches.close();
    this.#proof.stop();
    this.#touched.lose();
  }

  #notice({ folder, kind, name }: FolderEvent): void {
    this.#touched.count();
    if (this.#judge(folder, kind, name)) this.#onHint?.();
  }

  /** Records what an event touched; false if it is nothing of the tree. */
  #judge(folder: string, kind: string, name: string | null): boolean {
    // A name that is not UTF-8 is ambiguous.
    if (name === null || name.includes("\uFFFD")) return this.#touch(folder);
    // An event of the folder itself (deleted, moved) has its own name; so does one of a child with that name.
    if (kind === "rename" && name === basename(folder === "" ? this.#root : folder)) this.#replaced(folder);
    const path = folder === "" ? name : `${folder}/${name}`;
    if (childFolders(path) !== null) {
      if (kind === "rename") this.#replaced(path);
      return this.#touch(path);
    }
    if (pathKind(path) !== null) return this.#touch(path);
    return this.#foldersChanged;
  }

  #replaced(folder: string): void {
    this.#watches.markSuspect(folder);
    this.#foldersChanged = true;
  }

  #touch(path: string): true {
    if (path === "" || path === "tasks") this.#touched.lose();
    else this.#touched.add(path);
    return true;
  }

  #readRootIdentity(): string {
    const stats = lstatSync(this.#root, { throwIfNoEntry: false });
    return stats === undefined ? "gone" : folderIdentity(stats);
  }
}

/** More than an editor or an agent touches at once; beyond it, listing a folder is cheaper than single files. */
const PATHS_MAX = 512;

/**
 * The kernel drops events when its queue is full, and libuv does not report that. A full queue arrives as that many
 * events at once, so far fewer between two calls of `take` already count as lost. The kernel's default is 16,384.
 */
const EVENTS_MAX = 4_096;

/**
 * Collects what watches report in bounded memory: exact paths while they are few, then only their folders, then just the
 * fact that it was too much (R12). Starts as lost: before the first `take` nothing is known.
 */
class TouchedPaths {
  #paths = new Set<string>();
  #events = 0;
  #isCoarse = false;
  #isLost = true;

  /** Every event counts, even for files that are not ours: it took a place in the kernel's queue. */
  count(): void {
    this.#events += 1;
    if (this.#events > EVENTS_MAX) this.lose();
  }

  add(path: string): void {
    if (this.#isLost) return;
    this.#paths.add(this.#isCoarse ? parentOf(path) : path);
    if (this.#paths.size > PATHS_MAX) {
      this.#isCoarse = true;
      this.#paths = new Set([...this.#paths].map(parentOf));
    }
    if (this.#paths.size > PATHS_MAX) this.lose();
  }

  /** Until the next `take`, everything counts as touched. */
  lose(): void {
    this.#isLost = true;
    this.#paths.clear();
  }

  /** Touched since the last call; null for everything. */
  take(): readonly RelativePath[] | null {
    const taken = this.#isLost ? null : ([...this.#paths] as RelativePath[]);
    this.#paths.clear();
    this.#events = 0;
    this.#isCoarse = false;
    this.#isLost = false;
    return taken;
  }
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? path : path.slice(0, slash);
}
