// GET /workstreams/<slug> and /milestones/<slug>: their tasks as simple lists.

import { htmlAnswer } from "../http/answer.ts";
import { NOT_FOUND } from "../http/problem-json.ts";
import { type LaneKind, renderLanePage } from "../pages/plain/lane-page.ts";
import type { PageRoute } from "./request/page-request.ts";
import { problemPage } from "./request/problem-page.ts";
import type { WebContext } from "./request/web-context.ts";

/** A lane is known by its file or by a task in it. */
export function createLaneRoute(context: WebContext, kind: LaneKind): PageRoute {
  return ({ frame, param, accept }) => {
    const { snapshot } = frame;
    const slug = param("slug");
    const rows = snapshot.tasks.filter((row) => row[kind] === slug);
    if (rows.length === 0 && !snapshot[`${kind}s`].some((lane) => lane.slug === slug))
      return problemPage(context, NOT_FOUND, accept);
    return htmlAnswer(renderLanePage({ ...frame, kind, slug, rows }));
  };
}
