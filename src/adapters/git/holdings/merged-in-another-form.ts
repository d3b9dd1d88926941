// Whether work is in the base in another form: rebased (each commit is there under another name), or squashed (all of it
// is there as one commit, or merging it would change nothing). Reachability, which `git branch -d` goes by, sees neither.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import type { GitSetting } from "../command/git-hardening.ts";
import { createScratchWorktree, removeScratchWorktree } from "../command/scratch-worktree.ts";
import type { Base } from "../facts/worktree-base.ts";

/** Compares the changes of all commits since the two parted; a base that moved on by years takes longer, and counts as no. */
const COMPARE_TIMEOUT_MS = 30_000;
/** A commit is an object with an author, whose name nobody ever sees here. */
const AUTHOR: readonly GitSetting[] = [
  ["user.name", "tasks"],
  ["user.email", "tasks@localhost"],
];

export type Work = { readonly head: CommitSha; readonly base: Base; readonly common: string };

/** False also where git cannot tell: such work counts as not merged. */
export async function isMergedInAnotherForm(
  place: GitPlace,
  { head, base, common }: Work,
  signal: AbortSignal,
): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "tasks-scratch-"));
  try {
    const options = { folder, common, commit: head, branch: "work", keepsObjects: false };
    const compare = createComparison(createScratchWorktree(place, options), signal);
    for (const { commit } of base.homes) if (await isMergedInto(compare, commit, head)) return true;
    return false;
  } finally {
    removeScratchWorktree(folder);
  }
}

async function isMergedInto(compare: Compare, home: string, head: string): Promise<boolean> {
  const parting = await compare(["merge-base", home, head]);
  if (parting === null || (await isSameTree(compare, parting, head))) return false;
  if (await isPickedInto(compare, home, head)) return true;
  const squashed = await compare(["commit-tree", `${head}^{tree}`, "-p", parting, "-m", "squashed"]);
  if (squashed !== null && (await isPickedInto(compare, home, squashed))) return true;
  return await changesNothing(compare, home, head);
}

/** What git printed, without its last line end; null when it failed. */
type Compare = (args: readonly string[]) => Promise<string | null>;

function createComparison(scratch: GitPlace, signal: AbortSignal): Compare {
  return async (args) => {
    const limits = { timeoutMs: COMPARE_TIMEOUT_MS, settings: AUTHOR, signal };
    const result = await runGit(scratch, args, limits);
    return result.ok ? result.stdout.trim() : null;
  };
}

/** Work that took itself back in the end is nowhere else, though the base looks the same. */
async function isSameTree(compare: Compare, one: string, other: string): Promise<boolean> {
  const trees = await compare(["rev-parse", `${one}^{tree}`, `${other}^{tree}`]);
  const [first, second] = trees?.split("\n") ?? [];
  return first === undefined || first === second;
}

/** Each commit has one with the same change there. A merge has no change of its own to compare, so it counts as missing. */
async function isPickedInto(compare: Compare, home: string, head: string): Promise<boolean> {
  const range = ["rev-list", "--count", "--right-only", "--cherry-pick", `${home}...${head}`, "--"];
  return (await compare(range)) === "0";
}

/** Exit code 1: it conflicts. Other failures: git before 2.38, which cannot merge without files. */
async function changesNothing(compare: Compare, home: string, head: string): Promise<boolean> {
  const merged = await compare(["merge-tree", "--write-tree", home, head]);
  return merged !== null && merged === (await compare(["rev-parse", `${home}^{tree}`]));
}
