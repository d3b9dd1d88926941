// Commits that only HEAD or the reflog of a worktree still knows: made without a branch, or left behind by a reset. They
// are gone with the worktree. What was amended or rebased was replaced on purpose and does not count.

import { basename } from "node:path";
import { type GitPlace, runGit, splitList } from "../command/git-command.ts";

/** Entries of a reflog that are read, each an argument of a command line; a run makes some dozens. */
const ENTRIES_MAX = 1_000;
/** Sentences name fewer. */
const NAMED_MAX = 10;

export type ReflogOwner = {
  /** The worktree's own git folder. */
  readonly own: string;
  /** It goes with the worktree, so its reflog goes too. */
  readonly branch: string;
};

export type Unreferenced = { readonly count: number; readonly names: readonly string[] };

/** `place` is the repository itself, so that it also works for a worktree whose folder is gone. Null: git cannot tell. */
export async function unreferencedCommits(
  place: GitPlace,
  { own, branch }: ReflogOwner,
): Promise<Unreferenced | null> {
  const tips = new Set<string>();
  for (const ref of [`worktrees/${basename(own)}/HEAD`, `refs/heads/${branch}`]) {
    const entries = await readReflog(place, ref);
    if (entries === null) return null;
    for (const tip of tipsLeft(entries)) tips.add(tip);
  }
  if (tips.size === 0) return { count: 0, names: [] };
  // No other worktree's HEAD counts as a ref either: it may move on.
  const range = ["--ignore-missing", ...tips, "--single-worktree", "--not", "--all"];
  const result = await runGit(place, ["log", "--format=%h %s", ...range, "--"]);
  if (!result.ok) return null;
  const names = splitList(result.stdout, "\n");
  return { count: names.length, names: names.slice(0, NAMED_MAX) };
}

type ReflogEntry = { readonly commit: string; readonly tree: string; readonly message: string };

/** Newest first; empty for a ref that is not there or has no reflog. */
async function readReflog(place: GitPlace, ref: string): Promise<readonly ReflogEntry[] | null> {
  const tip = await runGit(place, ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
  if (!tip.ok) return tip.exitCode === 1 ? [] : null;
  const options = ["--walk-reflogs", `--max-count=${ENTRIES_MAX}`, "--format=%H %T %gs"];
  const log = await runGit(place, ["log", ...options, ref, "--"]);
  if (!log.ok) return null;
  const entries = splitList(log.stdout, "\n").map((line) => {
    const [commit = "", tree = "", ...words] = line.split(" ");
    return { commit, tree, message: words.join(" ") };
  });
  return [{ commit: tip.stdout.trim(), tree: "", message: "" }, ...entries];
}

/** Messages of steps after which the commit before is a parent, or was replaced on purpose. */
const CONTINUES = /^(?:commit|merge|cherry-pick|revert|am|pull|rebase|tasks: rebase)\b/;

/** Each commit that was left for another one, unless one was committed later that has exactly its files. */
function tipsLeft(entries: readonly ReflogEntry[]): readonly string[] {
  const committedLater = new Set<string>();
  return entries.flatMap(({ commit, tree, message }, index) => {
    const isKept = CONTINUES.test(entries[index - 1]?.message ?? "") || committedLater.has(tree);
    if (message.startsWith("commit")) committedLater.add(tree);
    return isKept ? [] : [commit];
  });
}
