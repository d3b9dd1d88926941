// What git would write over without looking when a worktree goes from one commit to another: files that it ignores, and
// files that it was told not to compare.

import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { look } from "../../file-system/read-small-file.ts";
import { gitFailed, type Stopped } from "./rebase-outcome.ts";
import { type Checkout, runIn } from "./rebase-site.ts";

/** Lists two trees, or the index. */
const LISTING_TIMEOUT_MS = 30_000;
/** 100 bytes a file, enough for 600,000. */
const LISTING_BYTES_MAX = 64 * 1024 * 1024;
const LISTING = { timeoutMs: LISTING_TIMEOUT_MS, outputBytesMax: LISTING_BYTES_MAX };

export type Move = { readonly from: string; readonly to: string };

export type ChangedPaths = {
  readonly kind: "changed";
  /** Only in `to`. */
  readonly added: ReadonlySet<string>;
  /** Only in `from`. */
  readonly deleted: ReadonlySet<string>;
  /** These, and what is in both and differs. */
  readonly all: ReadonlySet<string>;
};

export async function changedPaths(checkout: Checkout, { from, to }: Move): Promise<ChangedPaths | Stopped> {
  const options = ["-r", "-z", "--name-status", "--no-renames", "--no-ext-diff"];
  const result = await runIn(checkout, ["diff-tree", ...options, from, to, "--"], LISTING);
  if (!result.ok) return gitFailed("what changes cannot be listed", result);
  const fields = result.stdout.split("\0");
  const paths = (status: RegExp) =>
    new Set(fields.filter((_, index) => index % 2 === 1 && status.test(fields[index - 1] ?? "")));
  return { kind: "changed", added: paths(/^A/), deleted: paths(/^D/), all: paths(/./) };
}

/** Files of the worktree that would be lost. */
export async function pathsInTheWay(
  checkout: Checkout,
  changed: ChangedPaths,
): Promise<readonly string[] | Stopped> {
  const result = await runIn(checkout, ["ls-files", "-v", "-z"], LISTING);
  if (!result.ok) return gitFailed("the files of its worktree cannot be listed", result);
  const folder = checkout.place.root;
  const uncompared = result.stdout
    .split("\0")
    .filter((entry) => isUncompared(folder, entry))
    .map((entry) => entry.slice(2))
    .filter((path) => changed.all.has(path));
  const ignored = [...changed.added].flatMap((path) => occupant(folder, path, changed.deleted) ?? []);
  return [...new Set([...uncompared, ...ignored])];
}

/** Tags in lower case: assume-unchanged. `S`: left out of a sparse checkout, and yet there. */
function isUncompared(folder: string, entry: string): boolean {
  if (/^[a-z] /.test(entry)) return true;
  return entry.startsWith("S ") && look(join(folder, entry.slice(2))) !== null;
}

/** What is in the place of a file that is to be written, and will not have gone by then. */
function occupant(folder: string, path: string, deleted: ReadonlySet<string>): string | null {
  const parts = path.split("/");
  for (let depth = 1; depth < parts.length; depth += 1) {
    const parent = parts.slice(0, depth).join("/");
    const stats = look(join(folder, parent));
    if (stats === null) return null;
    if (!stats.isDirectory()) return deleted.has(parent) ? null : parent;
  }
  const stats = look(join(folder, path));
  if (stats === null) return null;
  return stats.isDirectory() ? foreignFile(folder, path, deleted) : path;
}

/** In a folder that is to become a file. */
function foreignFile(folder: string, path: string, deleted: ReadonlySet<string>): string | null {
  const entries = readdirSync(join(folder, path), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const paths = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return paths.find((each) => !deleted.has(each)) ?? null;
}
