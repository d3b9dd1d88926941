// GET /costs and /costs.json: what runs used, by day, task, worker or owner. `?by=`, and `?days=` or `?since=` in
// milliseconds.

import { type CostReport, costRecord, costReport } from "../../core/costs/cost-report.ts";
import { COST_GROUPINGS } from "../../core/costs/cost-table.ts";
import { dayStartMs } from "../../core/costs/local-day.ts";
import { DAY_MS, HOUR_MS } from "../../core/values/durations.ts";
import type { Zone } from "../../core/values/local-time.ts";
import type { LedgerStore } from "../../ports/store/ledger-store.ts";
import { COST_DAYS } from "../addresses/cost-query.ts";
import { htmlAnswer, JSON_TYPE, textAnswer } from "../http/answer.ts";
import { NOT_FOUND, parameterInvalid } from "../http/problem-json.ts";
import { renderCostsPage } from "../pages/plain/costs-page.ts";
import type { PageRoute } from "./request/page-request.ts";
import { problemPage } from "./request/problem-page.ts";
import type { WebContext } from "./request/web-context.ts";

/** The server's, as for the other times of its pages. */
const localZone: Zone = (atMs) => -new Date(atMs).getTimezoneOffset();

export function createCostsRoute(context: WebContext, as: "page" | "json"): PageRoute {
  return async ({ frame, query, accept }) => {
    if (context.runs === null) return problemPage(context, NOT_FOUND, accept);
    const by = COST_GROUPINGS.find((name) => name === (query.get("by") || "day"));
    const days = COST_DAYS.find((count) => String(count) === (query.get("days") || "7"));
    if (by === undefined)
      return problemPage(context, parameterInvalid("by", COST_GROUPINGS.join(", ")), accept);
    if (days === undefined)
      return problemPage(context, parameterInvalid("days", COST_DAYS.join(", ")), accept);
    const nowMs = context.clock.wallMs();
    const since = hourOf(query.get("since"), nowMs);
    const sinceMs = since ?? dayStartMs(nowMs - (days - 1) * DAY_MS, localZone);
    const records = await context.runs.store.readUsage({ sinceMs });
    const report = costReport(records, { by, sinceMs, zone: localZone });
    if (as === "json")
      return textAnswer({ type: JSON_TYPE, text: `${JSON.stringify(costRecord(report))}\n` });
    const today = await costsToday(context.runs.store, nowMs);
    const time = since === null ? { days } : { sinceMs: since };
    return htmlAnswer(
      renderCostsPage({ ...frame, report, time, today: today.total, budget: context.config.budget }),
    );
  };
}

/** The start of its hour: what runs use is kept by the hour. Null for no time that is kept. */
function hourOf(text: string | null, nowMs: number): number | null {
  if (text === null || !/^\d{1,15}$/.test(text)) return null;
  const hourMs = Math.floor(Number(text) / HOUR_MS) * HOUR_MS;
  return hourMs <= nowMs && hourMs > nowMs - KEPT_MS ? hourMs : null;
}

const KEPT_MS = Math.max(...COST_DAYS) * DAY_MS;

/** By worker. */
export async function costsToday(store: Pick<LedgerStore, "readUsage">, nowMs: number): Promise<CostReport> {
  const sinceMs = dayStartMs(nowMs, localZone);
  return costReport(await store.readUsage({ sinceMs }), { by: "worker", sinceMs, zone: localZone });
}
