// Status pages shared between requests. A view is rendered once per snapshot, freshness state and minute; texts with
// its age are computed once per instant.

import type { SnapshotView } from "../../../app/server/live-snapshot.ts";
import type { Config } from "../../../config/schema.ts";
import type { Freshness } from "../../../core/contract/snapshot.ts";
import type { NightSummary } from "../../../core/night/night-summary.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import type { Permission } from "../../access/action-guard.ts";
import { parseStatusQuery, statusUrl } from "../../addresses/status-query.ts";
import { type Answer, HTML_TYPE, notModified } from "../../http/answer.ts";
import {
  ageSlot,
  findSlots,
  type SlottedPage,
  type SlotValues,
  slotValues,
} from "../../pages/html/age-slot.ts";
import { actingOn } from "../../pages/parts/action-form.ts";
import type { ResultNotice } from "../../pages/parts/result-notice.ts";
import { startPlanOf } from "../../pages/status/start-plan.ts";
import { type PageSettings, renderStatusPage, type StatusPage } from "../../pages/status/status-page.ts";
import { InstantCache } from "../request/instant-cache.ts";
import { createOwnerSnapshots, type OwnerSnapshot } from "../request/owner-snapshot.ts";
import { pageNotify } from "../request/page-notify.ts";
import { limitsOf } from "../request/page-request.ts";
import { RenderCache } from "../request/render-cache.ts";
import { resultShown } from "../request/result-shown.ts";
import { createMoments, type Moment, snapshotHeaders, tagFor } from "../request/snapshot-answer.ts";
import type { WebContext } from "../request/web-context.ts";

/** A page is about 100 KB; a few dozen views are in use at once. */
const KEPT = { entries: 128, bytes: 32 * 1024 * 1024 };

/** The widest slot; everything after the last slot is the same for all requests. */
const SLOT_MAX_BYTES = 32;

type AskedPage = {
  readonly view: SnapshotView;
  readonly freshness: Freshness;
  readonly standing: Permission;
  readonly search: string;
  /** For a viewer who was away: shown to one reader, so not cached. */
  readonly away: NightSummary | null;
};

type RenderedPage = {
  readonly tag: string;
  /** Up to the end of the last slot: copied and filled per request. */
  readonly head: SlottedPage;
  readonly rest: Buffer;
};

type FoundPage = RenderedPage & {
  readonly kind: "page";
  /** Of an answer with a body. */
  readonly headers: readonly string[];
  /** The 304. */
  readonly unchanged: Answer;
  readonly slots: SlotValues;
};

type UnknownOwner = Extract<OwnerSnapshot, { kind: "unknown" }>;

/** What identifies a page besides its snapshot. */
type PageKey = AskedPage & {
  readonly moment: Moment;
  readonly params: URLSearchParams;
  readonly notices: readonly string[];
  readonly result: ResultNotice | null;
};

/** Renders status pages, with a cache. */
export function createStatusPages(context: WebContext, streamCookie: () => string) {
  const momentOf = createMoments();
  const rendered = createRenderedPages(context);
  const instant = new InstantCache<FoundPage | UnknownOwner>();
  return (asked: AskedPage): FoundPage | UnknownOwner => {
    const { view, freshness, standing, search } = asked;
    const notices = noticesFor(context, standing);
    const params = new URLSearchParams(search);
    // Shown to one reader for a moment, so not cached.
    const result = search === "" ? null : resultShown(context, params);
    const isOwn = result !== null || asked.away !== null;
    const find = () => {
      const moment = momentOf(view, freshness);
      const page = rendered({ ...asked, moment, params, notices, result });
      return page.kind === "unknown" ? page : atInstant(page, moment, asked, streamCookie());
    };
    return !isOwn ? instant.get(view, freshness, `${standing} ${search} ${notices.join(" ")}`, find) : find();
  };
}

function atInstant(
  page: RenderedPage,
  moment: Moment,
  { view, freshness }: AskedPage,
  cookie: string,
): FoundPage {
  const headers = snapshotHeaders(moment, freshness.age_ms, page.tag);
  return {
    ...page,
    kind: "page",
    headers: ["Content-Type", HTML_TYPE, ...headers, "Set-Cookie", cookie],
    unchanged: withCookie(notModified(headers), cookie),
    slots: slotValues({ attestation: view.attestation, freshness }),
  };
}

/** The rendering of each view at its newest version. */
function createRenderedPages(context: WebContext) {
  const ownerSnapshot = createOwnerSnapshots(context.defaultOwner);
  const kept = new RenderCache<RenderedPage>(KEPT);
  return (key: PageKey): (RenderedPage & { readonly kind: "rendered" }) | UnknownOwner => {
    const { view, freshness, standing, search, moment, params, notices, result, away } = key;
    const isOwn = result !== null || away !== null;
    // The token changes with each server start, so that old pages are fetched again.
    const version = `${pageVersion(moment, notices)} ${standing === "acts" ? context.guard.formToken : ""}`;
    const address = `${standing} ${search}`;
    const known = isOwn ? null : kept.get(address, version);
    if (known !== null) return { ...known, kind: "rendered" };
    const query = parseStatusQuery(params);
    const owner = ownerSnapshot(view.snapshot, query.owner);
    if (owner.kind === "unknown") return owner;
    const acting = actingOn(context.guard, standing, { back: statusUrl(query), id: ageSlot("action_id") });
    const page = slotted(
      render(context, view, {
        snapshot: owner.snapshot,
        freshness,
        query,
        acting,
        result,
        away,
        notices,
        notify: pageNotify(context, standing),
      }),
      `${address} ${version} ${isOwn ? JSON.stringify([result, away]) : ""}`,
    );
    if (!isOwn) kept.set(address, version, page, page.head.bytes.byteLength + page.rest.byteLength);
    return { ...page, kind: "rendered" };
  };
}

/** Notices, and how to act for a read-only viewer. */
function noticesFor({ live, guard }: WebContext, standing: Permission): readonly string[] {
  return standing === "looks" ? [guard.lookNote, ...live.notices()] : live.notices();
}

/** Durations count in minutes, so the page changes each minute. */
function pageVersion({ version, attestation, freshness }: Moment, notices: readonly string[]): string {
  const minute = Math.floor(Date.parse(attestation.observed_at) / MINUTE_MS);
  const attempts = freshness.stale ? `${freshness.last_attempt_at} ${freshness.next_attempt_at}` : "";
  return `${version} ${minute} ${attempts} ${notices.join(" ")}`;
}

function render(
  { assets, config }: WebContext,
  view: SnapshotView,
  shown: Pick<
    StatusPage,
    "snapshot" | "freshness" | "query" | "acting" | "result" | "away" | "notices" | "notify"
  >,
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

export function withCookie(answer: Answer, cookie: string): Answer {
  return { ...answer, headers: [...answer.headers, "Set-Cookie", cookie] };
}
