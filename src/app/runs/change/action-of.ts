// Entries of the activity feed for what people do: who, to which task, and why.

import type { Action, ActionChange } from "../../../core/contract/activity.ts";
import type { Act, Run } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { redactSecrets } from "../../../core/text/redact-secrets.ts";
import type { Store } from "../../../ports/store/store.ts";

export type TaskLabel = Pick<TaskRow, "key" | "title" | "owner">;

/** The feed shows the beginning; the run keeps the full text. */
const NOTE_LENGTH_MAX = 500;

/** For actions that concern no single task. */
export const NO_TASK: TaskLabel = { key: "", title: "", owner: null };

export function actionOf(
  action: Action,
  { key, title, owner }: TaskLabel,
  { by, atMs, note }: Act & { readonly note: string | null },
): ActionChange {
  const shown = note === null ? null : redactSecrets(note).slice(0, NOTE_LENGTH_MAX);
  return { kind: "acted", action, key, title, owner, by, atMs, note: shown, group: null };
}

/** A run's task as the newest snapshot has it; its key alone when it is not in the snapshot. */
export async function labelOf(
  store: Pick<Store, "readRow">,
  run: Pick<Run, "key" | "owner">,
): Promise<TaskLabel> {
  const row = await store.readRow(run.key);
  return row ?? { key: run.key, title: run.key, owner: run.owner };
}
