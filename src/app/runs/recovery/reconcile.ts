// Brings runs, worktrees and files into agreement, and says what was done and why. What only a person can decide is reported
// and left alone; unmerged work is never removed.

import { isLive } from "../../../core/contract/run.ts";
import type { Signal, SignalCode } from "../../../core/contract/signal.ts";
import { MERGED_RULE, type TaskRow } from "../../../core/contract/snapshot.ts";
import { taskResolutionOf } from "../../../core/run/judge-closing.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { type ListedWorktree, listWorktrees } from "./list-worktrees.ts";
import { type RecoveryAction, type RecoveryRequest, recoverRuns } from "./recover-runs.ts";

export type ReconcileRequest = Pick<RecoveryRequest, "rows" | "dryRun"> & {
  /** Signals that concern no single task. */
  readonly doubts: readonly Signal[];
  readonly signal: AbortSignal;
};

/** A mismatch that a person has to decide. */
export type Disagreement = {
  readonly key: string;
  readonly what: "worktree_without_run" | "finished_under_worker" | PullRequestDisagreement | SignalCode;
  readonly why: string;
};

export type Reconciliation = {
  readonly done: readonly RecoveryAction[];
  readonly left: readonly Disagreement[];
};

/** Idempotent. */
export async function reconcile(
  context: Pick<RunsContext, "clock" | "store" | "workers" | "worktrees" | "config" | "runFiles">,
  { rows, dryRun, doubts, signal }: ReconcileRequest,
): Promise<Reconciliation> {
  const { done } = await recoverRuns(context, { rows, dryRun });
  const left = [
    ...(await finishedUnderWorkers(context, rows)),
    ...[...(rows?.values() ?? [])].flatMap((row) => [...driftOf(row), ...pullRequestOf(row)]),
    ...doubts.filter(({ code }) => code === "register_orphan").map(orphanOf),
    ...(await worktreesWithoutRuns(context, signal)),
  ];
  return { done, left };
}

type PullRequestDisagreement =
  | "merged_but_open"
  | "over_but_pull_request_open"
  | "completed_but_not_merged"
  | "completed_but_not_in_base";

function pullRequestOf({ key, status, rule, pull_request: known }: TaskRow): Disagreement[] {
  if (known === null) return [];
  const { number, state, merge } = known;
  if (rule === MERGED_RULE) {
    const says = status === null ? "cannot be read" : `says ${status}`;
    const why = `#${number} was merged and the file ${says}; \`tasks complete ${key}\``;
    return [{ key, what: "merged_but_open", why }];
  }
  const found = (what: PullRequestDisagreement, fact: string): Disagreement[] => [
    { key, what, why: `the file says ${status} and #${number} ${fact}` },
  ];
  if (state === "open" && (status === "completed" || status === "cancelled"))
    return found("over_but_pull_request_open", "is open");
  if (status !== "completed") return [];
  if (merge?.as === "reverted" || merge?.as === "elsewhere")
    return found("completed_but_not_in_base", `was ${merge.words}`);
  return state === "closed" ? found("completed_but_not_merged", "was closed without merging") : [];
}

const DRIFTS: ReadonlySet<SignalCode> = new Set([
  "metadata_drift",
  "root_task_edited",
  "register_orphan",
  "left_running",
]);

function driftOf({ key, signals }: TaskRow): Disagreement[] {
  return signals
    .filter(({ code }) => DRIFTS.has(code))
    .map(({ code, sentence }) => ({ key, what: code, why: sentence }));
}

function orphanOf({ code, sentence, evidence }: Signal): Disagreement {
  const key = evidence["task"] ?? "";
  const why = `${sentence}; it waits for the file, which may be on another branch; \`tasks stop ${key}\` closes it`;
  return { key, what: code, why };
}

async function finishedUnderWorkers(
  { store }: Pick<RunsContext, "store">,
  rows: RecoveryRequest["rows"],
): Promise<Disagreement[]> {
  const runs = await store.readOpenRuns();
  return runs.flatMap((run): Disagreement[] => {
    const row = rows?.get(run.key);
    const standing = row === undefined ? "open" : taskResolutionOf(row);
    if (standing === "open" || !isLive(run) || run.kind === "by_hand") return [];
    const why = `its task is ${standing} and its worker still runs; \`tasks stop ${run.key}\` ends it`;
    return [{ key: run.key, what: "finished_under_worker", why }];
  });
}

async function worktreesWithoutRuns(
  context: Pick<RunsContext, "store" | "worktrees" | "workers">,
  signal: AbortSignal,
): Promise<Disagreement[]> {
  const listed = await listWorktrees(context, { measure: false, signal });
  return listed
    .filter(({ run }) => run === null)
    .map((worktree) => ({ key: worktree.slug, what: "worktree_without_run", why: describeLeft(worktree) }));
}

function describeLeft({ worktree, lastRun, staysBecause }: ListedWorktree): string {
  const whose = lastRun?.closing == null ? "has no run" : `belonged to a run that was ${lastRun.closing.as}`;
  return staysBecause === null
    ? `${worktree} ${whose} and holds nothing that would be lost; \`tasks worktrees prune\` removes it`
    : `${worktree} ${whose} and stays: ${staysBecause}`;
}
