// The worktrees that exist, and what each of them holds; also those that git, or this program, knows nothing of.

import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { compareText } from "../../../core/text/compare-text.ts";
import { nameWorktree, WORKTREES_FOLDER } from "../../../core/worker/worktree-name.ts";
import type { WorktreeHoldings, WorktreeInspection } from "../../../ports/git/worktrees.ts";
import { look } from "../../file-system/read-small-file.ts";
import type { GitPlace } from "../command/git-command.ts";
import { findGitFolder } from "../facts/git-folder.ts";
import type { Base } from "../facts/worktree-base.ts";
import { measureFolder } from "../holdings/folder-size.ts";
import { NOTHING_KNOWN, readCheckout } from "../holdings/worktree-facts.ts";
import { type HoldingsOptions, readHoldings } from "../holdings/worktree-holdings.ts";
import { readWorktreeEntry, type WorktreeEntry } from "./linked-worktree.ts";

/** Far more than a machine can work on; the rest is ignored. */
const LISTED_MAX = 1_000;

/** By slug: folders below `.worktrees/`, and below those that hold worktrees themselves; links are no folders. */
export function listSlugs(root: string): readonly string[] {
  const top = join(root, WORKTREES_FOLDER);
  const slugs = foldersIn(top).flatMap((name) => {
    const folder = join(top, name);
    if (isCheckout(folder)) return [name];
    const below = foldersIn(folder).filter((inner) => isCheckout(join(folder, inner)));
    if (below.length > 0) return below.map((inner) => `${name}/${inner}`);
    return isThere(folder) ? [name] : [];
  });
  return slugs.sort(compareText).slice(0, LISTED_MAX);
}

/** A folder with something in it that is not a lock of ours. */
export function isThere(folder: string): boolean {
  const isFolder = look(folder)?.isDirectory() === true;
  return (isFolder && isCheckout(folder)) || entriesIn(folder).some(({ name }) => !name.startsWith("."));
}

function isCheckout(folder: string): boolean {
  return look(join(folder, ".git")) !== null;
}

function foldersIn(folder: string): readonly string[] {
  const entries = entriesIn(folder).filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  return entries.map(({ name }) => name);
}

function entriesIn(folder: string): readonly Dirent[] {
  return look(folder)?.isDirectory() === true ? readdirSync(folder, { withFileTypes: true }) : [];
}

type Named = { readonly slug: string; readonly worktree: string; readonly branch: string };

export async function describeWorktree(
  place: GitPlace,
  { slug, worktree, branch }: Named,
  base: Base | null,
): Promise<WorktreeInspection> {
  const root = join(place.root, worktree);
  const { ignored: _, ...facts } =
    linkedEntry(place.root, worktree) === null
      ? NOTHING_KNOWN
      : await readCheckout({ ...place, root }, { base, ownBranch: branch, withDiff: true });
  return { slug, worktree, ...facts, sizeBytes: null };
}

export type ListOptions = HoldingsOptions & { readonly measure: boolean };

export async function describeHoldings(
  place: GitPlace,
  slug: string,
  { measure, ...options }: ListOptions,
): Promise<WorktreeHoldings> {
  const worktree = `${WORKTREES_FOLDER}/${slug}`;
  const entry = linkedEntry(place.root, worktree);
  const name = nameWorktree(slug);
  const branch = name.kind === "named" ? name.branch : slug;
  const {
    hasSubmodules: _,
    ignored: __,
    diff: ___,
    ...holdings
  } = entry === null ? NO_HOLDINGS : await readHoldings(place, { worktree, branch, ...entry }, options);
  const sizeBytes = measure ? await measureFolder(join(place.root, worktree), place.signal) : null;
  return { slug, worktree, ...holdings, sizeBytes };
}

const NO_HOLDINGS = {
  ...NOTHING_KNOWN,
  obstacle: null,
  onlyHere: null,
  mergedInAnotherForm: false,
  hasSubmodules: false,
};

/** Null where there is no worktree of this repository. */
function linkedEntry(root: string, worktree: string): Extract<WorktreeEntry, { kind: "linked" }> | null {
  try {
    const search = findGitFolder(root);
    if (search.kind !== "found") return null;
    const entry = readWorktreeEntry({ root, git: search.folder, worktree });
    return entry.kind === "linked" ? entry : null;
  } catch {
    return null; // Unreadable: nothing is known of it.
  }
}
