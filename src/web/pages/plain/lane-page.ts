// The page of a workstream or a milestone: heading, facts, progress and tasks.

import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { progressOf } from "../../../core/publication/summary.ts";
import { counted } from "../../../core/text/counted.ts";
import { statusLink } from "../../addresses/links.ts";
import { type Frame, renderFramed, timeOfFrame } from "../frame/frame.ts";
import { type Html, html } from "../html/html.ts";
import { pastTargetWords } from "../html/page-time.ts";
import { documentLink } from "../parts/task-cells.ts";
import { inGroupOrder, renderTaskList } from "../parts/task-list.ts";

export type LaneKind = "workstream" | "milestone";

export type LanePage = Frame & {
  readonly kind: LaneKind;
  readonly slug: string;
  readonly rows: readonly TaskRow[];
};

const KIND_WORDS: Readonly<Record<LaneKind, string>> = { workstream: "Workstream", milestone: "Milestone" };

export function renderLanePage(page: LanePage): string {
  const { snapshot, kind, slug, rows } = page;
  const { title, file } = snapshot[`${kind}s`].find((lane) => lane.slug === slug) ?? {
    title: slug,
    file: null,
  };
  const time = timeOfFrame(page);
  return renderFramed(page, {
    title,
    current: null,
    main: html`<div class="page-head"><p class="aside">${KIND_WORDS[kind]} <bdi class="slug">${slug}</bdi></p><h1 dir="auto">${title}</h1>
    <p class="aside">${progressText(rows)}${factOf(page)} · <a href="${statusLink({ [kind]: slug })}">on the status page</a>
    ${file === null ? " · no file describes it" : html` · ${documentLink(file, file)}`}</p></div>
    ${renderTaskList({ caption: `Tasks of ${title}`, rows: inGroupOrder(rows, snapshot.groups), time, empty: "No tasks yet." })}`,
  });
}

/** A workstream's owner, a milestone's target. */
function factOf(page: LanePage): Html | null {
  const { snapshot, kind, slug } = page;
  const isThis = (lane: { readonly slug: string }) => lane.slug === slug;
  if (kind === "workstream") {
    const owner = snapshot.workstreams.find(isThis)?.owner ?? null;
    return owner === null ? null : html` · Owner <b>${owner}</b>`;
  }
  const milestone = snapshot.milestones.find(isThis);
  if (milestone === undefined || milestone.target === null) return null;
  return milestone.past_target
    ? html` · Late: <b>${pastTargetWords(milestone.target, timeOfFrame(page))}</b>`
    : html` · Target <b>${milestone.target}</b>`;
}

/** "1 of 20 tasks done, 2 cancelled, 17 open". */
function progressText(rows: readonly TaskRow[]): string {
  const { finished, cancelled, open } = progressOf(rows);
  const rest = [cancelled > 0 && `, ${cancelled} cancelled`, open > 0 && `, ${open} open`];
  return `${finished} of ${counted(rows.length, "task")} done${rest.filter(Boolean).join("")}`;
}
