// Whether work is in the base in another form: rebased (each commit is there under another name), or squashed (all of it
// is there as one commit, or merging it would change nothing). Reachability, which `git branch -d` goes by, misses both.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import type { GitSetting } from "../command/git-hardening.ts";
import { createScratchWorktree, removeScratchWorktree } from "../command/scratch-worktree.ts";
import type { Base } from "../facts/worktree-base.ts";

/** Compares all commits since the two diverged; a base that moved on by years takes longer, and counts as not merged. */
const TIMEOUT_MS = 30_000;
/** A commit needs an author; this one is never shown. */
const AUTHOR: readonly GitSetting[] = [
  ["user.name", "tasks"],
  ["user.email", "tasks@localhost"],
];

type Work = { readonly head: CommitSha; readonly base: Base; readonly common: string };

/** False also where git cannot tell. Git computes the answer by writing objects, which go with the scratch worktree. */
export async function isMergedInAnotherForm(place: GitPlace, { head, base, common }: Work): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "tasks-scratch-"));
  try {
    const options = { folder, common, commit: head, branch: "work", keepsObjects: false };
    const scratch = createScratchWorktree(place, options);
    const ask: Ask = async (args) => {
      const result = await runGit(scratch, args, { timeoutMs: TIMEOUT_MS, settings: AUTHOR });
      return result.ok ? result.stdout.trim() : null;
    };
    for (const { commit } of base.homes) if (await isMergedInto(ask, commit, head)) return true;
    return false;
  } finally {
    removeScratchWorktree(folder);
  }
}

/** What git printed, without its last line end; null when it failed. */
type Ask = (args: readonly string[]) => Promise<string | null>;

async function isMergedInto(ask: Ask, home: string, head: string): Promise<boolean> {
  const parent = await ask(["merge-base", home, head]);
  const trees = await ask(["rev-parse", `${parent}^{tree}`, `${head}^{tree}`]);
  const [before, after] = trees?.split("\n") ?? [];
  // Work that undid itself in the end is nowhere else, though the base looks the same.
  if (parent === null || before === undefined || before === after) return false;
  if (await isPickedInto(ask, home, head)) return true;
  const squashed = await ask(["commit-tree", `${head}^{tree}`, "-p", parent, "-m", "squashed"]);
  if (squashed !== null && (await isPickedInto(ask, home, squashed))) return true;
  // Null: it conflicts, or git is older than 2.38 and cannot merge without files.
  const merged = await ask(["merge-tree", "--write-tree", home, head]);
  return merged !== null && merged === (await ask(["rev-parse", `${home}^{tree}`]));
}

/** Each commit has one with the same change there. A merge has no change of its own to compare, so it counts as missing. */
async function isPickedInto(ask: Ask, home: string, head: string): Promise<boolean> {
  const range = ["rev-list", "--count", "--right-only", "--cherry-pick", `${home}...${head}`, "--"];
  return (await ask(range)) === "0";
}
