// The worktrees of tasks, whose they are, and which of them may go. Removing one is only ever asked for by a person, and
// the port refuses dirty or unmerged work whatever was known before.

import type { CommitSha } from "../../core/run/commit-sha.ts";
import { whyWorktreeStays } from "../../core/run/judge-worktree.ts";
import { namedProcesses } from "../../core/run/named-process.ts";
import type { Run } from "../../core/run/run.ts";
import type { TaskRow } from "../../core/snapshot/schema.ts";
import type { WorkingProcess } from "../../ports/workers.ts";
import type { WorktreeFacts } from "../../ports/worktrees.ts";
import type { RunsWorld } from "./runs-world.ts";

export type ListedWorktree = WorktreeFacts & {
  /** The open run of its task. */
  readonly run: Run | null;
  /** Owner of the task, as the newest snapshot has it. */
  readonly owner: string | null;
  /** Its commit, where a pull request with exactly that was merged: squashed, it is in the base in another form. */
  readonly delivered: CommitSha | null;
  /** Who works in it without a terminal. */
  readonly processes: readonly WorkingProcess[];
  /** Null: safe to remove. */
  readonly staysBecause: string | null;
};

type ListWorld = Pick<RunsWorld, "store" | "worktrees" | "workers">;

/** In order of slug. `measure` adds sizes, which reads every file name in them. */
export async function listWorktrees(
  { store, worktrees, workers }: ListWorld,
  options: { readonly measure: boolean; readonly signal: AbortSignal },
): Promise<readonly ListedWorktree[]> {
  const found = await worktrees.list(options);
  const openRuns = await store.readOpenRuns();
  const working = workers.workingIn(found.map(({ worktree }) => worktree));
  const listed: ListedWorktree[] = [];
  for (const facts of found) {
    const run = openRuns.find((open) => open.key === facts.slug || open.worktree === facts.worktree) ?? null;
    const row = await store.readRow(facts.slug);
    const owner = row?.owner ?? run?.owner ?? null;
    const delivered = isDelivered(facts, row) ? facts.head : null;
    const processes = working.get(facts.worktree) ?? [];
    const state = delivered === null ? facts : { ...facts, merged: true };
    const staysBecause = whyWorktreeStays(state, run) ?? whoWorks(processes);
    listed.push({ ...facts, run, owner, delivered, processes, staysBecause });
  }
  return listed.toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
}

function whoWorks(processes: readonly WorkingProcess[]): string | null {
  if (processes.length === 0) return null;
  return `${namedProcesses(processes)} ${processes.length === 1 ? "works" : "work"} in it`;
}

function isDelivered({ head }: WorktreeFacts, row: TaskRow | null): boolean {
  const known = row?.pull_request ?? null;
  return known?.state === "merged" && known.head_commit === head;
}

export type Pruned = {
  readonly slug: string;
  readonly kind: "removed" | "kept" | "would_remove";
  /** Why it was kept. */
  readonly why: string | null;
};

/** Removes those that are safe to remove; `dryRun` only says which. */
export async function pruneWorktrees(
  world: ListWorld,
  { dryRun, signal }: { readonly dryRun: boolean; readonly signal: AbortSignal },
): Promise<readonly Pruned[]> {
  const pruned: Pruned[] = [];
  for (const listed of await listWorktrees(world, { measure: false, signal })) {
    const { slug, staysBecause } = listed;
    if (staysBecause !== null) pruned.push({ slug, kind: "kept", why: staysBecause });
    else if (dryRun) pruned.push({ slug, kind: "would_remove", why: null });
    else pruned.push(await removeOne(world, listed, signal));
  }
  return pruned;
}

async function removeOne(
  { store, worktrees, workers }: ListWorld,
  { slug, worktree, delivered }: ListedWorktree,
  signal: AbortSignal,
): Promise<Pruned> {
  // Started since it was looked at: a look at the store is cheap, and the work is not.
  const open = await store.readOpenRun(slug);
  if (open !== null) return { slug, kind: "kept", why: "its task has an open run by now" };
  const working = whoWorks(workers.workingIn([worktree]).get(worktree) ?? []);
  if (working !== null) return { slug, kind: "kept", why: working };
  const removal = await worktrees.remove(slug, signal, delivered);
  return removal.kind === "removed"
    ? { slug, kind: "removed", why: null }
    : { slug, kind: "kept", why: removal.why };
}
