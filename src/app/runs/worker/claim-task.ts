// Work that was started outside this tool: by a person or by an agent of theirs. It counts as the task's one run, and is
// never ended or retried automatically.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { Dispatch } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { freeTasks } from "../../../core/dispatch/plan-starts.ts";
import { judgeClaim } from "../../../core/run/judge-claim.ts";
import { claimByHand } from "../../../core/run/run-transitions.ts";
import { insertRun } from "../change/insert-run.ts";
import type { RunsContext } from "../change/runs-context.ts";

export type ClaimRequest = {
  readonly by: string;
  readonly note: string | null;
  /** Absolute, or relative to the repository; null if unknown. */
  readonly worktree: string | null;
};

export type Claimed = { readonly kind: "claimed"; readonly run: Run } | Refusal;

type ClaimContext = Pick<RunsContext, "clock" | "store" | "reader" | "workers" | "newRunId">;

export async function claimTask(
  context: ClaimContext,
  row: TaskRow,
  { by, note, worktree }: ClaimRequest,
): Promise<Claimed> {
  const { store, reader, workers, clock } = context;
  const verdict = judgeClaim(row, await store.readOpenRun(row.key));
  if (verdict.kind === "refused") return verdict;
  const file = await reader.read(row.file);
  if (file.kind === "missing")
    return refusal(`The file of ${row.key} is gone: ${row.file}.`, "`tasks list` prints what there is.");
  const run = claimByHand({
    id: context.newRunId(),
    key: row.key,
    owner: row.owner,
    act: { by, atMs: clock.wallMs() },
    note,
    worktree,
    branch: null,
    baseCommit: null,
    // Work in the root edits the root's file itself; only elsewhere does a changed hash mean a conflict.
    taskHash: worktree !== null && file.kind === "text" ? file.hash : null,
    workerName: by,
    host: workers.self().host,
  });
  const inserted = await insertRun(store, run, { row, action: "claim", supersedes: verdict.supersedes });
  return inserted.kind === "inserted" ? { kind: "claimed", run: inserted.run } : inserted;
}

export type NextTaskRequest = {
  /** Candidates: one owner's rows, or all. */
  readonly rows: readonly TaskRow[];
  readonly stopped: Dispatch["stopped"];
  /** Null: only prints the next task. */
  readonly claimFor: string | null;
  readonly worktree: string | null;
};

/** For a person or agent who asks for work; null when no ready task is free. */
export type NextTask = { readonly row: TaskRow; readonly run: Run | null } | null;

/** The first in the queue. A claim is one statement in the store, so two who ask at the same moment get different tasks. */
export async function nextTask(
  context: ClaimContext,
  { rows, stopped, claimFor, worktree }: NextTaskRequest,
): Promise<NextTask> {
  for (const row of freeTasks(rows, { stopped, nowMs: context.clock.wallMs() })) {
    if (claimFor === null) {
      // It may have been claimed since the snapshot.
      if ((await context.store.readOpenRun(row.key)) === null) return { row, run: null };
      continue;
    }
    const claimed = await claimTask(context, row, { by: claimFor, note: null, worktree });
    if (claimed.kind === "claimed") return { row, run: claimed.run };
  }
  return null;
}
