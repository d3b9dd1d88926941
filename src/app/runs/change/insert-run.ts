// Puts a new run into the store, in the place of an ended one if there is one. The store's one open run per task
// decides between two who claim a task in the same moment.

import type { Action } from "../../../core/contract/activity.ts";
import { type Refusal, refusal } from "../../../core/contract/refusal.ts";
import type { Run } from "../../../core/contract/run.ts";
import { describeOpenRun, hintFor } from "../../../core/run/judge-claim.ts";
import { closeRun } from "../../../core/run/run-transitions.ts";
import { inSentence } from "../../../core/text/listed.ts";
import type { RunStore } from "../../../ports/store/run-store.ts";
import { actionOf, type TaskLabel } from "./action-of.ts";
import { changeRun } from "./change-run.ts";

export type Insertion = {
  readonly row: TaskLabel;
  readonly action: Action;
  readonly supersedes: Run | null;
  /** Nobody asked for this task by name: refused while a person has stopped it. */
  readonly automatic?: boolean;
};

export async function insertRun(
  store: RunStore,
  run: Run,
  { row, action, supersedes, automatic = false }: Insertion,
): Promise<{ readonly kind: "inserted"; readonly run: Run } | Refusal> {
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

/** Only as it was seen: one that was continued meanwhile stays, and the insertion is refused. */
async function supersede(store: RunStore, ended: Run, act: { by: string; atMs: number }): Promise<void> {
  const why = "a new run took its place";
  await changeRun(store, {
    id: ended.id,
    epoch: ended.epoch,
    change: (run) =>
      run.state === ended.state
        ? closeRun(run, { ...act, as: "superseded", why })
        : { kind: "refused", why: "it is not as it was" },
  });
}
