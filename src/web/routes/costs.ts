// GET /costs and /costs.json: what runs used, by day, task, worker or owner. `?by=`, `?days=`.

import { type CostReport, costRecord, costReport } from "../../core/costs/cost-report.ts";
import { COST_GROUPINGS } from "../../core/costs/cost-table.ts";
import { dayStartMs } from "../../core/costs/local-day.ts";
import { DAY_MS } from "../../core/values/durations.ts";
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
    const sinceMs = dayStartMs(context.clock.wallMs() - (days - 1) * DAY_MS, localZone);
    const records = await context.runs.store.readUsage({ sinceMs });
    const report = costReport(records, { by, sinceMs, zone: localZone });
    if (as === "json")
      return textAnswer({ type: JSON_TYPE, text: `${JSON.stringify(costRecord(report))}\n` });
    const today = await costsToday(context.runs.store, context.clock.wallMs());
    return htmlAnswer(
      renderCostsPage({ ...frame, report, days, today: today.total, budget: context.config.budget }),
    );
  };
}

/** By worker. */
export async function costsToday(store: Pick<LedgerStore, "readUsage">, nowMs: number): Promise<CostReport> {
  const sinceMs = dayStartMs(nowMs, localZone);
  return costReport(await store.readUsage({ sinceMs }), { by: "worker", sinceMs, zone: localZone });
}
