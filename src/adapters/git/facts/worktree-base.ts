// Where branches of tasks start: what the configuration names, else the remote's default branch as it was last fetched,
// else what is checked out in the repository. From files for a preflight; from git itself for a start.

import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import { quote } from "../../../core/text/quote.ts";
import { type GitPlace, runGit } from "../command/git-command.ts";
import { describeGitFailure, type GitFailure } from "../command/git-failure.ts";
import { type GitFolder, usesReftable } from "./git-folder.ts";
import { isBranchName, readHead, readRemoteDefault, resolveRef } from "./refs.ts";

export type Base = {
  readonly commit: CommitSha;
  /** Work in any of these is in the base: the base itself, and the local branch of a remote one. */
  readonly homes: readonly Home[];
};

/** `ref` in full; null for a commit that no branch was named for. */
type Home = { readonly ref: string | null; readonly commit: CommitSha };

export type BaseSearch = { readonly kind: "found"; readonly base: Base } | BaseMissing;
type BaseMissing = { readonly kind: "missing" } & GitFailure;

const REMOTE_DEFAULT = "refs/remotes/origin/HEAD";
const REMOTE = "refs/remotes/origin/";
const HASH = /^[0-9a-f]{4,64}$/i;

/** Null when there is a base, as far as files tell. */
export function missingBaseFromFiles(folder: GitFolder, wanted: string | null): GitFailure | null {
  if (usesReftable(folder.common)) return null;
  if (wanted === null) {
    const remote = readRemoteDefault(folder.common);
    if (remote !== null && resolveRef(folder.common, remote) !== null) return null;
    return headCommit(folder) === null ? NO_COMMITS : null;
  }
  if (wanted === "HEAD") return headCommit(folder) === null ? NO_COMMITS : null;
  if (!isBranchName(wanted)) return unknownBase(wanted);
  if (HASH.test(wanted)) return null;
  return refsNamed(wanted).some((ref) => resolveRef(folder.common, ref) !== null)
    ? null
    : unknownBase(wanted);
}

/** Whether branches start from what is checked out. */
export function startsFromHead(folder: GitFolder, wanted: string | null): boolean {
  if (wanted !== null) return wanted === "HEAD";
  if (usesReftable(folder.common)) return false;
  const remote = readRemoteDefault(folder.common);
  return remote === null || resolveRef(folder.common, remote) === null;
}

/** The base's commit, by git itself. */
export async function findBase(place: GitPlace, wanted: string | null): Promise<BaseSearch> {
  if (wanted !== null && wanted !== "HEAD" && !isBranchName(wanted))
    return { kind: "missing", ...unknownBase(wanted) };
  for (const name of candidates(wanted)) {
    const found = await resolveCommit(place, name);
    if (found.kind === "failed") return { kind: "missing", ...found.failure };
    if (found.kind === "found")
      return { kind: "found", base: await withLocalBranch(place, name, found.commit) };
  }
  return { kind: "missing", ...(wanted === null || wanted === "HEAD" ? NO_COMMITS : unknownBase(wanted)) };
}

type Resolved =
  | { readonly kind: "found"; readonly commit: CommitSha }
  | { readonly kind: "none" }
  | { readonly kind: "failed"; readonly failure: GitFailure };

/** `name` is a full ref, `HEAD` or a hash: never something that begins with a dash. */
export async function resolveCommit(place: GitPlace, name: string): Promise<Resolved> {
  const result = await runGit(place, ["rev-parse", "--verify", "--quiet", `${name}^{commit}`]);
  if (result.ok) return { kind: "found", commit: result.stdout.trim() as CommitSha };
  if (result.exitCode === 1) return { kind: "none" };
  return { kind: "failed", failure: describeGitFailure("The base could not be looked up", place, result) };
}

function candidates(wanted: string | null): readonly string[] {
  if (wanted === null) return [REMOTE_DEFAULT, "HEAD"];
  if (wanted === "HEAD") return ["HEAD"];
  return [...refsNamed(wanted), ...(HASH.test(wanted) ? [wanted] : [])];
}

function refsNamed(name: string): readonly string[] {
  if (name.startsWith("refs/")) return [name];
  return [`refs/heads/${name}`, `refs/remotes/${name}`, `${REMOTE}${name}`, `refs/tags/${name}`];
}

/** Work that was merged into `main` here is in the base also while `origin/main` does not have it yet. */
async function withLocalBranch(place: GitPlace, name: string, commit: CommitSha): Promise<Base> {
  const isSymbolic = name === REMOTE_DEFAULT || name === "HEAD";
  const full = isSymbolic ? await fullName(place, name) : name;
  const home: Home = { ref: full.startsWith("refs/") ? full : null, commit };
  if (!full.startsWith(REMOTE)) return { commit, homes: [home] };
  const ref = `refs/heads/${full.slice(REMOTE.length)}`;
  const local = await resolveCommit(place, ref);
  return { commit, homes: local.kind === "found" ? [home, { ref, commit: local.commit }] : [home] };
}

async function fullName(place: GitPlace, ref: string): Promise<string> {
  const result = await runGit(place, ["rev-parse", "--symbolic-full-name", ref]);
  return result.ok ? result.stdout.trim() : ref;
}

/** Whether a commit is in the history of another; a commit that is not here is in none. */
export async function isAncestor(place: GitPlace, ancestor: CommitSha, of: CommitSha): Promise<boolean> {
  return (await runGit(place, ["merge-base", "--is-ancestor", ancestor, of])).ok;
}

function headCommit(folder: GitFolder): string | null {
  const head = readHead(folder);
  return head.kind === "unreadable" ? null : head.commit;
}

const NO_COMMITS: GitFailure = {
  message: "The repository has no commit yet that a branch could start from.",
  hint: 'Commit first: git add -A && git commit -m "First commit"',
};

function unknownBase(wanted: string): GitFailure {
  return {
    message: `The base ${quote(wanted)} (worktree.base) is no branch, tag or commit of this repository.`,
    hint: "Name one that is there in tasks/config.yaml, or take the setting out.",
  };
}
