// One run: its state, attempts, prompt, and the end of its output, live while it runs.

import type { Run } from "../../../core/contract/run.ts";
import type { RunView } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { describeEnd } from "../../../core/run/attempt-end.ts";
import { runUrl, taskUrl } from "../../addresses/links.ts";
import { durationText } from "../../assets/script/duration.js";
import { type Frame, renderFramed, timeOfFrame } from "../frame/frame.ts";
import { type Html, html } from "../html/html.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";
import { renderEvidence, renderVerdict } from "./progress-cell.ts";
import { type PortBlocks, renderRunFacts } from "./run-facts.ts";
import { renderRunForms } from "./run-forms.ts";
import { type RunLog, renderLog } from "./run-log.ts";

export type RunPage = Frame & {
  readonly run: Run;
  /** Its task, if it still exists. */
  readonly row: TaskRow | null;
  /** The worker's prompt; null if there is none. */
  readonly prompt: string | null;
  readonly log: RunLog;
  readonly ports: PortBlocks;
};

export function renderRunPage(page: RunPage): string {
  const { run, row, log } = page;
  const time = timeOfFrame(page);
  const title = row?.title ?? run.key;
  const updating = log.isLive
    ? { updating: "The output updates live; the rest does not update automatically." }
    : {};
  return renderFramed(page, {
    title: `Run of ${title}`,
    current: null,
    ...updating,
    main: html`<div class="page-head"><p class="aside">Run <bdi class="slug">${run.id}</bdi></p>
      <h1 dir="auto"><a href="${row === null ? runUrl(run.id) : taskUrl(row.key)}">${title}</a></h1></div>
      <div class="task-page"><div>
      ${renderProgress(page, time)}
      ${renderRunForms({ ...run, worker_name: run.workerName }, page.acting)}
      ${renderLog(log)}
      ${renderAttempts(run, time)}
      ${renderPrompt(page.prompt)}
      </div><aside aria-label="Facts">${renderRunFacts(run, viewOf(page)?.left_running ?? [], { ports: page.ports, time })}</aside></div>`,
  });
}

/** This run in the snapshot, if it is the task's current one. */
function viewOf({ run, row }: RunPage): RunView | null {
  return row?.run?.id === run.id ? row.run : null;
}

function renderProgress(page: RunPage, time: PageTime): Html | null {
  const view = viewOf(page);
  const verdict = view === null ? null : renderVerdict(view, time);
  if (verdict === null) return null;
  return html`<section class="group"><h2>Progress</h2><p>${verdict}</p>${view && renderEvidence(view, time)}</section>`;
}

function renderPrompt(prompt: string | null): Html | null {
  return prompt === null
    ? null
    : html`<section class="group"><details id="prompt"><summary class="heading"><h2>Prompt</h2></summary><pre class="source">${prompt}</pre></details></section>`;
}
/** Newest first. */
function renderAttempts({ attempts }: Pick<Run, "attempts">, time: PageTime): Html | null {
  if (attempts.length === 0) return null;
  const entries = attempts
    .toReversed()
    .map(
      ({ number, startedAtMs, endedAtMs, end }) =>
        html`<li><b>Attempt ${number}</b>, started ${momentTime(startedAtMs, time)}, ${durationText(endedAtMs - startedAtMs)}: <bdi>${describeEnd(end)}</bdi></li>`,
    );
  return html`<section class="group"><h2>Past attempts</h2><ol class="entries">${entries}</ol></section>`;
}
