// The worktrees that are there, and what each of them holds; also those that git, or this program, knows nothing of.

import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { compareText } from "../../core/compare-text.ts";
import { WORKTREES_FOLDER } from "../../core/run/worktree-name.ts";
import type { WorktreeFacts } from "../../ports/worktrees.ts";
import { measureFolder } from "./folder-size.ts";
import type { GitPlace } from "./git-command.ts";
import { findGitFolder } from "./git-folder.ts";
import { lookAtWorktree } from "./linked-worktree.ts";
import { look } from "./read-small-file.ts";
import type { Base } from "./worktree-base.ts";
import { NOTHING_TOLD, readCheckout } from "./worktree-facts.ts";

/** Far more than a machine can work on; the rest is not looked at. */
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

export type Telling = { readonly base: Base | null; readonly measure: boolean; readonly signal: AbortSignal };

export async function tellWorktree(
  place: GitPlace,
  slug: string,
  { base, measure, signal }: Telling,
): Promise<WorktreeFacts> {
  const worktree = `${WORKTREES_FOLDER}/${slug}`;
  const folder = join(place.root, worktree);
  const isOurs = isLinked(place.root, worktree);
  const facts = isOurs ? await readCheckout({ ...place, root: folder }, base, signal) : NOTHING_TOLD;
  const sizeBytes = measure ? await measureFolder(folder, signal) : null;
  return { slug, worktree, ...facts, sizeBytes };
}

function isLinked(root: string, worktree: string): boolean {
  try {
    const search = findGitFolder(root);
    return (
      search.kind === "found" && lookAtWorktree({ root, git: search.folder, worktree }).kind === "linked"
    );
  } catch {
    // Not to be read: nothing is told of it.
    return false;
  }
}
