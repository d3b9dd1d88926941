// GET /status. Only the id of the page's forms is filled in per request. The age is shared by requests of the same
// millisecond, the rendered page by those of the same minute (rendered-pages.ts). Touches no file, database or process.

import type { IncomingHttpHeaders } from "node:http";
import type { Snapshot } from "../../../core/contract/snapshot.ts";
import type { NightSummary } from "../../../core/night/night-summary.ts";
import type { ViewedRequest } from "../../access/viewer.ts";
import type { RequestPath } from "../../addresses/request-path.ts";
import { withoutEmptyFields } from "../../addresses/status-query.ts";
import { type Answer, NEVER_STORED, tagMatches } from "../../http/answer.ts";
import { fillSlots } from "../../pages/html/age-slot.ts";
import { ownerUnknown } from "../request/owner-snapshot.ts";
import { problemPage } from "../request/problem-page.ts";
import { loadNewest } from "../request/snapshot-answer.ts";
import { startingAnswer } from "../request/starting-answer.ts";
import type { WebContext } from "../request/web-context.ts";
import { nightSince } from "./night-since.ts";
import { createStatusPages, withCookie } from "./rendered-pages.ts";
import { type Left, leftCookie, lookedAt } from "./since-you-left.ts";
import { requestsSync, withoutSyncRequest } from "./sync-request.ts";

type PageRequest = ViewedRequest & { readonly headers: IncomingHttpHeaders };

export type StatusPageOptions = {
  /** Lets the page open the event stream. */
  readonly streamCookie: () => string;
};

export function createStatusPage(context: WebContext, { streamCookie }: StatusPageOptions) {
  const { live } = context;
  const pageOf = createStatusPages(context, streamCookie);
  const nights = createNights(context);
  return async (request: PageRequest, { search }: RequestPath): Promise<Answer> => {
    const { headers } = request;
    const standing = await context.guard.permissionOf(request);
    if (requestsSync(standing, headers, search)) live.requestSync();
    const elsewhere = withoutSyncRequest(search) ?? withoutEmpty(search);
    if (elsewhere !== null) return elsewhere;
    const { view, freshness } = await loadNewest(context, headers);
    if (view === null) return withCookie(startingAnswer(context, headers), streamCookie());
    const { left, isNew } = lookedAt(headers, context.clock.wallMs());
    const away = left.away === null ? null : await nights(view.snapshot, left.away);
    const page = pageOf({ view, freshness, standing, search, away });
    if (page.kind === "unknown") return problemPage(context, ownerUnknown(page), headers.accept);
    const noting = (answer: Answer) => (isNew ? withCookie(answer, leftCookie(left)) : answer);
    if (tagMatches(headers["if-none-match"], page.tag)) return noting(page.unchanged);
    const actionId = context.actionLog.newId();
    const head = fillSlots(page.head, { ...page.slots, action_id: actionId });
    return noting({ status: 200, headers: page.headers, body: [head, page.rest] });
  };
}

/** What happened while someone was away, read again with each new snapshot. */
function createNights(context: WebContext) {
  let kept: {
    readonly snapshot: Snapshot;
    readonly sinceMs: number;
    readonly night: Promise<NightSummary | null>;
  } | null = null;
  return (snapshot: Snapshot, { sinceMs, backMs }: Away): Promise<NightSummary | null> => {
    if (kept?.snapshot !== snapshot || kept.sinceMs !== sinceMs) {
      // A store that cannot be read takes nothing else from the page.
      const night = nightSince(context, snapshot, { sinceMs, nowMs: backMs }).catch(() => null);
      kept = { snapshot, sinceMs, night };
    }
    return kept.night;
  };
}

type Away = NonNullable<Left["away"]>;

function withoutEmpty(search: string): Answer | null {
  const short = withoutEmptyFields(search);
  return short === null ? null : { status: 303, headers: ["Location", short, ...NEVER_STORED], body: [] };
}
