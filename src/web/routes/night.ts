// GET /night and /night.json: what happened in the last hours. `?hours=`, or `?since=` in milliseconds.

import { nightRecord } from "../../core/night/night-words.ts";
import { HOUR_MS } from "../../core/values/durations.ts";
import { htmlAnswer, JSON_TYPE, NEVER_STORED, textAnswer } from "../http/answer.ts";
import type { Route } from "../http/listener.ts";
import { NOT_FOUND, parameterInvalid } from "../http/problem-json.ts";
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
  return async ({ frame, query, accept }) => {
    if (context.runs === null) return problemPage(context, NOT_FOUND, accept);
    const nowMs = context.clock.wallMs();
    const sinceMs = readSince(query, nowMs);
    if (sinceMs === null)
      return problemPage(context, parameterInvalid("hours", `a number from 1 to ${HOURS_MAX}`), accept);
    const night = await nightSince(context, frame.snapshot, { sinceMs, nowMs });
    if (night === null) return problemPage(context, NOT_FOUND, accept);
    if (as === "json")
      return textAnswer({ type: JSON_TYPE, text: `${JSON.stringify(nightRecord(night))}\n` });
    return htmlAnswer(renderNightPage({ ...frame, night, hours: Math.round((nowMs - sinceMs) / HOUR_MS) }));
  };
}

function readSince(query: URLSearchParams, nowMs: number): number | null {
  const since = Number(query.get("since") ?? Number.NaN);
  if (Number.isFinite(since) && since < nowMs && since > nowMs - HOURS_MAX * HOUR_MS) return since;
  const hours = Number(query.get("hours") || HOURS_DEFAULT);
  return Number.isFinite(hours) && hours >= 1 && hours <= HOURS_MAX ? nowMs - hours * HOUR_MS : null;
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
