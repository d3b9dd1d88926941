import type { Action } from "../../../core/contract/activity.ts";
import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import { closeAsRead, queueRun } from "../../../core/run/run-transitions.ts";
import { inSentence } from "../../../core/text/listed.ts";
import type { RunStore } from "../../../ports/store/run-store.ts";
import { actionOf, type TaskLabel } from "./action-of.ts";
import { changeRun } from "./change-run.ts";
import type { RunsContext } from "./runs-context.ts";

export type Insertion = {
  readonly row: TaskLabel;
  readonly action: Action;
  readonly supersedes?: Run | null;
  /** An automatic start: refused while a person has stopped the task. */
  readonly automatic?: boolean;
};

type Inserted = { readonly kind: "inserted"; readonly run: Run };

/**
 * Inserts a new run, in place of an ended one if there is one. When two processes claim a task at the same moment, the store's
 * rule of one open run per task decides.
 */
export async function insertRun(
  store: RunStore,
  run: Run,
  { row, action, supersedes = null, automatic = false }: Insertion,
): Promise<Inserted | Refusal> {
  const { by, atMs, note } = run.queued;
  if (supersedes !== null) await supersede(store, supersedes, { by, atMs });
  const acted = actionOf(action, row, { by, atMs, note });
  const inserted = await store.insertRun({ run, action: acted, automatic });
  if (inserted.kind === "inserted") return inserted;
  if (inserted.kind === "stopped") {
    const key = inSentence(run.key);
    return refusal(
      `${key} was stopped by ${inSentence(inserted.by)}.`,
      `\`tasks kickoff ${key}\` starts it.`,
    );
  }
  return refusal(`${describeOpenRun(inserted.open)}.`, hintFor(inserted.open));
}

type Queueing = Omit<Insertion, "action" | "row"> & {
  readonly by: string;
  readonly note?: string | null;
  readonly requestedWorker?: string | null;
};

/** Queues a new run of the task. */
export async function queueTask(
  { clock, store, newRunId }: Pick<RunsContext, "clock" | "store" | "newRunId">,
  row: TaskRow,
  { by, note = null, requestedWorker = null, ...insertion }: Queueing,
): Promise<Inserted | Refusal> {
  const act = { by, atMs: clock.wallMs() };
  const run = queueRun({ id: newRunId(), key: row.key, owner: row.owner, act, note, requestedWorker });
  return await insertRun(store, run, { row, action: "kickoff", ...insertion });
}

/** If it was continued meanwhile it stays open, and the insertion is refused. */
async function supersede(store: RunStore, ended: Run, act: { by: string; atMs: number }): Promise<void> {
  const change = closeAsRead(ended, { ...act, as: "superseded", why: "a new run took its place" });
  await changeRun(store, { id: ended.id, epoch: ended.epoch, change });
}
