// GET /workstreams/<slug> and /milestones/<slug>: their tasks as simple lists.

import type { Snapshot, TaskRow } from "../../core/contract/snapshot.ts";
import { htmlAnswer } from "../http/answer.ts";
import { NOT_FOUND } from "../http/problem-json.ts";
import { renderMilestonePage } from "../pages/plain/milestone-page.ts";
import { renderWorkstreamPage } from "../pages/plain/workstream-page.ts";
import type { PageRoute } from "./request/page-request.ts";
import { problemPage } from "./request/problem-page.ts";
import type { WebContext } from "./request/web-context.ts";

/** Known by its file or by a task in it. */
export function createWorkstreamRoute(context: WebContext): PageRoute {
  return ({ frame, param, accept }) => {
    const { snapshot } = frame;
    const slug = param("slug");
    const rows = snapshot.tasks.filter((row) => row.workstream === slug);
    if (!isNamed(snapshot.workstreams, slug) && rows.length === 0)
      return problemPage(context, NOT_FOUND, accept);
    return htmlAnswer(renderWorkstreamPage({ ...frame, slug, rows }));
  };
}

export function createMilestoneRoute(context: WebContext): PageRoute {
  return ({ frame, param, accept }) => {
    const { snapshot } = frame;
    const slug = param("slug");
    const rows = snapshot.tasks.filter((row: TaskRow) => row.milestone === slug);
    if (!isNamed(snapshot.milestones, slug) && rows.length === 0)
      return problemPage(context, NOT_FOUND, accept);
    return htmlAnswer(renderMilestonePage({ ...frame, slug, rows }));
  };
}

function isNamed(named: Snapshot["workstreams"] | Snapshot["milestones"], slug: string): boolean {
  return named.some((one) => one.slug === slug);
}
