// Worktrees as records: no git, no folder. What happens in one (changes, commits, a merge, a deletion by hand) a test
// says. It refuses and keeps what the real one does.

import type { CommitSha } from "../../src/core/contract/commit-sha.ts";
import { compareText } from "../../src/core/text/compare-text.ts";
import { findCopyProblem } from "../../src/core/worker/copied-path.ts";
import { whyWorktreeStays } from "../../src/core/worker/judge-worktree.ts";
import { nameWorktree } from "../../src/core/worker/worktree-name.ts";
import type {
  Prepared,
  WorktreeFacts,
  WorktreeHoldings,
  WorktreePreflight,
  Worktrees,
} from "../../src/ports/git/worktrees.ts";
import { createMemoryRebases, type MemoryRebases } from "./memory-rebases.ts";

type Blocked = Extract<WorktreePreflight, { kind: "blocked" }>;
type Branch = { commits: number; base: CommitSha };
type Checkout = { changedFiles: number };

export type MemoryWorktrees = Worktrees &
  MemoryRebases & {
    /** The ground of every task from now on; null: nothing is in the way. */
    setObstacle(obstacle: Omit<Blocked, "kind"> | null): void;
    /** A file of the worktree differs from its last commit. */
    change(slug: string): void;
    /** Everything that differs is committed on the branch. */
    commit(slug: string): void;
    /** The branch goes into the base, which moves on. */
    merge(slug: string): void;
    /** It has installed packages, 2 GB of them. */
    install(slug: string): void;
    hasInstalled(slug: string): boolean;
    /** The folder goes, behind git's back. */
    deleteFolder(slug: string): void;
  };

/** `root` is what absolute paths begin with. */
export function createMemoryWorktrees(root = "/repository"): MemoryWorktrees {
  const branches = new Map<string, Branch>();
  const checkouts = new Map<string, Checkout>();
  const disposable = new Set<string>();
  let obstacle: Omit<Blocked, "kind"> | null = null;
  let commitsMade = 1;
  let base = commitNumber(commitsMade);

  function survey(slug: string): WorktreePreflight {
    const name = nameWorktree(slug);
    if (name.kind === "refused") return { ...name, kind: "blocked" };
    if (obstacle !== null) return { kind: "blocked", ...obstacle };
    return { kind: "clear", reused: checkouts.has(slug) };
  }

  function facts(slug: string, measure: boolean): WorktreeFacts | null {
    const name = nameWorktree(slug);
    const [branch, checkout] = [branches.get(slug), checkouts.get(slug)];
    if (name.kind === "refused" || branch === undefined || checkout === undefined) return null;
    return {
      slug,
      worktree: name.worktree,
      branch: name.branch,
      head: branch.commits === 0 ? branch.base : commitNumber(commitsMade),
      changedFiles: checkout.changedFiles,
      editedAtMs: null,
      commits: branch.commits,
      ownBranchCommits: null,
      merged: branch.commits === 0,
      sizeBytes: measure ? 0 : null,
    };
  }

  function prepare(slug: string, signal: AbortSignal): Prepared {
    const ground = survey(slug);
    const name = nameWorktree(slug);
    if (ground.kind === "blocked") return { ...ground, kind: "failed" };
    if (name.kind === "refused") return { ...name, kind: "failed" };
    if (signal.aborted) return { kind: "failed", message: "It is no longer wanted.", hint: "Try again." };
    const branch = branches.get(slug) ?? { commits: 0, base };
    branches.set(slug, branch);
    if (!ground.reused) checkouts.set(slug, { changedFiles: 0 });
    return {
      kind: "prepared",
      worktree: name.worktree,
      folder: `${root}/${name.worktree}`,
      branch: name.branch,
      baseCommit: branch.base,
      created: !ground.reused,
    };
  }

  return {
    preflight: survey,
    rehearse: async (slug) => survey(slug),
    prepare: async (slug, signal) => prepare(slug, signal),
    copyFiles: async (paths) => {
      const [problem] = paths.flatMap((path) => findCopyProblem(path) ?? []);
      return problem === undefined ? { kind: "copied", secrets: [] } : { kind: "failed", detail: problem };
    },
    copiedSecrets: async () => [],
    rehearseCopies: async (paths) => paths.flatMap((path) => findCopyProblem(path) ?? [])[0] ?? null,
    list: async ({ measure }) =>
      [...checkouts.keys()].sort(compareText).flatMap((slug) => withNothingElse(facts(slug, measure)) ?? []),
    inspect: async (slug) => {
      const found = facts(slug, false);
      const diff = { files: found?.changedFiles ?? 0, added: 0, removed: 0, newest: [] };
      return found && { ...found, diff };
    },
    async remove(slug, { delivered = null, discard = false, beforeRemove = async () => null }) {
      const found = withNothingElse(facts(slug, false));
      if (found === null) return { kind: "refused", why: "there is none" };
      const isMerged = found.merged || (found.head !== null && found.head === delivered);
      const why = whyWorktreeStays({ ...found, merged: isMerged }, { open: null, discard });
      const kept = why ?? (await beforeRemove(`${root}/${found.worktree}`));
      if (kept !== null) return { kind: "refused", why: kept };
      checkouts.delete(slug);
      branches.delete(slug);
      return { kind: "removed" };
    },
    async freeDisposable(slug, { whyKept }) {
      if (!checkouts.has(slug)) return { kind: "refused", why: "there is none" };
      const kept = await whyKept();
      if (kept !== null) return { kind: "refused", why: kept };
      const had = disposable.delete(slug);
      return { kind: "freed", folders: had ? ["node_modules"] : [], bytes: had ? 2e9 : 0 };
    },
    install: (slug) => void disposable.add(slug),
    hasInstalled: (slug) => disposable.has(slug),
    ...createMemoryRebases((slug) => facts(slug, false)),
    setObstacle(next) {
      obstacle = next;
    },
    change(slug) {
      existing(checkouts, slug).changedFiles += 1;
    },
    commit(slug) {
      existing(checkouts, slug).changedFiles = 0;
      existing(branches, slug).commits += 1;
      commitsMade += 1;
    },
    merge(slug) {
      base = commitNumber(commitsMade);
      Object.assign(existing(branches, slug), { commits: 0, base });
    },
    deleteFolder: (slug) => void checkouts.delete(slug),
  };
}

function withNothingElse(facts: WorktreeFacts | null): WorktreeHoldings | null {
  return facts && { ...facts, obstacle: null, onlyHere: [], mergedInAnotherForm: false };
}

function existing<Value>(map: ReadonlyMap<string, Value>, slug: string): Value {
  const value = map.get(slug);
  if (value === undefined) throw new Error(`There is no worktree of ${slug}.`);
  return value;
}

function commitNumber(number: number): CommitSha {
  return number.toString(16).padStart(40, "0") as CommitSha;
}
