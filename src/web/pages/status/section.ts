// A section of the status page: heading with numbers, then a table, or one sentence that says why there is none. Empty,
// filtered and unknown are three different sentences (F10).

import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { groupedDigits } from "../../../core/text/counted.ts";
import { isFiltered, statusUrl } from "../../addresses/status-query.ts";
import { clockText } from "../html/clock-text.ts";
import { type Html, html } from "../html/html.ts";
import { tag } from "../html/tags.ts";
import { GROUP_WORDS } from "../html/words.ts";
import { type Acting, button, renderActionForm } from "../parts/action-form.ts";
import type { Columns } from "../parts/task-cells.ts";
import { isAtWork } from "../run/run-words.ts";
import { type EmptySection, emptySentence } from "./empty-sentence.ts";
import type { StartPlan } from "./start-plan.ts";
import { SINGLE_GROUP_ROWS, type StatusView } from "./status-view.ts";

export type Section = EmptySection & {
  readonly status: StatusView;
  readonly columns: Columns;
  /** The page is not fresh, so its durations do not tick. */
  readonly frozen: boolean;
  readonly plan: StartPlan;
  /** Null on a read-only page. */
  readonly acting: Acting | null;
};

/** Long lists that are rarely read start closed; a filter, a sort or their own page opens them. */
const FOLDED = new Set(["waiting", "planned", "done"]);

/** `note` completes the numbers ("overdue after 24 h"). */
export function renderSection(section: Section, note: Html | null, table: Html): Html {
  const { view, query } = section;
  const heading = html`<h2 id="h-${view.group}">${GROUP_WORDS[view.group].heading}</h2>`;
  const attributes = html`id="g-${view.group}" class="group" aria-labelledby="h-${view.group}"`;
  if (view.total === 0) {
    const beside = view.group === "needs_attention" && note && html`<small>${note}</small>`;
    return html`<section ${attributes}><div class="heading">${heading}${renderEmpty(section)}${beside}</div></section>`;
  }
  const content = html`${table}${renderPager(section)}`;
  const folds = FOLDED.has(view.group) && query.group === null;
  const links = [showAllLink(section), note].filter((link) => link !== null);
  const joined = links.map((link) => html` · ${link}`);
  if (!folds) {
    const numbers = html`<small>${renderNumbers(section)}${joined}${frozenNote(section)}</small>`;
    return html`<section ${attributes}><div class="heading">${heading}${numbers}${stopAll(section)}</div>${content}</section>`;
  }
  // A summary acts as a button, so links stand beside it.
  const open = isFiltered(query) || query.sort !== null;
  return html`<section ${attributes}><details id="d-${view.group}"${open && html` open`}>
    <summary class="heading">${heading}<small>${renderNumbers(section)}${frozenNote(section)}</small></summary>${content}</details>
    ${links.length > 0 && html`<p class="beside">${links.map((link, index) => html`${index > 0 && " · "}${link}`)}</p>`}</section>`;
}

/** Late and stale durations do not tick, and say their time; the script does the same. */
function frozenNote({ frozen, time }: Section): Html | null {
  return frozen ? html`<span class="frozen"> · durations at ${clockText(time.observedAtMs)}</span>` : null;
}

/** All workers of the repository, whatever the page's owner: the confirmation names each. */
function stopAll({ view, snapshot, acting }: Section): Html | null {
  if (acting === null || view.group !== "active" || snapshot.dispatch.live === 0) return null;
  return renderActionForm(acting, {
    action: "stop-all",
    className: "act end",
    content: button("Stop all workers"),
  });
}

function renderNumbers(section: Section): string {
  const numbers = rangeOf(section);
  const { group, total } = section.view;
  if (group === "active") return `${numbers}${moreAbove(section)}`;
  if (group === "in_review") return `${numbers}${waitingForPeople(section)}`;
  return group === "needs_attention" ? `${numbers} ${total === 1 ? "task" : "tasks"}` : numbers;
}

/** Running tasks that need a person are in the first section. */
function moreAbove({ snapshot, query, status }: Section): string {
  if (query.group !== null || isFiltered(query)) return "";
  const above = (snapshot.groups.needs_attention ?? []).flatMap((key) => status.rowByKey.get(key) ?? []);
  const running = above.filter(({ run }) => isAtWork(run)).length;
  if (running > 0) return `, and ${running} more running above`;
  const active = above.filter(({ base_group: base }) => base === "active").length;
  return active > 0 ? `, and ${active} more above` : "";
}

/** Only if all rows are shown, so that the number matches. */
function waitingForPeople({ view }: Section): string {
  if (view.rows.length !== view.total) return "";
  const count = view.rows.filter(awaitsPerson).length;
  return count === 0 ? "" : `, ${count} ${count === 1 ? "needs" : "need"} you`;
}

/** Finished work without a pull request waits for a person to review it. */
function awaitsPerson({ pull_request: pullRequest }: TaskRow): boolean {
  return pullRequest?.waits == null || pullRequest.waits.for === "you";
}

function rangeOf({ view, query }: Section): string {
  const shown = view.rows.length;
  if (shown === view.total) return groupedDigits(view.total);
  const first = query.group === null ? 0 : (view.page - 1) * SINGLE_GROUP_ROWS;
  const range =
    query.group === null ? String(shown) : `${groupedDigits(first + 1)}–${groupedDigits(first + shown)}`;
  return `${range} of ${groupedDigits(view.total)}`;
}

function showAllLink({ view, query }: Section): Html | null {
  if (query.group !== null || view.rows.length === view.total) return null;
  const words = view.total > SINGLE_GROUP_ROWS ? "show more" : "show all";
  return html`<a href="${statusUrl({ ...query, group: view.group, page: 1 })}">${words}</a>`;
}

function renderPager({ view, query }: Section): Html | null {
  if (view.pages === 1) return null;
  const link = (page: number, words: string, rel: string) =>
    page < 1 || page > view.pages
      ? null
      : html`<a class="btn" rel="${rel}" href="${statusUrl({ ...query, page })}">${words}</a>`;
  return html`<nav class="pager" aria-label="Pages of this list">${link(view.page - 1, "Previous", "prev")}
    <span>Page ${view.page} of ${view.pages}</span>${link(view.page + 1, "Next", "next")}</nav>`;
}

const EMPTY_TAGS = {
  nothing: null,
  filtered: tag("info", "filtered", "▽"),
  off: tag("plain", "off", "–"),
  "cannot-tell": tag("warn", "can't tell", "?"),
} as const;

function renderEmpty(section: Section): Html {
  const { kind, words } = emptySentence(section);
  const mark = EMPTY_TAGS[kind];
  return html`<p class="empty ${kind}">${mark && html`${mark} `}${words}</p>`;
}
