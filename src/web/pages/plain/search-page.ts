import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { counted } from "../../../core/text/counted.ts";
import { type Frame, renderFramed, timeOfFrame } from "../frame/frame.ts";
import { attribute, html } from "../html/html.ts";
import { renderTaskList } from "../parts/task-list.ts";

export type SearchPage = Frame & {
  readonly asked: string;
  /** The best matches. */
  readonly rows: readonly TaskRow[];
  /** All matches. */
  readonly total: number;
};

export function renderSearchPage(page: SearchPage): string {
  const { asked, rows, total } = page;
  const cut = total > rows.length ? ` Showing the first ${rows.length}; add words to narrow it down.` : "";
  const results =
    asked === ""
      ? html`<p class="aside">Searches slug, title, ID, owner, milestone, workstream and description.</p>`
      : html`<p class="aside">${counted(total, "task")} for “<bdi>${asked}</bdi>”.${cut}</p>
        ${renderTaskList({ caption: `Tasks found for ${asked}`, rows, time: timeOfFrame(page), empty: "No task matches all these words." })}`;
  return renderFramed(page, {
    title: asked === "" ? "Search" : `${asked} · Search`,
    current: "search",
    main: html`<div class="page-head"><h1>Search</h1>
      <form class="line" action="/search" method="get" role="search">
      <label><span class="unseen">Words</span> <input type="search" name="q" size="40" maxlength="200"${attribute("value", asked || null)}${asked === "" && html` autofocus`}></label>
      <button class="btn" type="submit">Search</button></form></div>${results}`,
  });
}
