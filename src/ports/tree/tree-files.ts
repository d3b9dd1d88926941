// The task tree on disk, as the runner reads it. Synchronous on purpose: the runner is its own process and runs one cycle
// at a time, and for thousands of small files synchronous reads are several times faster.

import type { FileRead, FileStamp } from "../../core/contract/parsed-file.ts";
import type { RelativePath } from "../../core/contract/task.ts";

/** A failed listing (the folder is gone, the disk does not answer) is not an empty tree. */
export type TreeListing =
  | { readonly kind: "listed"; readonly stamps: readonly FileStamp[] }
  | { readonly kind: "failed"; readonly detail: string };

export type TreeFiles = {
  /** Every file under `tasks/` that the format knows, links included (reading one refuses it). */
  list(): TreeListing;
  /**
   * The same in small steps, which yield the number of files found so far. Unknown files may be listed without a stat
   * (`unseenStamp`), since that costs as much as opening them.
   */
  listInSteps(isKnown: (path: RelativePath) => boolean): Generator<number, TreeListing, void>;
  /** The same for a few paths or folders; those that are gone are left out. */
  listSome(paths: readonly RelativePath[]): TreeListing;
  read(stamp: FileStamp): FileRead;
  /** Reads lazily; cheapest in order of folder. */
  readEach(stamps: readonly FileStamp[]): Iterable<FileRead>;
};

/** Watches are hints; `prove` makes them certain. */
export type TreeWatch = {
  start(onHint: () => void): void;
  /**
   * Writes a cookie file in a watched folder and waits for its event, after which every earlier event has arrived.
   * `unproven` (no event in time, limits hit, polling): scan everything.
   */
  prove(): Promise<"proven" | "unproven">;
  /** Paths and folders touched since the last call; null when events were lost: scan everything. */
  take(): readonly RelativePath[] | null;
  /** Makes the watches match the folders that exist; called after a full scan. */
  follow(folders: readonly RelativePath[]): void;
  mode(): "watching" | "polling";
  stop(): void;
};
