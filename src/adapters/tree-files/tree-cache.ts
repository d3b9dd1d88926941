// What a listing remembers of the one before: names, the paths they make, and stamps. Building and judging ten thousand
// paths costs more than looking whether the names are still the same.

import { readdirSync } from "node:fs";
import type { FileStamp } from "../../core/contract/parsed-file.ts";
import { pathKind } from "../../core/contract/path-kind.ts";
import type { RelativePath } from "../../core/contract/task.ts";

/** Folders come and go over months; a tree has tens of them. */
const FOLDERS_REMEMBERED_MAX = 1_000;

/** One folder as last seen. */
export type KnownFolder = {
  readonly names: readonly string[];
  /** Some name is not UTF-8: it may hide another one behind the same replacement characters, so look every time. */
  readonly odd: boolean;
  /** Null for a name that is not ours. Same order as `names`. */
  readonly paths: readonly (RelativePath | null)[];
  /** Same order again. */
  readonly stamps: (FileStamp | undefined)[];
};

/** What is kept between listings: a cache that may be dropped at any time. */
export type TreeCache = {
  readonly folders: Map<string, KnownFolder>;
  /** Names, as bytes, of files whose names are not UTF-8: their RelativePath spells those bytes out. */
  readonly oddNames: Map<RelativePath, Buffer>;
};

/** The folder's names as they are now; the very record of last time when they are the same. Throws what reading throws. */
export function knownFolder(cache: TreeCache, folder: string, prefix: string): KnownFolder {
  const { folders } = cache;
  const known = folders.get(folder);
  const names = readdirSync(prefix);
  if (known !== undefined && !known.odd && sameNames(known.names, names)) return known;
  const odd = names.some(hasReplacement);
  const spelled = odd ? spellOddNames(cache, folder, prefix) : names;
  const paths = spelled.map((name) => ourPath(`${folder}/${name}`));
  if (folders.size >= FOLDERS_REMEMBERED_MAX) folders.clear();
  const fresh: KnownFolder = { names, odd, paths, stamps: [] };
  folders.set(folder, fresh);
  return fresh;
}

function sameNames(before: readonly string[], after: readonly string[]): boolean {
  return before.length === after.length && after.every((name, index) => name === before[index]);
}

function hasReplacement(name: string): boolean {
  return name.includes("\uFFFD");
}

/** The path, when the format knows it. */
export function ourPath(path: string): RelativePath | null {
  return pathKind(path) === null ? null : (path as RelativePath);
}

/** Names that are not UTF-8 are spelled with `\xff` for each such byte; their bytes are remembered for opening. */
function spellOddNames(cache: TreeCache, folder: string, prefix: string): string[] {
  return readdirSync(prefix, { encoding: "buffer" }).map((bytes) => {
    const name = bytes.toString("utf8");
    if (Buffer.from(name).equals(bytes)) return name;
    const spelled = spellBytes(bytes);
    cache.oddNames.set(`${folder}/${spelled}` as RelativePath, bytes);
    return spelled;
  });
}

function spellBytes(bytes: Buffer): string {
  return Array.from(bytes, (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`,
  ).join("");
}
