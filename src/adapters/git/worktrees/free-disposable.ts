// Removes from a worktree the folders that can be made again (worktree.disposable) and that git ignores as a whole: installed
// packages, build output. Nothing that git tracks, nothing through a link, and nothing while its worktree is prepared.

import { realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Freed, FreeOptions } from "../../../ports/git/worktrees.ts";
import { look } from "../../file-system/read-small-file.ts";
import { type GitPlace, runGit, splitList } from "../command/git-command.ts";
import { findGitFolder } from "../facts/git-folder.ts";
import { measureFolder } from "../holdings/folder-size.ts";
import { readCheckout } from "../holdings/worktree-facts.ts";
import { readWorktreeEntry } from "./linked-worktree.ts";
import { withWorktreeLock } from "./worktree-lock.ts";

/** `place.root` is a real path. Throws what the file system throws. */
export async function freeDisposable(
  place: GitPlace,
  worktree: string,
  { disposable, whyKept }: { readonly disposable: readonly string[] } & Pick<FreeOptions, "whyKept">,
): Promise<Freed> {
  if (!isLinked(place, worktree)) return refused("it is no worktree of this repository");
  const folder = join(place.root, worktree);
  const freed = await withWorktreeLock(
    folder,
    (lock) => lock === "taken_over",
    async (lock) => {
      if (lock === "taken_over") return refused("it was never finished");
      // Asked once nothing else can begin to use it.
      const kept = await whyKept();
      return kept === null
        ? await freeLocked({ ...place, root: folder }, new Set(disposable))
        : refused(kept);
    },
  );
  return freed === "busy" ? refused("it is being prepared right now") : freed;
}

function isLinked({ root }: GitPlace, worktree: string): boolean {
  const search = findGitFolder(root);
  return (
    search.kind === "found" && readWorktreeEntry({ root, git: search.folder, worktree }).kind === "linked"
  );
}

async function freeLocked(worktree: GitPlace, disposable: ReadonlySet<string>): Promise<Freed> {
  const { ignored } = await readCheckout(worktree, { base: null, ownBranch: null, withIgnored: true });
  if (ignored === null) return refused("git cannot tell what it ignores there");
  const named = ignored.filter((path) => path.endsWith("/") && disposable.has(basename(path)));
  const folders: string[] = [];
  let bytes = 0;
  for (const path of named) {
    if (worktree.signal?.aborted) break;
    const folder = join(worktree.root, path);
    if (!isFolderHere(worktree.root, folder) || (await hasTracked(worktree, path))) continue;
    bytes += (await measureFolder(folder, worktree.signal)) ?? 0;
    await rm(folder, { recursive: true, force: true });
    folders.push(path.slice(0, -1));
  }
  return { kind: "freed", folders, bytes };
}

/** A folder below the worktree, and no link on the way to it. */
function isFolderHere(root: string, folder: string): boolean {
  const real = folder.endsWith("/") ? folder.slice(0, -1) : folder;
  return (
    look(real)?.isDirectory() === true &&
    realpathSync.native(real) === join(realpathSync.native(root), real.slice(root.length))
  );
}

/** Unknown counts as tracked. */
async function hasTracked(worktree: GitPlace, path: string): Promise<boolean> {
  const result = await runGit(worktree, ["ls-files", "-z", "--", `:(top,literal)${path}`]);
  return !result.ok || splitList(result.stdout, "\0").length > 0;
}

function refused(why: string): Freed {
  return { kind: "refused", why };
}
