// The rows behind one number of a night: as many as the number says.

import type { Cause, EndedAttempt, NightSummary } from "../../../core/night/night-summary.ts";
import { SLOT_USE_WORDS, slotHours } from "../../../core/night/night-words.ts";
import { stretchesOf } from "../../../core/night/slot-hours.ts";
import type { RowsByKey } from "../../../core/publication/rows-by-key.ts";
import type { SlotUse } from "../../../core/records/slot-time.ts";
import { runUrl, taskUrl } from "../../addresses/links.ts";
import { type NightRows, nightUrl } from "../../addresses/night-query.ts";
import { type Frame, renderFramed, timeOfFrame } from "../frame/frame.ts";
import { type Html, html } from "../html/html.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";
import { label } from "../parts/task-cells.ts";
import { renderTaskList } from "../parts/task-list.ts";
import { renderTaskTable } from "../parts/task-table.ts";

export type NightListPage = Frame & {
  readonly night: NightSummary;
  readonly rows: NightRows;
  /** 1-based. */
  readonly page: number;
  readonly rowByKey: RowsByKey;
};

/** Rows of a page. */
const ROWS = 100;

export function renderNightList(list: NightListPage): string {
  const { night, rows } = list;
  const time = timeOfFrame(list);
  const { title, count, table } = contentOf(list, time);
  return renderFramed(list, {
    title,
    current: null,
    main: html`<div class="page-head"><h1>${title}</h1>
      <p class="aside">From ${momentTime(night.sinceMs, time)} to ${momentTime(night.nowMs, time)} · <a href="${nightUrl(night)}">the whole night</a>${isHeld(rows) && html` · <a href="/status#fresh">what waits now</a>`}</p></div>
      <div class="night-sections">${table}${renderPager(list, count)}</div>`,
  });
}

type Content = { readonly title: string; readonly count: number; readonly table: Html };

function contentOf(list: NightListPage, time: PageTime): Content {
  const { night, rows } = list;
  switch (rows.show) {
    case "landed":
      return tasksContent("Landed", night.landed, list, time);
    case "in_review":
      return tasksContent("Ready for review", night.inReview, list, time);
    case "failed":
      return attemptsContent("Failed attempts", ofCause(night.failed, rows.cause), list, time);
    case "not_counted":
      return attemptsContent("Attempts that did not count", ofCause(night.spared, rows.cause), list, time);
    case "slots":
      return slotsContent(rows.use, list, time);
  }
}

function tasksContent(title: string, keys: readonly string[], list: NightListPage, time: PageTime): Content {
  const rows = pageOf(keys, list).flatMap((key) => list.rowByKey.get(key) ?? []);
  const table = renderTaskList({ caption: title, rows, time, empty: "None in that time." });
  return { title, count: keys.length, table };
}

type Attempt = EndedAttempt & { readonly words: string };

function ofCause(causes: readonly Cause[], cause: string | null): readonly Attempt[] {
  return causes
    .filter(({ words }) => cause === null || words === cause)
    .flatMap(({ words, ended }) => ended.map((attempt) => ({ ...attempt, words })));
}

function attemptsContent(
  title: string,
  attempts: readonly Attempt[],
  list: NightListPage,
  time: PageTime,
): Content {
  if (attempts.length === 0)
    return { title, count: 0, table: html`<p class="empty nothing">None in that time.</p>` };
  const table = renderTaskTable({
    caption: title,
    columns: [
      { heading: "Task", width: "w-task" },
      { heading: "How it ended", width: "w-what" },
      { heading: "Attempt", width: "w-who" },
      { heading: "Ended", width: "w-time num" },
    ],
    rows: pageOf(attempts, list).map((attempt) => renderAttempt(attempt, list, time)),
    query: null,
  });
  return { title, count: attempts.length, table };
}

function renderAttempt(
  { key, run, number, endedAtMs, words }: Attempt,
  list: NightListPage,
  time: PageTime,
): Html {
  const title = list.rowByKey.get(key)?.title ?? key;
  return html`<tr><th scope="row" class="task"><a class="t" dir="auto" href="${taskUrl(key)}">${title}</a></th>
    <td class="what"><bdi>${words}</bdi></td>
    <td class="inline"${label("attempt")}><a href="${runUrl(run)}">attempt ${number}</a></td>
    <td class="inline num"${label("ended")}>${momentTime(endedAtMs, time)}</td></tr>`;
}

function slotsContent(use: SlotUse, list: NightListPage, time: PageTime): Content {
  const stretches = stretchesOf(list.night.stretches, use);
  const title = `Slots: ${SLOT_USE_WORDS[use]}`;
  if (stretches.length === 0)
    return { title, count: 0, table: html`<p class="empty nothing">None in that time.</p>` };
  const rows = pageOf(stretches, list).map(
    ({ fromMs, toMs, ms }) =>
      html`<tr><th scope="row">${momentTime(fromMs, time)} to ${momentTime(toMs, time)}</th><td class="inline num"${label("slots")}>${(ms / (toMs - fromMs)).toFixed(1)}</td><td class="inline num"${label("hours")}>${slotHours(ms)}</td></tr>`,
  );
  const total = stretches.reduce((sum, { ms }) => sum + ms, 0);
  const table = html`<div class="list costs"><table><caption>${title}</caption>
    <thead><tr><th scope="col">When</th><th scope="col" class="num">Slots, on average</th><th scope="col" class="num">Slot hours</th></tr></thead>
    <tbody>${rows}</tbody><tfoot><tr><th scope="row">Total</th><td></td><td class="inline num">${slotHours(total)}</td></tr></tfoot></table></div>`;
  return { title, count: stretches.length, table };
}

/** Ends automatically or by hand: the rows of what waits say how. */
function isHeld(rows: NightRows): boolean {
  return rows.show === "slots" && (rows.use === "limit" || rows.use === "outage" || rows.use === "paused");
}

function pageOf<Row>(rows: readonly Row[], { page }: NightListPage): readonly Row[] {
  return rows.slice((page - 1) * ROWS, page * ROWS);
}

function renderPager({ night, rows, page }: NightListPage, count: number): Html | null {
  const pages = Math.ceil(count / ROWS);
  if (pages < 2) return null;
  const link = (to: number, words: string, rel: string) =>
    to < 1 || to > pages
      ? null
      : html`<a class="btn" rel="${rel}" href="${nightUrl(night, rows, to)}">${words}</a>`;
  return html`<nav class="pager" aria-label="Pages of this list">${link(page - 1, "Previous", "prev")}
    <span>Page ${page} of ${pages}</span>${link(page + 1, "Next", "next")}</nav>`;
}
