// Filters the lists by address: a plain form that works without script, and a note of what is hidden.

import type { Snapshot } from "../../../core/contract/snapshot.ts";
import { PRIORITIES } from "../../../core/contract/task.ts";
import { counted } from "../../../core/text/counted.ts";
import { isFiltered, type StatusQuery, statusUrl, withoutFilter } from "../../addresses/status-query.ts";
import { attribute, type Html, html } from "../html/html.ts";
import type { StatusView } from "./status-view.ts";

/** Choices per list; larger trees are filtered by following links. Keeps the page small (P8). */
const CHOICES_SHOWN = 60;

const FILTERS = ["text", "priority", "milestone", "workstream", "initiative", "flag", "pause"] as const;

export type FilterForm = { readonly snapshot: Snapshot; readonly query: StatusQuery };

export function renderFilterForm({ snapshot, query }: FilterForm): Html {
  const named = (entries: readonly { readonly slug: string }[]) =>
    entries.slice(0, CHOICES_SHOWN).map(({ slug }) => slug);
  const count = FILTERS.filter((name) => query[name] !== null).length;
  return html`<details class="menu filter" id="filter-menu"><summary class="btn">Filter${count > 0 && `: ${count}`}</summary>
    <form class="panel" id="filter" action="/status" method="get">
    ${kept("owner", query.owner)}${kept("group", query.group)}${kept("sort", query.sort)}${kept("refresh", query.refresh)}${kept("flag", query.flag)}${kept("pause", query.pause)}
    <label>Words <input type="search" name="text" id="filter-text" maxlength="200" autocomplete="off"${attribute("value", query.text)}></label>
    ${choice("Priority", "priority", PRIORITIES, query.priority)}
    ${choice("Milestone", "milestone", named(snapshot.milestones), query.milestone)}
    ${choice("Workstream", "workstream", named(snapshot.workstreams), query.workstream)}
    ${choice("Initiative", "initiative", named(snapshot.initiatives), query.initiative)}
    <div class="line"><button class="btn" type="submit">Show</button> <a href="${statusUrl(withoutFilter(query))}">Clear</a></div>
    </form></details>`;
}

function kept(name: string, value: string | null): Html | null {
  return value === null ? null : html`<input type="hidden" name="${name}" value="${value}">`;
}

function choice(words: string, name: string, values: readonly string[], chosen: string | null): Html | null {
  if (values.length === 0 && chosen === null) return null;
  const all = chosen === null || values.includes(chosen) ? values : [chosen, ...values];
  const option = (value: string) => html`<option${value === chosen && html` selected`}>${value}</option>`;
  return html`<label>${words} <select name="${name}" id="filter-${name}"><option value="">any</option>${all.map(option)}</select></label>`;
}

const FLAG_WORDS = {
  flawed: "done tasks with problems in their files", // words-ok: address
  unowned: "tasks with no known owner",
  watched: "tasks to watch",
  acknowledged: "acknowledged tasks that need you",
  review: "tasks that wait for a person's review",
} as const;

/** The filter, its matches, and hidden tasks that need you; nothing without a filter. */
export function renderFilterNote(input: {
  readonly query: StatusQuery;
  readonly view: StatusView;
  readonly total: number;
}): Html | null {
  const { query, view, total } = input;
  if (!isFiltered(query)) return null;
  const { flag, pause, text } = query;
  const parts = [
    flag && FLAG_WORDS[flag],
    pause && `what waits for ${pause.slice(pause.indexOf(" ") + 1)}`,
    text && `words “${text}”`,
    ...(["priority", "milestone", "workstream", "initiative"] as const).map(
      (name) => query[name] && `${name} ${query[name]}`,
    ),
  ].filter((part) => part !== null);
  const hidden = view.hiddenAttention;
  return html`<p class="narrowed" id="filtered">Only <b>${parts.join(", ")}</b>: ${view.matching} of ${counted(total, "task")}.
    ${hidden > 0 && html` ${hidden} more ${hidden === 1 ? "needs" : "need"} you outside this filter.`} <a href="${statusUrl(withoutFilter(query))}">Show all</a></p>`;
}
