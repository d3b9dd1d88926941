// The task that a person names by slug, id or key, for commands that act on it or on its run.

import { loadView } from "../../app/server/load-view.ts";
import type { Run } from "../../core/contract/run.ts";
import type { TaskRow } from "../../core/contract/snapshot.ts";
import { inSentence } from "../../core/text/listed.ts";
import type { Store } from "../../ports/store/store.ts";
import { refused } from "../contract/errors.ts";
import { ambiguous, keyMeant, unknown } from "./find-task.ts";

/** Throws UserError `task_unknown` with a suggestion, or `task_ambiguous` with the candidates. */
export async function resolveTask(store: Store, asked: string): Promise<TaskRow> {
  const byKey = await store.readRow(asked);
  if (byKey !== null) return byKey;
  const [first, ...more] = await store.readRowsBySlug(asked);
  if (first !== undefined && more.length > 0) throw ambiguous(asked, [first, ...more]);
  if (first !== undefined) return first;
  const view = await loadView(store, null);
  const row = view?.rowByKey.get(keyMeant(view.snapshot.tasks, asked));
  if (row === undefined) throw unknown(asked, null);
  return row;
}

/** The task's key, also where the task is gone and only a run of it is left. */
export async function resolveKey(store: Store, asked: string): Promise<string> {
  if ((await store.readOpenRun(asked)) !== null) return asked;
  const [run] = await store.readRuns({ key: asked, limit: 1 });
  return run !== undefined && (await store.readRow(asked)) === null
    ? asked
    : (await resolveTask(store, asked)).key;
}

/** The open run of a task. Throws UserError `run_refused` when it has none. */
export async function requireOpenRun(store: Store, asked: string): Promise<Run> {
  const key = await resolveKey(store, asked);
  const run = await store.readOpenRun(key);
  if (run !== null) return run;
  const name = inSentence(key);
  throw refused(
    `No one is working on ${name}, and it is not queued.`,
    `\`tasks kickoff ${name}\` queues it; \`tasks runs ${name}\` lists past runs.`,
  );
}
