// GET /night and /night.json: what happened in the last hours. `?hours=`, or `?since=` and `?until=` in milliseconds; `?show=`: the
// rows behind one of its numbers.

import { nightRecord } from "../../core/night/night-words.ts";
import { HOUR_MS } from "../../core/values/durations.ts";
import { NIGHT_LISTS, readNightRows } from "../addresses/night-query.ts";
import { htmlAnswer, JSON_TYPE, NEVER_STORED, textAnswer } from "../http/answer.ts";
import type { Route } from "../http/listener.ts";
import { NOT_FOUND, parameterInvalid } from "../http/problem-json.ts";
import { renderNightList } from "../pages/night/night-list-page.ts";
import { renderNightPage } from "../pages/night/night-page.ts";
import type { PageRoute } from "./request/page-request.ts";
import { problemPage } from "./request/problem-page.ts";
import type { WebContext } from "./request/web-context.ts";
import { nightSince } from "./status/night-since.ts";
import { leftCookie } from "./status/since-you-left.ts";

const HOURS_DEFAULT = 12;
/** As long as the ledger is kept. */
const HOURS_MAX = 90 * 24;

export function createNightRoute(context: WebContext, as: "page" | "json"): PageRoute {
  return async ({ view, frame, query, accept }) => {
    if (context.runs === null) return problemPage(context, NOT_FOUND, accept);
    const time = readTime(query, context.clock.wallMs());
    if (time === null)
      return problemPage(context, parameterInvalid("hours", `a number from 1 to ${HOURS_MAX}`), accept);
    const rows = readNightRows(query);
    if (rows === undefined)
      return problemPage(context, parameterInvalid("show", NIGHT_LISTS.join(", ")), accept);
    const night = await nightSince(context, frame.snapshot, time);
    if (night === null) return problemPage(context, NOT_FOUND, accept);
    if (as === "json")
      return textAnswer({ type: JSON_TYPE, text: `${JSON.stringify(nightRecord(night))}\n` });
    if (rows === null) return htmlAnswer(renderNightPage({ ...frame, night, hours: time.hours }));
    const page = Math.max(1, Math.floor(Number(query.get("page"))) || 1);
    return htmlAnswer(renderNightList({ ...frame, night, rows, page, rowByKey: view.rowByKey }));
  };
}

/** `hours` is null with `since`. */
function readTime(
  query: URLSearchParams,
  nowMs: number,
): { readonly sinceMs: number; readonly nowMs: number; readonly hours: number | null } | null {
  const since = millisecondsOf(query, "since");
  const until = millisecondsOf(query, "until") ?? nowMs;
  if (since !== null && since < until && until <= nowMs && since > nowMs - HOURS_MAX * HOUR_MS)
    return { sinceMs: since, nowMs: until, hours: null };
  const hours = Number(query.get("hours") || HOURS_DEFAULT);
  const isHours = Number.isFinite(hours) && hours >= 1 && hours <= HOURS_MAX;
  return isHours ? { sinceMs: nowMs - hours * HOUR_MS, nowMs, hours } : null;
}

function millisecondsOf(query: URLSearchParams, name: string): number | null {
  const text = query.get(name) ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** GET /night/seen: the summary on top of the status page is no longer shown. */
export function createNightSeen(context: WebContext): Route {
  return () => ({
    status: 303,
    headers: [
      "Location",
      "/status",
      "Set-Cookie",
      leftCookie({ seenMs: context.clock.wallMs(), away: null }),
      ...NEVER_STORED,
    ],
    body: [],
  });
}
