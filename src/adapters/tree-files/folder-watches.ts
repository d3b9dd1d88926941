// One fs.watch per existing folder of the tree. A watch follows its folder when that is moved, so the watch of a folder
// that may have been replaced is recreated.

import { type FSWatcher, lstatSync, type Stats, statfsSync, watch } from "node:fs";
import { errorCode } from "../file-system/file-error.ts";
import { subfolders } from "./tree-folders.ts";

/** `folder` is relative to the root, "" for the root; `name` is null if the system does not say. */
export type FolderEvent = { readonly folder: string; readonly kind: string; readonly name: string | null };

/** `fs.watch`, or a failing one in tests. */
export type WatchFolder = (absolute: string) => Pick<FSWatcher, "on" | "close">;

type Watched = { readonly watcher: ReturnType<WatchFolder>; readonly identity: string; suspect: boolean };

/** Without these a change could be missed: the path to the tree, and the list of workstreams. */
const REQUIRED = ["", "tasks", "tasks/workstreams"];

type FolderWatchesOptions = {
  readonly root: string;
  readonly onEvent: (event: FolderEvent) => void;
  /** A system limit was reached, or a watch broke: these watches are no longer reliable. */
  readonly onFailure: () => void;
  readonly watchFolder: WatchFolder;
};

export class FolderWatches {
  readonly #options: FolderWatchesOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: FolderWatchesOptions) {
    this.#options = options;
  }

  /**
   * Watches exactly the folders that exist now; returns newly watched folders, whose earlier changes are unknown. Null
   * if not every folder can be watched.
   */
  match(): readonly string[] | null {
    const added: string[] = [];
    const wanted = new Set<string>();
    try {
      this.#visit("", wanted, added);
      this.#descend("tasks", wanted, added);
    } catch {
      // A folder cannot be watched or read, or a limit was reached: partial watching is useless.
      this.close();
      return null;
    }
    for (const folder of this.#watched.keys()) if (!wanted.has(folder)) this.#unwatch(folder);
    return REQUIRED.every((folder) => this.#watched.has(folder)) ? added : null;
  }

  /** The folder and everything below it may have been replaced. */
  markSuspect(folder: string): void {
    for (const [path, watched] of this.#watched) {
      if (folder === "" || path === folder || path.startsWith(`${folder}/`)) watched.suspect = true;
    }
  }

  close(): void {
    for (const folder of [...this.#watched.keys()]) this.#unwatch(folder);
  }

  #descend(folder: string, wanted: Set<string>, added: string[]): void {
    if (!this.#visit(folder, wanted, added)) return;
    for (const child of subfolders(this.#options.root, folder)) this.#descend(child, wanted, added);
  }

  /** False if there is no such folder, or it is a link. */
  #visit(folder: string, wanted: Set<string>, added: string[]): boolean {
    const { root } = this.#options;
    const absolute = folder === "" ? root : `${root}/${folder}`;
    const stats = lstatSync(absolute, { throwIfNoEntry: false });
    if (!stats?.isDirectory()) return false;
    wanted.add(folder);
    const known = this.#watched.get(folder);
    const identity = folderIdentity(stats);
    // A replaced folder is also noticed before its event arrives.
    if (known !== undefined && !known.suspect && known.identity === identity) return true;
    this.#unwatch(folder);
    added.push(folder);
    return this.#watch(folder, absolute, identity);
  }

  #watch(folder: string, absolute: string, identity: string): boolean {
    try {
      const watcher = this.#options.watchFolder(absolute);
      watcher.on("change", (kind, name) => {
        this.#options.onEvent({ folder, kind, name: typeof name === "string" ? name : null });
      });
      watcher.on("error", () => this.#options.onFailure());
      this.#watched.set(folder, { watcher, identity, suspect: false });
      return true;
    } catch (error) {
      // It was just removed; its parent's watch reports if it comes back.
      if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return false;
      throw error;
    }
  }

  #unwatch(folder: string): void {
    this.#watched.get(folder)?.watcher.close();
    this.#watched.delete(folder);
  }
}

/** Does not keep the process alive. */
export function watchOneFolder(absolute: string): FSWatcher {
  return watch(absolute, { persistent: false });
}

/** Distinguishes a folder from a later one at the same path, which often gets the same inode. */
export function folderIdentity(stats: Stats): string {
  return `${stats.dev}:${stats.ino}:${stats.birthtimeMs}`;
}

/** Magic numbers of statfs(2): NFS, SMB in three forms, 9P, FUSE, AFS, Ceph, Coda, VirtualBox and VMware folders. */
const NETWORK_TYPES: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546, 0x5346414f, 0x00c36400, 0x73757245,
  0x786f4256, 0xbacbacbc,
]);

/** Other machines may also write to it, and a watch there only reports this machine's changes. */
export function isNetworkFolder(folder: string): boolean {
  if (process.platform !== "linux") return false;
  try {
    return NETWORK_TYPES.has(statfsSync(folder).type);
  } catch {
    return false;
  }
}
