// All runs, newest first, in pages: who worked on what, what they do now, what it cost. The list is live while it is open.

import type { CostView } from "../../../core/contract/agent-view.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { RunView } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { costText } from "../../../core/costs/cost-words.ts";
import { describeAttempt } from "../../../core/run/attempt-end.ts";
import { viewAgent } from "../../../core/snapshot/view-agent.ts";
import { isoTime } from "../../../core/text/iso-time.ts";
import { runUrl, taskUrl } from "../../addresses/links.ts";
import { type Frame, renderFramed, timeOfFrame } from "../frame/frame.ts";
import { attribute, type Html, html } from "../html/html.ts";
import { durationTime, type PageTime } from "../html/page-time.ts";
import { beside, label, none, oneLine } from "../parts/task-cells.ts";
import { type Column, renderTaskTable } from "../parts/task-table.ts";
import { renderVerdict } from "./progress-cell.ts";
import { UPDATING } from "./run-page.ts";
import { agentWords, isAtWork, placeWords, stateWords } from "./run-words.ts";

export type ListedRun = {
  readonly run: Run;
  /** Its task, if it still exists. */
  readonly row: TaskRow | null;
};

export type RunsPage = Frame & {
  /** Newest first. */
  readonly runs: readonly ListedRun[];
  readonly olderUrl: string | null;
};

const COLUMNS: readonly Column[] = [
  { heading: "Task", width: "w-task" },
  { heading: "What", width: "w-what" },
  { heading: "Worker", width: "w-who" },
  { heading: "Cost", width: "w-time num" },
  { heading: "Since", width: "w-time num" },
];

export function renderRunsPage(page: RunsPage): string {
  const { live, per_host: slots, host } = page.snapshot.dispatch;
  const table =
    page.runs.length === 0
      ? html`<p class="empty nothing">No runs yet. <code>tasks kickoff</code> starts one.</p>`
      : renderTable(page, timeOfFrame(page));
  return renderFramed(page, {
    title: "Runs",
    current: "runs",
    updating: UPDATING,
    main: html`<div id="runs-list" data-part><div class="page-head"><h1>Runs</h1>
      <p class="aside">${live} of ${slots} workers busy on <bdi>${host}</bdi></p></div>
      ${table}
      ${page.olderUrl !== null && html`<p class="pager"><a class="btn" rel="next" href="${page.olderUrl}">Older</a></p>`}</div>`,
  });
}

function renderTable({ runs, snapshot }: RunsPage, time: PageTime): Html {
  const rows = runs.map((listed) => renderRow(listed, snapshot.dispatch.host, time));
  return renderTaskTable({ caption: "Runs, newest first", columns: COLUMNS, rows, query: null });
}

function renderRow({ run, row }: ListedRun, home: string, time: PageTime): Html {
  const view = row?.run?.id === run.id ? row.run : null;
  const title = row?.title ?? run.key;
  const worker = run.workerName === null ? null : `${agentWords(run)}${placeWords(run, home)}`;
  return html`<tr id="r-${run.id}"><th scope="row" class="task" title="${title} · ${run.key}">
    ${oneLine(html`<a class="t" dir="auto" href="${row === null ? runUrl(run.id) : taskUrl(row.key)}">${title}</a>`, html` <bdi class="slug">${run.key}</bdi>`)}</th>
    ${whatCell(run, view, time)}
    <td class="inline who"${attribute("title", worker)}>${worker === null ? none("no worker yet") : html`<bdi>${worker}</bdi>`}</td>
    ${costCell((view ?? viewAgent(run, null)).cost)}
    <td class="inline num"${label("since")}>${sinceTime(run, time)}</td></tr>`;
}

/** What its worker does now, else its state; a link to the run. */
function whatCell(run: Run, view: RunView | null, time: PageTime): Html {
  const verdict = view === null ? null : renderVerdict(view, time);
  const end = endWords(run);
  const state = html`<bdi>${stateWords(run)}</bdi>${end !== null && html`, <bdi>last attempt ${end}</bdi>`}`;
  const line = html`<div class="one-line"><span>${verdict ?? state}</span></div>`;
  return html`<td class="what">${beside(line, html`<a class="slug" href="${runUrl(run.id)}">open run</a>`)}</td>`;
}

/** Null for a run whose state says it. */
function endWords({ attempts, outcome, closing }: Run): string | null {
  const last = attempts.at(-1);
  return last === undefined || outcome !== null || closing !== null ? null : describeAttempt(last);
}

function costCell(cost: CostView | null): Html {
  return html`<td class="inline num"${label("cost", cost)}>${cost === null ? none("not known") : costText(cost)}</td>`;
}

/** One at work from its start, else since it is in its state. */
function sinceTime(run: Run, time: PageTime): Html {
  const isWorking = isAtWork(run);
  const iso = isoTime(isWorking ? (run.startedAtMs ?? run.sinceMs) : run.sinceMs);
  return durationTime({ iso }, isWorking ? "for" : "ago", time);
}
