// GET /status. A view is rendered once per snapshot, freshness state and minute, and kept; per request only the age
// slots near its start are filled, and everything after them is shared. No file, database or process is touched.

import type { IncomingHttpHeaders } from "node:http";
import type { SnapshotView } from "../../app/live-snapshot.ts";
import type { Config } from "../../config/schema.ts";
import { actingOn, type Standing } from "../actions/action-guard.ts";
import { type Answer, HTML_TYPE, NEVER_STORED, notModified, tagMatches } from "../answer.ts";
import type { RequestPath } from "../listener/request-path.ts";
import type { ViewedRequest } from "../listener/viewer.ts";
import { ageSlot, fillSlots, findSlots, type SlottedPage, slotValues } from "../pages/age-slot.ts";
import { startPlanOf } from "../pages/start-plan.ts";
import { type PageSettings, renderStatusPage, type StatusPage } from "../pages/status-page.ts";
import { RenderCache } from "../render-cache.ts";
import { parseStatusQuery, statusUrl, withoutEmptyFields } from "../status-query.ts";
import type { WebContext } from "../web-context.ts";
import { wishesLookUp, withoutWish } from "./look-up-wish.ts";
import { createOwnerSnapshots, ownerUnknown } from "./owner-snapshot.ts";
import { limitsOf } from "./page-request.ts";
import { problemPage } from "./problem-page.ts";
import { resultShown } from "./result-shown.ts";
import { createMoments, loadNewest, type Moment, snapshotHeaders, tagFor } from "./snapshot-answer.ts";
import { startingAnswer } from "./starting-answer.ts";

/** A page has about 100 KB; owners, filters and sorts in use at once are a few dozen. */
const KEPT = { entries: 128, bytes: 32 * 1024 * 1024 };

/** The widest slot; what lies behind the last one is the same for every request. */
const SLOT_MAX_BYTES = 32;

const MINUTE_MS = 60_000;

type RenderedPage = {
  readonly tag: string;
  /** Up to and with the last slot: copied and filled per request. */
  readonly head: SlottedPage;
  readonly rest: Buffer;
};

type PageRequest = ViewedRequest & { readonly headers: IncomingHttpHeaders };

export type StatusPageOptions = {
  /** Lets the page open the event stream. */
  readonly streamCookie: () => string;
};

/** The route, with the pages it keeps. */
export function createStatusPage(context: WebContext, { streamCookie }: StatusPageOptions) {
  const { live } = context;
  const ownerSnapshot = createOwnerSnapshots(context.defaultOwner);
  const momentOf = createMoments();
  const kept = new RenderCache<RenderedPage>(KEPT);
  return async (request: PageRequest, { search }: RequestPath): Promise<Answer> => {
    const { headers } = request;
    const standing = await context.guard.standing(request);
    if (wishesLookUp(standing, headers, search)) live.lookUp();
    const elsewhere = withoutWish(search);
    if (elsewhere !== null) return elsewhere;
    const short = withoutEmptyFields(search);
    if (short !== null) return { status: 303, headers: ["Location", short, ...NEVER_STORED], body: [] };
    const { view, freshness } = await loadNewest(context, headers);
    if (view === null) return withCookie(startingAnswer(context, headers), streamCookie());

    const moment = momentOf(view, freshness);
    const notices = noticesFor(context, standing);
    // The token is another one after each start of the server: a page with the old one has to be fetched again.
    const version = `${pageVersion(moment, notices)} ${standing === "acts" ? context.guard.formToken : ""}`;
    const address = `${standing} ${search}`;
    const params = new URLSearchParams(search);
    const result = resultShown(context, params);
    // Shown to one reader for a moment, so that it is not kept.
    let page = result === null ? kept.get(address, version) : null;
    if (page === null) {
      const query = parseStatusQuery(params);
      const owner = ownerSnapshot(view.snapshot, query.owner);
      if (owner.kind === "unknown") return problemPage(context, ownerUnknown(owner), headers.accept);
      const id = ageSlot("action_id");
      const acting = actingOn(context.guard, standing, { back: statusUrl(query), id });
      page = slotted(
        render(context, view, { snapshot: owner.snapshot, freshness, query, acting, result, notices }),
        `${address} ${version} ${result === null ? "" : JSON.stringify(result)}`,
      );
      if (result === null)
        kept.set(address, version, page, page.head.bytes.byteLength + page.rest.byteLength);
    }
    const answerHeaders = snapshotHeaders(moment, freshness.age_ms, page.tag);
    if (tagMatches(headers["if-none-match"], page.tag))
      return withCookie(notModified(answerHeaders), streamCookie());
    const actionId = context.actionLog.newId();
    const head = fillSlots(page.head, slotValues({ attestation: view.attestation, freshness, actionId }));
    const html = {
      status: 200,
      headers: ["Content-Type", HTML_TYPE, ...answerHeaders],
      body: [head, page.rest],
    };
    return withCookie(html, streamCookie());
  };
}

/** What is unusual, and for someone who may only look, how to act. */
function noticesFor({ live, guard }: WebContext, standing: Standing): readonly string[] {
  return standing === "looks" ? [guard.lookNote, ...live.notices()] : live.notices();
}

/** Durations count in minutes to the observation, so the page is another one each minute. */
function pageVersion({ version, attestation, freshness }: Moment, notices: readonly string[]): string {
  const minute = Math.floor(Date.parse(attestation.observed_at) / MINUTE_MS);
  const attempts = freshness.stale ? `${freshness.last_attempt_at} ${freshness.next_attempt_at}` : "";
  return `${version} ${minute} ${attempts} ${notices.join(" ")}`;
}

function render(
  { assets, config }: WebContext,
  view: SnapshotView,
  shown: Pick<StatusPage, "snapshot" | "freshness" | "query" | "acting" | "result" | "notices">,
): string {
  return renderStatusPage({
    ...shown,
    attestation: view.attestation,
    transitions: view.newestTransitions,
    plan: startPlanOf(view.snapshot),
    assets: assets.urls,
    pageSettings: pageSettingsOf(config),
  });
}

function pageSettingsOf(config: Config): PageSettings {
  return { rows: config.page.rows, refreshS: config.page.refresh_s, ...limitsOf(config) };
}

function slotted(html: string, version: string): RenderedPage {
  const { bytes, slots } = findSlots(html);
  const end = Math.min(bytes.byteLength, Math.max(0, ...slots.map(({ offset }) => offset + SLOT_MAX_BYTES)));
  return {
    tag: tagFor(`page ${version}`),
    head: { bytes: bytes.subarray(0, end), slots },
    rest: bytes.subarray(end),
  };
}

function withCookie(answer: Answer, cookie: string): Answer {
  return { ...answer, headers: [...answer.headers, "Set-Cookie", cookie] };
}
