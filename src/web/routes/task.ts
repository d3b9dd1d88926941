// GET /tasks/<slug> and /tasks/<workstream>/<slug>: one row of the snapshot and its file.

import type { Snapshot, TaskRow } from "../../core/contract/snapshot.ts";
import type { RowsByKey } from "../../core/publication/rows-by-key.ts";
import { StoreError } from "../../ports/store/store-error.ts";
import type { RunReader } from "../actions/perform-action.ts";
import { htmlAnswer } from "../http/answer.ts";
import { NOT_FOUND } from "../http/problem-json.ts";
import { renderAmbiguousTaskPage } from "../pages/plain/ambiguous-task-page.ts";
import { renderTaskPage } from "../pages/task/task-page.ts";
import type { TaskRuns } from "../pages/task/task-runs.ts";
import type { PageRoute } from "./request/page-request.ts";
import { problemPage } from "./request/problem-page.ts";
import type { WebContext } from "./request/web-context.ts";
import { portBlocksOf } from "./run.ts";

/** Older changes are on the activity page. */
const TRANSITIONS_SHOWN = 20;
/** Older runs are in `tasks runs`. */
const RUNS_SHOWN = 20;

/** For a slug shared by several files. */
const MULTIPLE_CHOICES = 300;

export function createTaskRoute(context: WebContext): PageRoute {
  const { live, reader } = context;
  const ports = portBlocksOf(context.config);
  const rowsWithSlug = createSlugIndex();
  return async ({ view, frame, param, accept }) => {
    const { snapshot, rowByKey } = view;
    const slug = param("slug");
    const workstream = param("workstream");
    const row = findRow(rowByKey, slug, workstream);
    if (row === null) {
      const rows = workstream === "" ? rowsWithSlug(snapshot, slug) : [];
      if (rows.length === 0) return problemPage(context, NOT_FOUND, accept);
      return htmlAnswer(renderAmbiguousTaskPage({ ...frame, slug, rows }), MULTIPLE_CHOICES);
    }
    const [file, transitions, runs] = await Promise.all([
      reader.read(row.file),
      fromStore(() => live.readTransitions({ key: row.key, limit: TRANSITIONS_SHOWN })),
      readRuns(context.runs, row.key),
    ]);
    return htmlAnswer(renderTaskPage({ ...frame, row, file, transitions, runs, ports }));
  };
}

async function readRuns(reader: RunReader | null, key: string): Promise<TaskRuns> {
  if (reader === null) return { kind: "off" };
  // One extra row tells whether there are older ones.
  const runs = await fromStore(() => reader.store.readRuns({ key, limit: RUNS_SHOWN + 1 }));
  if (runs === null) return { kind: "unknown" };
  return { kind: "known", runs: runs.slice(0, RUNS_SHOWN), more: runs.length > RUNS_SHOWN };
}

/** Null while the store is unavailable: the rest of the page does not need it. */
async function fromStore<Found>(read: () => Promise<Found>): Promise<Found | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}

/** A key is the slug, or `<workstream>/<slug>` if slugs collide; the long form works for every task. */
function findRow(rowByKey: RowsByKey, slug: string, workstream: string): TaskRow | null {
  if (workstream === "") return rowByKey.get(slug) ?? null;
  const row = rowByKey.get(`${workstream}/${slug}`) ?? rowByKey.get(slug);
  return row?.workstream === workstream ? row : null;
}

/** For slugs that are not keys; built once per snapshot, so that a page costs the same in any tree (P11). */
function createSlugIndex(): (snapshot: Snapshot, slug: string) => readonly TaskRow[] {
  let of: Snapshot | null = null;
  let index = new Map<string, TaskRow[]>();
  return (snapshot, slug) => {
    if (of !== snapshot) {
      of = snapshot;
      index = Map.groupBy(snapshot.tasks, (row) => row.slug);
    }
    return index.get(slug) ?? [];
  };
}
