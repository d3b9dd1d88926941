// The rebase itself, on objects alone: each commit of the branch is merged onto the new base as `git rebase` would, by the
// same merge, but no file of the worktree and no ref is touched. So a conflict leaves nothing to be taken back.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { quote } from "../../../core/text/quote.ts";
import type { CommandResult } from "../../../ports/system/run-command.ts";
import { type GitRequest, runGit } from "../command/git-command.ts";
import type { Borrowed } from "./borrowed-repository.ts";
import { type CommitObject, parseCommit } from "./commit-object.ts";
import { counted, failed, gitFailed, manual, type Stopped } from "./rebase-outcome.ts";

/** One merge, or a walk over what the two sides do not share; a renamed folder of a large repository takes seconds. */
const STEP_TIMEOUT_MS = 60_000;
/** Longer than a hundred commits take. It holds the task's lock, which a start may be waiting for. */
const TOTAL_TIME_MAX_MS = 3 * 60_000;
/** A branch of one task has tens; each costs four processes. */
const COMMITS_MAX = 300;
/** A message is text that a person reads. */
const COMMIT_BYTES_MAX = 4 * 1024 * 1024;

export type Replayed = {
  readonly kind: "replayed";
  readonly head: CommitSha;
  /** Those that are not in the base, as they are now. */
  readonly commits: number;
};

export type Replay = {
  readonly base: CommitSha;
  /** What people call the base. */
  readonly baseName: string;
  readonly head: CommitSha;
  /** A name, an address and a time, as git writes them. */
  readonly committer: string;
  readonly signal: AbortSignal;
};

export async function replayCommits(borrowed: Borrowed, replay: Replay): Promise<Replayed | Stopped> {
  const git: Git = (args, limits) =>
    runGit(borrowed.place, args, { timeoutMs: STEP_TIMEOUT_MS, signal: replay.signal, ...limits });
  const listing = await listCommits(git, replay);
  if (listing.kind !== "listed") return listing;
  const deadlineMs = performance.now() + TOTAL_TIME_MAX_MS;
  const file = join(borrowed.folder, "commit");
  let tip: Tip | Stopped = await tipAt(git, replay.base);
  for (const sha of listing.commits) {
    if (tip.kind !== "tip") return tip;
    if (performance.now() > deadlineMs) return failed("timeout", "its commits took too long to be rebased");
    tip = await pick(git, sha, { ...replay, tip, file });
  }
  if (tip.kind !== "tip") return tip;
  if (tip.commits === 0) return manual("branch", "the base has all of its changes already");
  return { kind: "replayed", head: tip.commit, commits: tip.commits };
}

type Git = (
  args: readonly string[],
  limits?: Pick<GitRequest, "onStdout" | "outputBytesMax">,
) => Promise<CommandResult>;
type Listing = { readonly kind: "listed"; readonly commits: readonly string[] };

/** Oldest first, without those whose change the base has already. */
async function listCommits(git: Git, { base, head }: Replay): Promise<Listing | Stopped> {
  const shared = await git(["merge-base", base, head]);
  if (shared.exitCode === 1) return manual("branch", "it has no commit in common with its base");
  if (!shared.ok) return gitFailed("its history cannot be read", shared);
  const merges = await git(["rev-list", "--count", "--min-parents=2", head, `^${base}`, "--"]);
  if (!merges.ok) return gitFailed("its history cannot be read", merges);
  if (merges.stdout.trim() !== "0") return manual("branch", "it has merges, which a rebase would undo");
  const range = ["--reverse", "--topo-order", "--right-only", "--cherry-pick", `${base}...${head}`, "--"];
  const listing = await git(["rev-list", ...range]);
  if (!listing.ok) return gitFailed("its commits cannot be listed", listing);
  const commits = listing.stdout.split("\n").filter((line) => line !== "");
  if (commits.length > COMMITS_MAX)
    return manual(
      "branch",
      `it has ${counted(commits.length, "commit")}; ${COMMITS_MAX} are rebased at most`,
    );
  return { kind: "listed", commits };
}

type Tip = {
  readonly kind: "tip";
  readonly commit: CommitSha;
  readonly tree: string;
  /** Made so far. */
  readonly commits: number;
};

async function tipAt(git: Git, commit: CommitSha): Promise<Tip | Stopped> {
  const tree = await git(["rev-parse", "--verify", `${commit}^{tree}`]);
  if (!tree.ok) return gitFailed("the base cannot be read", tree);
  return { kind: "tip", commit, tree: tree.stdout.trim(), commits: 0 };
}

type Step = Pick<Replay, "baseName" | "committer"> & { readonly tip: Tip; readonly file: string };

/** The tip with the commit's change on top. */
async function pick(git: Git, sha: string, { tip, file, committer, baseName }: Step): Promise<Tip | Stopped> {
  const commit = await readCommit(git, sha);
  if ("kind" in commit) return commit;
  const [parent] = commit.parents;
  if (commit.signed || parent === undefined)
    return manual(
      "branch",
      commit.signed ? "its commits are signed, which a rebase would undo" : "it has no parent",
    );
  // A merge looks for what its sides have in common. That shall be the commit's parent, so the tip is given that one.
  const stand = await store(git, file, commit.moved({ tree: tip.tree, parent, committer }));
  if (stand.kind !== "stored") return stand;
  const merged = await merge(git, stand.sha, sha);
  if (merged.kind === "conflict") {
    const where = counted(merged.files.length, "file");
    return manual("conflict", `it conflicts with ${quote(baseName)} in ${where}`, merged.files);
  }
  if (merged.kind !== "merged") return merged;
  if (merged.tree === tip.tree && !(await isEmpty(git, sha, parent))) return tip;
  const made = await store(git, file, commit.moved({ tree: merged.tree, parent: tip.commit, committer }));
  if (made.kind !== "stored") return made;
  return { kind: "tip", commit: made.sha, tree: merged.tree, commits: tip.commits + 1 };
}

async function readCommit(git: Git, sha: string): Promise<CommitObject | Stopped> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const onStdout = (chunk: Uint8Array) => {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    return sizeBytes > COMMIT_BYTES_MAX ? "stop" : "more";
  };
  const result = await git(["cat-file", "commit", sha], { onStdout });
  if (!result.ok) return gitFailed("one of its commits cannot be read", result);
  if (result.ending === "stopped") return manual("branch", "one of its commits has a message of megabytes");
  return parseCommit(Buffer.concat(chunks));
}

type Stored = { readonly kind: "stored"; readonly sha: CommitSha };

async function store(git: Git, file: string, commit: Buffer): Promise<Stored | Stopped> {
  writeFileSync(file, commit);
  const result = await git(["hash-object", "-t", "commit", "-w", "--no-filters", "--", file]);
  if (!result.ok) return gitFailed("a commit cannot be stored", result);
  return { kind: "stored", sha: result.stdout.trim() as CommitSha };
}

type Merged =
  | { readonly kind: "merged"; readonly tree: string }
  | { readonly kind: "conflict"; readonly files: readonly string[] };

/** Git exits with 1 for a conflict, and names the files after the tree. */
async function merge(git: Git, ours: string, theirs: string): Promise<Merged | Stopped> {
  const options = ["--write-tree", "-z", "--name-only", "--no-messages"];
  const result = await git(["merge-tree", ...options, ours, theirs]);
  const [tree = "", ...files] = result.stdout.split("\0").filter((field) => field !== "");
  if (result.ok) return { kind: "merged", tree };
  if (result.ending !== "exited" || result.exitCode !== 1)
    return gitFailed("its commits cannot be merged (git 2.38 or newer can)", result);
  return { kind: "conflict", files };
}

/** Made so on purpose, by whoever committed it. */
async function isEmpty(git: Git, sha: string, parent: string): Promise<boolean> {
  return (await git(["diff-tree", "--quiet", parent, sha, "--"])).ok;
}
