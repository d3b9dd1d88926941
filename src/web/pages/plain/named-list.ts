// What workstream and milestone pages share: heading, facts, progress and tasks.

import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { progressOf } from "../../../core/publication/plan-progress.ts";
import { counted } from "../../../core/text/counted.ts";
import type { Frame } from "../frame/frame.ts";
import { timeOfFrame } from "../frame/frame.ts";
import { type Html, html } from "../html/html.ts";
import { documentLink } from "../parts/document-link.ts";
import { inGroupOrder, renderTaskList } from "../parts/task-list.ts";

export type NamedList = {
  readonly frame: Frame;
  readonly kind: string;
  readonly slug: string;
  readonly title: string;
  readonly facts: readonly (readonly [name: string, value: Html | string | null])[];
  /** Null if tasks name it but no file describes it. */
  readonly file: string | null;
  readonly statusHref: string;
  readonly rows: readonly TaskRow[];
};

export function renderNamedList(list: NamedList): Html {
  const { frame, kind, slug, title, rows } = list;
  const ordered = inGroupOrder(rows, frame.snapshot.groups);
  const facts = list.facts.filter(([, value]) => value !== null);
  return html`<div class="page-head"><p class="aside">${kind} <bdi class="slug">${slug}</bdi></p><h1 dir="auto">${title}</h1>
    <p class="aside">${progressText(rows)}
    ${facts.map(([name, value]) => html` · ${name} <b>${value}</b>`)} · <a href="${list.statusHref}">on the status page</a>
    ${list.file === null ? " · no file describes it" : html` · ${documentLink(list.file, list.file)}`}</p></div>
    ${renderTaskList({ caption: `Tasks of ${title}`, rows: ordered, time: timeOfFrame(frame), empty: "No tasks yet." })}`;
}

/** "1 of 20 tasks finished, 2 cancelled, 17 open". */
function progressText(rows: readonly TaskRow[]): string {
  const { finished, cancelled, open } = progressOf(rows);
  const rest = [cancelled > 0 && `, ${cancelled} cancelled`, open > 0 && `, ${open} open`];
  return `${finished} of ${counted(rows.length, "task")} finished${rest.filter(Boolean).join("")}`;
}
