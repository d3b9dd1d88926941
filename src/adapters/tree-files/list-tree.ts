// Walks the folders of the task tree and stamps every file of the format. Links to folders are not followed; a linked
// folder shows as one file in it that reading refuses, so that nothing disappears silently.
//
// The hot path is one lstat per file and little else: paths are built and checked once per folder, and an unchanged
// stamp is the same object as before (bench/ measures a listing of 10,000 files). A new file is only named: it is read
// next, and opening it stamps it.

import { lstatSync, type Stats, statSync } from "node:fs";
import { type FileStamp, unseenStamp } from "../../core/contract/parsed-file.ts";
import { isStrayFolder } from "../../core/contract/path-kind.ts";
import type { RelativePath } from "../../core/contract/task.ts";
import { describeFileError, retryInterrupted } from "../file-system/file-error.ts";
import { type HeldFolder, holdFolder } from "../file-system/held-folder.ts";
import { type KnownFolder, knownFolder, ourPath, type TreeCache } from "./tree-cache.ts";
import { childFolders, subfolders } from "./tree-folders.ts";

/** The listing as a whole failed; `message` is shown. */
export class ListingError extends Error {}

export type Walk = {
  readonly root: string;
  readonly cache: TreeCache;
  readonly stamps: FileStamp[];
  /** Other files are only named, if their folder can be held. */
  readonly isKnown: (path: RelativePath) => boolean;
  /** Each folder was held open and proven to be in the tree while its files were stamped (S10). */
  proven: boolean;
};

const NO_THROW = { throwIfNoEntry: false } as const;

/** A linked folder shows as the first of these that is a file of the format there. */
const LINK_MARKS = ["index.md", "this-folder-is-a-link.md", "spec.md"];

/** Work that can be interrupted between steps; each yields how many files were found so far. */
export type Steps = Generator<number, void, void>;

/** A few milliseconds of work, or a second on a slow network. */
const FILES_PER_STEP = 500;

/** Lists all files of the format below `folder`; none for an unknown folder. Throws ListingError. */
export function* walkFolder(walk: Walk, folder: string): Steps {
  if (childFolders(folder) === null && !isStrayFolder(folder)) return;
  if (folderState(walk, folder) === "absent") return;
  const others = yield* listFiles(walk, folder);
  for (const child of attempt(folder, () => subfolders(walk.root, folder))) yield* walkFolder(walk, child);
  for (const child of others) if (isStrayFolder(child)) yield* walkFolder(walk, child);
}

/** Stamps one file if it exists and no folder in its path is a link. Throws ListingError. */
export function stampFile(walk: Walk, path: RelativePath): void {
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (linkedParent(walk.root, path) !== null || folderState(walk, folder) === "absent") return;
  attempt(folder, () => {
    const held = hold(walk, folder);
    try {
      const stamp = lookUp(walk, held.prefix, path);
      if (stamp !== undefined) walk.stamps.push(stamp);
    } finally {
      held.close();
    }
  });
}

/** A repository without workstreams is not an empty tree but an error. Throws ListingError. */
export function requireTree(root: string): void {
  for (const folder of ["", "tasks", "tasks/workstreams"]) {
    const name = folder === "" ? "The repository folder" : `The folder ${folder}`;
    try {
      const stats = lstatSync(`${root}/${folder}`, NO_THROW);
      if (stats === undefined) throw new ListingError(`${name} is gone.`);
      if (stats.isSymbolicLink()) throw new ListingError(`${name} is a link; links are not followed.`);
      if (!stats.isDirectory()) throw new ListingError(`${name} is not a folder.`);
    } catch (error) {
      if (error instanceof ListingError) throw error;
      throw new ListingError(`${name} cannot be read: ${describeFileError(error)}.`, { cause: error });
    }
  }
}

/** The first folder in `path` that is a link, or null. */
export function linkedParent(root: string, path: string): string | null {
  for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) {
    const folder = path.slice(0, end);
    if (isLink(`${root}/${folder}`)) return folder;
  }
  return null;
}

function isLink(absolute: string): boolean {
  try {
    return lstatSync(absolute, NO_THROW)?.isSymbolicLink() ?? false;
  } catch {
    return false; // Unreadable, so nothing can be opened through it.
  }
}

export function isStamped(stats: Stats, stamp: FileStamp): boolean {
  return (
    stats.mtimeMs === stamp.mtimeMs &&
    stats.ctimeMs === stamp.ctimeMs &&
    stats.size === stamp.sizeBytes &&
    stats.ino === stamp.inode
  );
}

export function toStamp(path: RelativePath, stats: Stats): FileStamp {
  return {
    path,
    sizeBytes: stats.size,
    mtimeMs: stats.mtimeMs,
    ctimeMs: stats.ctimeMs,
    inode: stats.ino,
  };
}

/**
 * Stamps the files of one folder. An lstat by plain path is cheaper than one in the held folder, and enough for a file
 * that is unchanged; anything else is stamped in the held folder. Returns the other paths in it.
 */
function* listFiles(walk: Walk, folder: string): Generator<number, readonly string[], void> {
  const held = attempt(folder, () => hold(walk, folder));
  try {
    const known = attempt(folder, () => knownFolder(walk.cache, folder, held.prefix));
    const { names, paths } = known;
    for (let from = 0; from < names.length; from += FILES_PER_STEP) {
      const end = Math.min(names.length, from + FILES_PER_STEP);
      attempt(folder, () => stampSome(walk, { folder, held, known, from, end }));
      yield walk.stamps.length;
    }
    return names.filter((_, index) => paths[index] === null).map((name) => `${folder}/${name}`);
  } finally {
    held.close();
  }
}

type SomeFiles = {
  readonly folder: string;
  readonly held: HeldFolder;
  readonly known: KnownFolder;
  readonly from: number;
  readonly end: number;
};

/** May be retried: nothing is added before all of them are stamped. */
function stampSome(walk: Walk, { folder, held, known, from, end }: SomeFiles): void {
  const plain = `${walk.root}/${folder}/`;
  const { names, paths, stamps } = known;
  const found: FileStamp[] = [];
  for (let index = from; index < end; index += 1) {
    const path = paths[index];
    if (path === null || path === undefined) continue;
    const before = stamps[index];
    if (before === undefined && held.proven && !walk.isKnown(path)) {
      found.push(unseenStamp(path));
      continue;
    }
    const stamp =
      before !== undefined && isStillStamped(plain + names[index], before)
        ? before
        : lookUp(walk, held.prefix, path);
    stamps[index] = stamp;
    if (stamp !== undefined) found.push(stamp);
  }
  for (const stamp of found) walk.stamps.push(stamp);
}

function isStillStamped(absolute: string, before: FileStamp): boolean {
  const stats = lstatSync(absolute, NO_THROW);
  return stats !== undefined && isStamped(stats, before);
}

/** Stamps a file by its name in a held folder. */
function lookUp(walk: Walk, prefix: string, path: RelativePath): FileStamp | undefined {
  const bytes = walk.cache.oddNames.get(path);
  const name = prefix + path.slice(path.lastIndexOf("/") + 1);
  const stats = lstatSync(bytes === undefined ? name : Buffer.concat([Buffer.from(prefix), bytes]), NO_THROW);
  return stats === undefined ? undefined : toStamp(path, stats);
}

function hold(walk: Walk, folder: string): HeldFolder {
  const held = holdFolder(`${walk.root}/${folder}`);
  if (held === null) throw new ListingError(`The folder ${folder} was replaced while it was listed.`);
  if (!held.proven) walk.proven = false;
  return held;
}

/** Also stamps a folder that is a link, so that it shows. */
function folderState(walk: Walk, folder: string): "folder" | "absent" {
  const stats = lstat(walk, folder);
  if (stats?.isSymbolicLink()) stampLinkedFolder(walk, folder);
  return stats?.isDirectory() ? "folder" : "absent";
}

function stampLinkedFolder(walk: Walk, folder: string): void {
  const stats = lstat(walk, folder);
  const path = LINK_MARKS.map((name) => ourPath(`${folder}/${name}`)).find((found) => found !== null);
  if (stats === undefined || path === undefined || !leadsToFolder(`${walk.root}/${folder}`)) return;
  walk.stamps.push(toStamp(path, stats));
}

/** A link to a file, or to nothing, hides no tasks. */
function leadsToFolder(absolute: string): boolean {
  try {
    return statSync(absolute, NO_THROW)?.isDirectory() ?? false;
  } catch {
    return true; // Unknown (a loop, no permission): better one line too many than a folder that disappears.
  }
}

function lstat(walk: Walk, folder: string): Stats | undefined {
  return attempt(folder, () => lstatSync(`${walk.root}/${folder}`, NO_THROW));
}

/** An unreadable folder fails the whole listing: its tasks must not look deleted. */
function attempt<Result>(folder: string, call: () => Result): Result {
  try {
    return retryInterrupted(call);
  } catch (error) {
    if (error instanceof ListingError) throw error;
    throw new ListingError(`The folder ${folder} cannot be listed: ${describeFileError(error)}.`, {
      cause: error,
    });
  }
}
