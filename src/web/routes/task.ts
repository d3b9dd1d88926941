// GET /tasks/<slug> and /tasks/<workstream>/<slug>: one row of the snapshot and the one file behind it.

import type { LiveSnapshot } from "../../app/live-snapshot.ts";
import type { Snapshot, TaskRow } from "../../core/snapshot/schema.ts";
import type { Transition } from "../../core/snapshot/transition.ts";
import { StoreError } from "../../ports/store-error.ts";
import { htmlAnswer } from "../answer.ts";
import { renderAmbiguousTaskPage } from "../pages/ambiguous-task-page.ts";
import { renderTaskPage } from "../pages/task/task-page.ts";
import { NOT_FOUND } from "../problem-json.ts";
import type { WebContext } from "../web-context.ts";
import type { PageRoute } from "./page-request.ts";
import { problemPage } from "./problem-page.ts";

/** A task's latest moves; older ones are on the activity page. */
const TRANSITIONS_SHOWN = 20;

/** Several files may share a slug; then their page offers each of them. */
const MULTIPLE_CHOICES = 300;

export function createTaskRoute(context: WebContext): PageRoute {
  const { live, reader } = context;
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
    const [file, transitions] = await Promise.all([reader.read(row.file), readHistory(live, row.key)]);
    return htmlAnswer(renderTaskPage({ ...frame, row, file, transitions }));
  };
}

/** Null while the store cannot be used: the rest of the page does not need it. */
async function readHistory(live: LiveSnapshot, key: string): Promise<readonly Transition[] | null> {
  try {
    return await live.readTransitions({ key, limit: TRANSITIONS_SHOWN });
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}

/** A key is the slug, or `<workstream>/<slug>` where slugs collide; the long form is understood for every task. */
function findRow(rowByKey: ReadonlyMap<string, TaskRow>, slug: string, workstream: string): TaskRow | null {
  if (workstream === "") return rowByKey.get(slug) ?? null;
  const row = rowByKey.get(`${workstream}/${slug}`) ?? rowByKey.get(slug);
  return row?.workstream === workstream ? row : null;
}

/** Looked at only for slugs that are no key; made once per snapshot, so that a page costs the same in any tree (P11). */
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
