// Somebody works on a task whom nobody here started: a person, or an agent in somebody else's hands. The same one claim
// per task; never ended or retried by us.

import type { Refusal } from "../../../core/contract/refusal.ts";
import { refusal } from "../../../core/contract/refusal.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { judgeClaim } from "../../../core/run/judge-claim.ts";
import { claimByHand } from "../../../core/run/run-transitions.ts";
import { insertRun } from "../change/insert-run.ts";
import type { RunsContext } from "../change/runs-context.ts";

export type ClaimRequest = {
  /** Who works on it. */
  readonly by: string;
  readonly note: string | null;
  /** Where: absolute, or relative to the repository; null when that is not said. */
  readonly worktree: string | null;
};

export type Claimed = { readonly kind: "claimed"; readonly run: Run } | Refusal;

export async function claimTask(
  world: Pick<RunsContext, "clock" | "store" | "reader" | "workers" | "newRunId">,
  row: TaskRow,
  { by, note, worktree }: ClaimRequest,
): Promise<Claimed> {
  const { store, reader, workers, clock } = world;
  const verdict = judgeClaim(row, await store.readOpenRun(row.key));
  if (verdict.kind === "refused") return verdict;
  const file = await reader.read(row.file);
  if (file.kind === "missing")
    return refusal(`The file of ${row.key} is gone: ${row.file}.`, "`tasks list` prints what there is.");
  const run = claimByHand({
    id: world.newRunId(),
    key: row.key,
    owner: row.owner,
    act: { by, atMs: clock.wallMs() },
    note,
    worktree,
    branch: null,
    baseCommit: null,
    // Somebody who works in the root edits the root's file: only elsewhere is that news.
    taskHash: worktree !== null && file.kind === "text" ? file.hash : null,
    workerName: by,
    host: workers.self().host,
  });
  const inserted = await insertRun(store, run, { row, action: "claim", supersedes: verdict.supersedes });
  return inserted.kind === "inserted" ? { kind: "claimed", run: inserted.run } : inserted;
}
