// One fs.watch per folder of the tree, made to match the folders that exist. A watch belongs to the folder it was made
// on, wherever that is moved, so a watch whose folder may have been replaced is made anew.

import { type FSWatcher, lstatSync, type Stats, watch } from "node:fs";
import { errorCode } from "../file-system/file-error.ts";
import { subfolders } from "./tree-folders.ts";

/** `folder` is relative to the root, "" for the root; `name` is null when the system does not tell. */
export type FolderEvent = { readonly folder: string; readonly kind: string; readonly name: string | null };

/** `fs.watch`, or what a test puts in its place to have it fail. */
export type WatchFolder = (absolute: string) => Pick<FSWatcher, "on" | "close">;

type Watched = { readonly watcher: ReturnType<WatchFolder>; readonly identity: string; suspect: boolean };

/** Without watches on these a change could be missed: the way down to the tree, and the list of its branches. */
const REQUIRED = ["", "tasks", "tasks/workstreams"];

export class FolderWatches {
  readonly #root: string;
  readonly #onEvent: (event: FolderEvent) => void;
  readonly #onFailure: () => void;
  readonly #watchFolder: WatchFolder;
  readonly #watched = new Map<string, Watched>();

  constructor(options: {
    readonly root: string;
    readonly onEvent: (event: FolderEvent) => void;
    /** The system's limits are reached, or a watch broke: these watches can no longer be relied on. */
    readonly onFailure: () => void;
    readonly watchFolder?: WatchFolder;
  }) {
    this.#root = options.root;
    this.#onEvent = options.onEvent;
    this.#onFailure = options.onFailure;
    this.#watchFolder = options.watchFolder ?? watchOneFolder;
  }

  /**
   * Watches exactly the folders that exist now; folders newly watched are returned, because nothing is known of
   * what happened in them before. Null when not every folder can be watched.
   */
  match(): readonly string[] | null {
    const added: string[] = [];
    const wanted = new Set<string>();
    try {
      this.#visit("", wanted, added);
      this.#descend("tasks", wanted, added);
    } catch {
      // Not to be watched or read, or a limit is reached: part of a watch is worth nothing.
      this.close();
      return null;
    }
    for (const folder of this.#watched.keys()) if (!wanted.has(folder)) this.#unwatch(folder);
    return REQUIRED.every((folder) => this.#watched.has(folder)) ? added : null;
  }

  /** The folder, and all below it, may no longer be the one that is watched. */
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
    for (const child of subfolders(this.#root, folder)) this.#descend(child, wanted, added);
  }

  /** False when there is no such folder, or it is a link. */
  #visit(folder: string, wanted: Set<string>, added: string[]): boolean {
    const absolute = this.#absolute(folder);
    const stats = lstatSync(absolute, { throwIfNoEntry: false });
    if (!stats?.isDirectory()) return false;
    wanted.add(folder);
    const known = this.#watched.get(folder);
    const identity = folderIdentity(stats);
    // A replaced folder also shows by itself, while its event is still on its way.
    if (known !== undefined && !known.suspect && known.identity === identity) return true;
    this.#unwatch(folder);
    added.push(folder);
    return this.#watch(folder, absolute, identity);
  }

  #watch(folder: string, absolute: string, identity: string): boolean {
    try {
      const watcher = this.#watchFolder(absolute);
      watcher.on("change", (kind, name) => {
        this.#onEvent({ folder, kind, name: typeof name === "string" ? name : null });
      });
      watcher.on("error", () => this.#onFailure());
      this.#watched.set(folder, { watcher, identity, suspect: false });
      return true;
    } catch (error) {
      // It went while we were looking; its parent's watch tells when it comes back.
      if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return false;
      throw error;
    }
  }

  #unwatch(folder: string): void {
    this.#watched.get(folder)?.watcher.close();
    this.#watched.delete(folder);
  }

  #absolute(folder: string): string {
    return folder === "" ? this.#root : `${this.#root}/${folder}`;
  }
}

/** Does not keep the process alive. */
export function watchOneFolder(absolute: string): FSWatcher {
  return watch(absolute, { persistent: false });
}

/** Tells a folder from one made later at the same path, which often gets the same inode. */
export function folderIdentity(stats: Stats): string {
  return `${stats.dev}:${stats.ino}:${stats.birthtimeMs}`;
}
