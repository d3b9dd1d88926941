// The task that a person names by slug, id or key. It is found by its row alone, so that the cost does not grow with the
// tree (P11); only a name that is neither key nor slug is searched for among all tasks, as an id or a misspelling.

import { type ReadTask, readTask } from "../../app/one-shot/read-snapshot.ts";
import { loadView } from "../../app/server/load-view.ts";
import { type Explanation, explain } from "../../core/classify/explain.ts";
import type { Run } from "../../core/contract/run.ts";
import type { Freshness, SnapshotHeader, TaskRow } from "../../core/contract/snapshot.ts";
import { UserError } from "../../core/contract/user-error.ts";
import { inSentence } from "../../core/text/listed.ts";
import { nearest } from "../../core/text/nearest.ts";
import { quote } from "../../core/text/quote.ts";
import type { Store } from "../../ports/store/store.ts";
import type { TreeRead } from "../../ports/tree/tree-reader.ts";
import type { RepositoryContext } from "../contract/command.ts";
import { refused } from "../contract/errors.ts";
import { publishFirst, withRunner } from "./open-runner.ts";

type FoundTask = {
  readonly row: TaskRow;
  /** Its file as it is now. */
  readonly file: TreeRead;
  readonly freshness: Freshness;
};

type Milestone = SnapshotHeader["milestones"][number];

type ShownTask = FoundTask & { readonly milestone: Milestone | null };

/** Throws UserError `task_unknown` with a suggestion, or `task_ambiguous` with the candidates. */
export function findTask(context: RepositoryContext, asked: string): Promise<ShownTask> {
  return withTask(context, asked, async (found, store) => {
    const milestones = (await store.readPublished())?.header.milestones ?? [];
    return { ...found, milestone: milestones.find(({ slug }) => slug === found.row.milestone) ?? null };
  });
}

type ExplainedTask = FoundTask & { readonly explanation: Explanation };

/** The task with the explanation of its group; of other rows only those of its dependencies are read. */
export function explainTask(context: RepositoryContext, asked: string): Promise<ExplainedTask> {
  return withTask(context, asked, async (found, store) => {
    const keys = found.row.dependencies.flatMap(({ key }) => key ?? []);
    const rows = await Promise.all(keys.map((key) => store.readRow(key)));
    const tasks = rows.filter((row) => row !== null);
    const { thresholds } = context.loaded.config;
    const doubts = (await store.readPublished())?.header.doubts ?? [];
    return { ...found, explanation: explain(found.row, { tasks, thresholds, doubts }) };
  });
}

function withTask<T>(
  context: RepositoryContext,
  asked: string,
  use: (found: FoundTask, store: Store) => Promise<T>,
): Promise<T> {
  return withRunner(context, async (runner) => {
    const { store } = runner;
    const reading = { ...runner, reader: await context.system.openTreeReader(context.root) };
    await publishFirst(context, runner);
    let found = await readTask(reading, asked);
    if (found.rows.length === 0) {
      const view = await loadView(store, null);
      found = await readTask(reading, keyMeant(view?.snapshot.tasks ?? [], asked));
    }
    return await use(onlyOne(found, asked), store);
  });
}

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

function onlyOne({ rows, file, freshness }: ReadTask, asked: string): FoundTask {
  const [row] = rows;
  if (row !== undefined && file !== null) return { row, file, freshness };
  if (rows.length > 1) throw ambiguous(asked, rows);
  throw unknown(asked, null);
}

/** The key of the task with that id, in any spelling of case, or with that workstream and slug. */
function keyMeant(tasks: readonly TaskRow[], asked: string): string {
  const id = asked.toUpperCase();
  const rows = tasks.filter(
    (row) => row.id.toUpperCase() === id || `${row.workstream}/${row.slug}` === asked,
  );
  const [row] = rows;
  if (rows.length > 1) throw ambiguous(asked, rows);
  if (row !== undefined) return row.key;
  throw unknown(asked, nearest(asked, namesOf(tasks)));
}

const namesOf = (tasks: readonly TaskRow[]): string[] =>
  tasks.flatMap(({ key, slug, id }) => [key, slug, id]);

function ambiguous(asked: string, rows: readonly TaskRow[]): UserError {
  return new UserError({
    code: "task_ambiguous",
    message: `${quote(asked)} could mean ${rows.length} tasks:\n${rows.map(({ key, file }) => `  ${key}  (${file})`).join("\n")}`,
    hint: "Name one of them in full.",
  });
}

function unknown(asked: string, meant: string | null): UserError {
  return new UserError({
    code: "task_unknown",
    message: `No task is called ${quote(asked)}.`,
    hint: `${meant === null ? "" : `Did you mean ${meant}? `}"tasks list" shows all tasks.`,
  });
}
