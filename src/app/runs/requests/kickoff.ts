// Kickoff: a person wants tasks worked on. Each is checked first, so that what would fail later is refused now, then queued.
// The task's file is not touched, and nothing is started here.

import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { judgeKickoff } from "../../../core/run/judge-claim.ts";
import { queueTask } from "../change/insert-run.ts";
import type { RunsContext } from "../change/runs-context.ts";
import { preflight } from "../start/preflight.ts";

type KickoffContext = Pick<
  RunsContext,
  "clock" | "store" | "worktrees" | "programs" | "config" | "untrusted" | "newRunId"
>;

type Queued = {
  readonly kind: "queued";
  readonly run: Run;
  /** The ended run that it replaces. */
  readonly supersedes: Run | null;
};

export type Kickoff = { readonly key: string } & (Queued | Refusal);

export type KickoffRequest = {
  readonly by: string;
  readonly note: string | null;
  /** An entry of `workers:`; without it the task's or the default one. */
  readonly worker?: string | null;
};

/** One answer per key, in order, from the rows of the newest snapshot. */
export async function kickoff(
  context: KickoffContext,
  keys: readonly string[],
  request: KickoffRequest,
): Promise<readonly Kickoff[]> {
  const answers: Kickoff[] = [];
  for (const key of new Set(keys)) {
    const row = await context.store.readRow(key);
    const answer =
      row === null
        ? refusal(`No task is called ${key}.`, "`tasks list` prints the names.")
        : await kickoffOne(context, row, request);
    answers.push({ key, ...answer });
  }
  return answers;
}

async function kickoffOne(
  context: KickoffContext,
  row: TaskRow,
  { by, note, worker = null }: KickoffRequest,
): Promise<Refusal | Queued> {
  const verdict = judgeKickoff(row, await context.store.readOpenRun(row.key));
  if (verdict.kind === "refused") return verdict;
  const blocked = preflight(context, { slug: row.slug, worker: row.worker, requested: worker });
  if (blocked !== null) return blocked;
  const { supersedes } = verdict;
  const inserted = await queueTask(context, row, { by, note, supersedes, requestedWorker: worker });
  return inserted.kind === "refused" ? inserted : { kind: "queued", run: inserted.run, supersedes };
}
