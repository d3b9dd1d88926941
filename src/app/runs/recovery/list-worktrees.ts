// The worktrees of tasks, their owners, and which of them may be removed. Only a person removes one, and the port refuses
// dirty or unmerged work no matter what was known before.

import type { CommitSha } from "../../../core/contract/commit-sha.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { namedProcesses } from "../../../core/text/listed.ts";
import { type OnlyHere, whyWorktreeStays } from "../../../core/worker/judge-worktree.ts";
import { nameWorktree } from "../../../core/worker/worktree-name.ts";
import type { WorktreeHoldings } from "../../../ports/git/worktrees.ts";
import type { WorkingProcess } from "../../../ports/runs/workers.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { type HookContext, runHook } from "../start/worktree-hooks.ts";

export type ListedWorktree = WorktreeHoldings & {
  /** The open run of its task. */
  readonly run: Run | null;
  /** That one, or else the task's newest. */
  readonly lastRun: Run | null;
  /** Whether it has had a commit; null if no known run says where it started. */
  readonly hasCommits: boolean | null;
  /** The task's owner in the newest snapshot. */
  readonly owner: string | null;
  /** Its commit, if a pull request with exactly that commit was merged: after a squash the base has it in another form. */
  readonly delivered: CommitSha | null;
  /** Processes that work in it without a terminal. */
  readonly processes: readonly WorkingProcess[];
  /** Null: safe to remove. */
  readonly staysBecause: string | null;
  /** Why it stays even with `discard`. */
  readonly staysAnyway: string | null;
};

type WorktreesContext = Pick<RunsContext, "store" | "worktrees" | "workers">;
type PruneContext = WorktreesContext & HookContext;

/** By slug. `measure` adds sizes, which lists every file in them. */
export async function listWorktrees(
  { store, worktrees, workers }: WorktreesContext,
  options: { readonly measure: boolean; readonly signal: AbortSignal },
): Promise<readonly ListedWorktree[]> {
  const found = await worktrees.list(options);
  const openRuns = await store.readOpenRuns();
  const working = workers.workingIn(found.map(({ worktree }) => worktree));
  const listed: ListedWorktree[] = [];
  const keys = await keysByWorktree(store, found);
  for (const each of found) {
    const facts = { ...each, slug: keys.get(each.worktree) ?? each.slug };
    const run = openRuns.find((open) => open.key === facts.slug || open.worktree === facts.worktree) ?? null;
    const lastRun = run ?? (await store.readRuns({ key: facts.slug, limit: 1 }))[0] ?? null;
    const row = await store.readRow(facts.slug);
    const owner = row?.owner ?? run?.owner ?? null;
    const delivered = isDelivered(facts, row) ? facts.head : null;
    const processes = working.get(facts.worktree) ?? [];
    const state = delivered === null ? facts : { ...facts, merged: true };
    const stays = (discard: boolean) =>
      whyWorktreeStays(state, { open: run, discard }) ?? describeProcesses(processes);
    listed.push({
      ...facts,
      run,
      lastRun,
      hasCommits: hasCommits(facts, lastRun),
      owner,
      delivered,
      processes,
      staysBecause: stays(false),
      staysAnyway: stays(true),
    });
  }
  return listed.toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
}

/** The tasks of worktrees whose folder is a safe form of the task's key. All rows are read only if there is such a folder. */
async function keysByWorktree(
  store: WorktreesContext["store"],
  found: readonly WorktreeHoldings[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await Promise.all(found.map(({ slug }) => store.readRow(slug)));
  if (rows.every((row) => row !== null)) return new Map();
  const { rows: all } = await store.readRows(0);
  return new Map(
    all.flatMap(({ key }) => {
      const name = nameWorktree(key);
      return name.kind === "named" ? [[name.worktree, key] as const] : [];
    }),
  );
}

function describeProcesses(processes: readonly WorkingProcess[]): string | null {
  if (processes.length === 0) return null;
  return `${namedProcesses(processes)} ${processes.length === 1 ? "works" : "work"} in it`;
}

function isDelivered({ head }: WorktreeHoldings, row: TaskRow | null): boolean {
  const known = row?.pull_request ?? null;
  return known?.state === "merged" && known.head_commit === head;
}

function hasCommits({ head, commits }: WorktreeHoldings, lastRun: Run | null): boolean | null {
  if (commits !== null && commits > 0) return true;
  const start = lastRun?.baseCommit ?? null;
  return start === null || head === null ? null : head !== start;
}

export type Pruned = {
  readonly slug: string;
  readonly kind: "removed" | "kept" | "would_remove";
  /** Why it was kept. */
  readonly why: string | null;
  /** With `discard`: what existed nowhere else and is lost, or would be. */
  readonly discarded: readonly OnlyHere[];
};

export type PruneOptions = {
  readonly dryRun: boolean;
  readonly discard: boolean;
  readonly signal: AbortSignal;
};

/** Removes worktrees that are safe to remove; with `dryRun` only lists them. */
export async function pruneWorktrees(
  context: PruneContext,
  { dryRun, discard, signal }: PruneOptions,
): Promise<readonly Pruned[]> {
  const pruned: Pruned[] = [];
  for (const listed of await listWorktrees(context, { measure: false, signal })) {
    const { slug, staysBecause, staysAnyway, onlyHere } = listed;
    const why = discard ? staysAnyway : staysBecause;
    const discarded = onlyHere ?? [];
    if (why !== null) pruned.push({ slug, kind: "kept", why, discarded: [] });
    else if (dryRun) pruned.push({ slug, kind: "would_remove", why: null, discarded });
    else pruned.push(await removeOne(context, listed, { discard, signal }));
  }
  return pruned;
}

async function removeOne(
  context: PruneContext,
  { slug, worktree, delivered, onlyHere }: ListedWorktree,
  options: Omit<PruneOptions, "dryRun">,
): Promise<Pruned> {
  const { store, worktrees, workers } = context;
  const kept = (why: string): Pruned => ({ slug, kind: "kept", why, discarded: [] });
  // A run may have started since the list was made.
  const open = await store.readOpenRun(slug);
  if (open !== null) return kept("its task has an open run now");
  const working = describeProcesses(workers.workingIn([worktree]).get(worktree) ?? []);
  if (working !== null) return kept(working);
  const beforeRemove = (folder: string) => runRemovalHook(context, { slug, folder, signal: options.signal });
  const removal = await worktrees.remove(slug, { ...options, delivered, beforeRemove });
  if (removal.kind === "refused") return kept(removal.why);
  return { slug, kind: "removed", why: null, discarded: onlyHere ?? [] };
}

type Removal = { readonly slug: string; readonly folder: string; readonly signal: AbortSignal };

/** What keeps the worktree, or null. A hook of a repository that is not trusted is not set at all. */
async function runRemovalHook(
  context: PruneContext,
  { slug, folder, signal }: Removal,
): Promise<string | null> {
  const { worktrees, config } = context;
  if (config.worktree.before_remove.length === 0) return null;
  const copied = await worktrees.copiedSecrets(config.worktree.copy, folder);
  const variables = { TASKS_SLUG: slug, TASKS_WORKTREE: folder };
  return await runHook(context, { name: "before_remove", folder, variables, secrets: copied, signal });
}
