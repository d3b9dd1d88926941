// GET /activity?since=&task=&group=&owner=&before=: changes, newest first, paged by cursor, so that new ones do not
// shift older pages.

import { GROUPS, type Snapshot } from "../../core/contract/snapshot.ts";
import { resolveOwner } from "../../core/team/resolve-owner.ts";
import type { TransitionQuery } from "../../ports/store/store.ts";
import { activityUrl } from "../addresses/links.ts";
import { htmlAnswer } from "../http/answer.ts";
import { parameterInvalid, type WebProblem } from "../http/problem-json.ts";
import { renderActivityPage } from "../pages/plain/activity-page.ts";
import { ownerUnknown } from "./request/owner-snapshot.ts";
import type { PageRoute } from "./request/page-request.ts";
import { problemPage } from "./request/problem-page.ts";
import type { WebContext } from "./request/web-context.ts";

const ACTIVITY_PAGE_ROWS = 50;

/** As requested; null if left out. */
type ActivityFilter = {
  readonly since: string | null;
  readonly task: string | null;
  readonly group: string | null;
  readonly owner: string | null;
};

export function createActivityRoute(context: WebContext): PageRoute {
  return async ({ frame, query, accept }) => {
    const filter = filterOf(query);
    const asked = transitionQuery(filter, query.get("before"), frame.snapshot);
    if (asked.kind === "refused") return problemPage(context, asked.problem, accept);
    // One extra row tells whether there is an older page.
    const found = await context.live.readTransitions({ ...asked.query, limit: ACTIVITY_PAGE_ROWS + 1 });
    const transitions = found.slice(0, ACTIVITY_PAGE_ROWS);
    const last = transitions.at(-1);
    const olderUrl =
      found.length > transitions.length && last !== undefined
        ? activityUrl({ ...filter, before: last.id })
        : null;
    return htmlAnswer(renderActivityPage({ ...frame, transitions, filter, olderUrl }));
  };
}

type AskedTransitions =
  | { readonly kind: "asked"; readonly query: Omit<TransitionQuery, "limit"> }
  | { readonly kind: "refused"; readonly problem: WebProblem };

function filterOf(query: URLSearchParams): ActivityFilter {
  const text = (name: string) => query.get(name)?.trim() || null;
  return { since: text("since"), task: text("task"), group: text("group"), owner: text("owner") };
}

function transitionQuery(
  { since, task, group, owner }: ActivityFilter,
  before: string | null,
  snapshot: Snapshot,
): AskedTransitions {
  const sinceMs = since === null ? null : Date.parse(since);
  if (Number.isNaN(sinceMs))
    return refused("since", "a date or time such as 2026-03-24 or 2026-03-24T12:00:00Z");
  if (before !== null && !/^[0-9]{1,15}$/.test(before))
    return refused("before", "the number from a link to older changes");
  if (group !== null && !GROUPS.some((known) => known === group))
    return refused("group", `one of ${GROUPS.join(", ")}`);
  const person = owner === null ? null : resolveOwner(snapshot, owner);
  if (person?.kind === "unknown") return { kind: "refused", problem: ownerUnknown(person) };
  return {
    kind: "asked",
    query: {
      ...(sinceMs === null ? {} : { sinceMs }),
      ...(before === null ? {} : { beforeId: Number(before) }),
      ...(task === null ? {} : { key: task }),
      ...(group === null ? {} : { group }),
      ...(person?.kind === "person" ? { owner: person.name } : {}),
    },
  };
}

function refused(name: string, expected: string): AskedTransitions {
  return { kind: "refused", problem: parameterInvalid(name, expected) };
}
