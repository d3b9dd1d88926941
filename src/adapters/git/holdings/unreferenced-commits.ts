// Commits that only HEAD or the reflog of a worktree still knows: made without a branch, or left behind by a reset. They
// are gone with the worktree. What was amended or rebased was replaced on purpose and does not count.

import { basename } from "node:path";
import { type GitPlace, runGit } from "../command/git-command.ts";

const LOG_TIMEOUT_MS = 30_000;
/** Entries of a reflog that are looked at, each an argument of a command line; a run makes some dozens. */
const ENTRIES_MAX = 1_000;
/** Sentences name fewer. */
const NAMED_MAX = 10;

export type ReflogOwner = {
  /** The worktree's own git folder. */
  readonly own: string;
  /** Goes with the worktree, so that its reflog goes too. */
  readonly branch: string;
};

export type Unreferenced = { readonly count: number; readonly names: readonly string[] };

/** `place` is the repository itself, so that a worktree whose folder is gone can be asked about. Null: git does not say. */
export async function unreferencedCommits(
  place: GitPlace,
  { own, branch }: ReflogOwner,
  signal: AbortSignal,
): Promise<Unreferenced | null> {
  const tips: string[] = [];
  for (const ref of [`worktrees/${basename(own)}/HEAD`, `refs/heads/${branch}`]) {
    const entries = await readReflog(place, ref, signal);
    if (entries === null) return null;
    tips.push(...tipsLeft(entries));
  }
  return tips.length === 0 ? { count: 0, names: [] } : await notOnAnyRef(place, [...new Set(tips)], signal);
}

type ReflogEntry = { readonly commit: string; readonly tree: string; readonly message: string };

/** Newest first; empty for a ref that is not there or has no reflog. */
async function readReflog(
  place: GitPlace,
  ref: string,
  signal: AbortSignal,
): Promise<readonly ReflogEntry[] | null> {
  const limits = { timeoutMs: LOG_TIMEOUT_MS, signal };
  const there = await runGit(place, ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], limits);
  if (!there.ok) return there.exitCode === 1 ? [] : null;
  const log = await runGit(
    place,
    ["log", "--walk-reflogs", `--max-count=${ENTRIES_MAX}`, "--format=%H %T %gs", ref, "--"],
    limits,
  );
  if (!log.ok) return null;
  const entries = log.stdout.split("\n").flatMap((line) => {
    const [commit, tree, ...words] = line.split(" ");
    return commit === undefined || tree === undefined ? [] : [{ commit, tree, message: words.join(" ") }];
  });
  const tip: ReflogEntry = { commit: there.stdout.trim(), tree: "", message: "" };
  return [tip, ...entries];
}

/** Messages of steps after which the commit before is a parent, or was replaced on purpose. */
const GOES_ON = /^(?:commit|merge|cherry-pick|revert|am|pull|rebase|tasks: rebase)\b/;

/** Each commit that was left for another one, unless one was committed later that has exactly its files. */
function tipsLeft(entries: readonly ReflogEntry[]): readonly string[] {
  const committedLater = new Set<string>();
  return entries.flatMap(({ commit, tree, message }, index) => {
    const isKept = GOES_ON.test(entries[index - 1]?.message ?? "") || committedLater.has(tree);
    if (message.startsWith("commit")) committedLater.add(tree);
    return isKept ? [] : [commit];
  });
}

/** No other worktree's HEAD counts either: it may move on. */
async function notOnAnyRef(
  place: GitPlace,
  tips: readonly string[],
  signal: AbortSignal,
): Promise<Unreferenced | null> {
  const range = ["--ignore-missing", ...tips, "--single-worktree", "--not", "--all"];
  const result = await runGit(place, ["log", "--format=%h %s", ...range, "--"], {
    timeoutMs: LOG_TIMEOUT_MS,
    signal,
  });
  if (!result.ok) return null;
  const names = result.stdout.split("\n").filter((line) => line !== "");
  return { count: names.length, names: names.slice(0, NAMED_MAX) };
}
