// What a listing remembers from the one before: names, their paths, and stamps. Building and checking ten thousand
// paths costs more than comparing the names.

import { readdirSync } from "node:fs";
import type { FileStamp } from "../../core/contract/parsed-file.ts";
import { pathKind } from "../../core/contract/path-kind.ts";
import type { RelativePath } from "../../core/contract/task.ts";

/** Folders come and go over months; a tree has tens of them. */
const FOLDERS_REMEMBERED_MAX = 1_000;

/** One folder as last seen. */
export type KnownFolder = {
  readonly names: readonly string[];
  /** A name is not UTF-8: others may look the same with replacement characters, so it is never reused. */
  readonly odd: boolean;
  /** Null for a name outside the format. Same order as `names`. */
  readonly paths: readonly (RelativePath | null)[];
  /** Same order again. */
  readonly stamps: (FileStamp | undefined)[];
};

/** Kept between listings; may be dropped at any time. */
export type TreeCache = {
  readonly folders: Map<string, KnownFolder>;
  /** Names, as bytes, that are not UTF-8: their RelativePath spells those bytes out. */
  readonly oddNames: Map<RelativePath, Buffer>;
};

/** The folder's current names; the same object as last time if they did not change. Throws what reading throws. */
export function knownFolder(cache: TreeCache, folder: string, prefix: string): KnownFolder {
  const { folders } = cache;
  const known = folders.get(folder);
  const names = readdirSync(prefix);
  if (known !== undefined && !known.odd && sameNames(known.names, names)) return known;
  const odd = names.some((name) => name.includes("\uFFFD"));
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

/** Null for a path outside the format. */
export function ourPath(path: string): RelativePath | null {
  return pathKind(path) === null ? null : (path as RelativePath);
}

/** Spells each byte of a name that is not UTF-8 as `\xff`; the bytes are remembered for opening. */
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
