// What runs cost, by day, task, worker or owner: one table, and the total.

import type { BudgetLimits } from "../../../core/costs/budget-limits.ts";
import type { CostReport } from "../../../core/costs/cost-report.ts";
import type { CostSum } from "../../../core/costs/cost-sum.ts";
import { COST_GROUPINGS, type CostGrouping, type CostRow } from "../../../core/costs/cost-table.ts";
import { costSumText, tokenSumText } from "../../../core/costs/cost-words.ts";
import { COST_DAYS, type CostDays, costsSinceUrl, costsUrl } from "../../addresses/cost-query.ts";
import { taskUrl } from "../../addresses/links.ts";
import { durationText } from "../../assets/script/duration.js";
import { type Frame, renderFramed, timeOfFrame } from "../frame/frame.ts";
import { attribute, type Html, html } from "../html/html.ts";
import { momentTime } from "../html/page-time.ts";
import { label } from "../parts/task-cells.ts";

/** Days, today included, or from a moment on. */
export type CostTime = { readonly days: CostDays } | { readonly sinceMs: number };

export type CostsPage = Frame & {
  readonly report: CostReport;
  readonly time: CostTime;
  readonly today: CostSum;
  readonly budget: Pick<BudgetLimits, "day_usd">;
};

const HEADINGS: Readonly<Record<CostGrouping, string>> = {
  day: "Day",
  task: "Task",
  worker: "Worker",
  owner: "Owner",
};

export function renderCostsPage(page: CostsPage): string {
  const { report, time, today, budget } = page;
  const days = "days" in time ? time.days : null;
  const ofBudget = budget.day_usd === null ? "" : ` of $${budget.day_usd.toFixed(2)}`;
  const table =
    report.rows.length === 0
      ? html`<p class="empty nothing">Nothing was used in that time.</p>`
      : renderTable(report);
  return renderFramed(page, {
    title: "Costs",
    current: null,
    main: html`<div class="page-head"><h1>Costs</h1>
      <p class="aside">Today ${costSumText(today)}${ofBudget}. ≈ is estimated from <code>costs.prices</code>, – is unknown. Tokens are without what was read from a cache. <a href="${urlOf(report.by, time, ".json")}">JSON</a></p>
      ${choices("By", COST_GROUPINGS, report.by, (by) => [HEADINGS[by].toLowerCase(), urlOf(by, time)])}
      ${choices("Time", COST_DAYS, days, (count) => [count === 1 ? "today" : `${count} days`, costsUrl(report.by, count)])}${"sinceMs" in time && html`<p class="aside">Since ${momentTime(time.sinceMs, timeOfFrame(page))}.</p>`}</div>
      ${table}`,
  });
}

function urlOf(by: CostGrouping, time: CostTime, as: "" | ".json" = ""): string {
  return "days" in time ? costsUrl(by, time.days, as) : costsSinceUrl(by, time.sinceMs, as);
}

function choices<Choice>(
  name: string,
  all: readonly Choice[],
  chosen: Choice | null,
  linkOf: (choice: Choice) => readonly [string, string],
): Html {
  const links = all.map((choice) => {
    const [words, url] = linkOf(choice);
    return html` <a href="${url}"${attribute("aria-current", choice === chosen ? "true" : null)}>${words}</a>`;
  });
  return html`<p class="aside choices" role="group" aria-label="${name}">${name}:${links}</p>`;
}

function renderTable({ by, rows, total }: CostReport): Html {
  return html`<div class="list costs"><table><caption>Costs by ${HEADINGS[by].toLowerCase()}</caption>
    <thead><tr><th scope="col">${HEADINGS[by]}</th><th scope="col" class="num">Cost</th><th scope="col" class="num">Tokens</th><th scope="col" class="num">Tool calls</th><th scope="col" class="num">At work</th><th scope="col" class="num">Runs</th></tr></thead>
    <tbody>${rows.map((row) => html`<tr><th scope="row">${nameOf(row, by)}</th>${cells(row)}</tr>`)}
    <tr class="total"><th scope="row">Total</th>${cells(total)}</tr></tbody></table></div>`;
}

function nameOf({ name }: CostRow, by: CostGrouping): Html {
  if (name === null) return html`no owner`;
  return by === "task" ? html`<a href="${taskUrl(name)}"><bdi>${name}</bdi></a>` : html`<bdi>${name}</bdi>`;
}

function cells(sum: CostSum): Html {
  const { tools, workMs, runs } = sum;
  const values = [
    ["cost", costSumText(sum)],
    ["tokens", tokenSumText(sum)],
    ["tool calls", tools],
    ["at work", durationText(workMs)],
    ["runs", runs],
  ] as const;
  return html`${values.map(([name, value]) => html`<td class="inline num"${label(name)}>${value}</td>`)}`;
}
