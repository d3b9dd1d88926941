// The task tree on disk, as the runner reads it. Synchronous on purpose: the runner is its own process, does one cycle
// at a time, and synchronous reads are several times faster than asynchronous ones for thousands of small files.

import type { FileRead, FileStamp } from "../../core/contract/parsed-file.ts";
import type { RelativePath } from "../../core/contract/task.ts";

/** A listing fails as a whole (the folder is gone, the disk does not answer): then nothing is known, never "empty". */
export type TreeListing =
  | { readonly kind: "listed"; readonly stamps: readonly FileStamp[] }
  | { readonly kind: "failed"; readonly detail: string };

export type TreeFiles = {
  /** Every file under `tasks/` that the format knows, links included (reading one refuses it). */
  list(): TreeListing;
  /**
   * The same in small steps; each tells how many files were found so far. Files that are not known may be named without
   * a look at them (`unseenStamp`), since looking costs as much as opening.
   */
  listInSteps(isKnown: (path: RelativePath) => boolean): Generator<number, TreeListing, void>;
  /** The same for a few paths or folders a watch named; a path that is gone is simply not in the answer. */
  listSome(paths: readonly RelativePath[]): TreeListing;
  read(stamp: FileStamp): FileRead;
  /** Reads one after the other, each when it is asked for; cheapest when neighbours in a folder follow each other. */
  readEach(stamps: readonly FileStamp[]): Iterable<FileRead>;
};

/** Watches are hints: `prove` is what turns them into knowledge. */
export type TreeWatch = {
  start(onHint: () => void): void;
  /**
   * Writes a cookie file in a watched folder and waits for its event, after which every earlier event is known.
   * `unproven` (no cookie in time, limits hit, polling) means: scan everything.
   */
  prove(): Promise<"proven" | "unproven">;
  /** Paths and folders touched since the last call; null when the watch lost count and everything must be scanned. */
  take(): readonly RelativePath[] | null;
  /** Makes the watches match the folders that exist; called after a full scan. */
  follow(folders: readonly RelativePath[]): void;
  mode(): "watching" | "polling";
  stop(): void;
};
