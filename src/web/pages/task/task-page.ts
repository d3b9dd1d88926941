// One task: its state and why, dependencies, problems, and its file as it is now.

import type { ActivityEvent } from "../../../core/contract/activity.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import type { TreeRead } from "../../../ports/tree/tree-reader.ts";
import { activityUrl } from "../../addresses/links.ts";
import { renderMarkdown } from "../../markdown/render-markdown.ts";
import { splitDocument } from "../../markdown/split-document.ts";
import { type Frame, renderFramed, timeOfFrame } from "../frame/frame.ts";
import { type Html, html } from "../html/html.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";
import { STORE_UNAVAILABLE } from "../html/words.ts";
import { changeWords } from "../parts/change-feed.ts";
import { momentsOf } from "../parts/moments.ts";
import { documentLink } from "../parts/task-cells.ts";
import type { PortBlocks } from "../run/run-facts.ts";
import { renderDependencies } from "./task-dependencies.ts";
import { renderDifferences } from "./task-differences.ts";
import { renderTaskFacts } from "./task-facts.ts";
import { renderTaskProblems } from "./task-problems.ts";
import { renderProgress } from "./task-progress.ts";
import { renderPullRequest } from "./task-pull-request.ts";
import { renderRuns, type TaskRuns } from "./task-runs.ts";
import { renderTaskState } from "./task-state.ts";
import { renderWork } from "./task-work.ts";

export type TaskPage = Frame & {
  readonly row: TaskRow;
  /** The task's file, read for this request. */
  readonly file: TreeRead;
  /** The task's own, newest first; null when they cannot be read. */
  readonly transitions: readonly ActivityEvent[] | null;
  readonly runs: TaskRuns;
  readonly ports: PortBlocks;
};

export function renderTaskPage(page: TaskPage): string {
  const { row, file } = page;
  const time = timeOfFrame(page);
  return renderFramed(page, {
    title: row.title,
    current: null,
    main: html`<div class="page-head"><h1 dir="auto">${row.title}</h1>
      <p class="aside"><bdi class="slug">${row.key}</bdi> · ${fileName(row, file)}</p>
      ${row.description !== null && html`<p dir="auto">${row.description}</p>`}</div>
      <div class="task-page"><div>
      ${renderDifferences(row, file)}
      ${renderWork({ row, dispatch: page.snapshot.dispatch, ports: page.ports, acting: page.acting, time })}
      ${renderPullRequest({ row, source: page.attestation.sources.pull_requests, time })}
      ${renderTaskState(row, page.snapshot, time)}
      ${renderTaskProblems(row, page.acting, time)}
      ${renderDependencies(row, page.snapshot)}
      ${renderFile(row, file)}
      </div><aside aria-label="Facts">${renderTaskFacts(row, page.snapshot, time)}${renderProgress(row)}${renderRuns(page.runs, row.run, time)}${renderHistory(row, page.transitions, time)}</aside></div>`,
  });
}

const REFUSED_WORDS = {
  outside: "The file is outside the task folder, so it was not read.",
  link: "The file is a link, and links are not followed.",
  too_large: "The file is too large for a task file, so it was not read.",
  not_a_file: "This path is not a file.",
  unreadable: "The file could not be read.",
} as const;

/** An unread file, or one whose name is not allowed in a path, has no page. */
function fileName({ file: path }: TaskRow, file: TreeRead): Html {
  return file.kind === "text" ? documentLink(path, path) : html`<bdi>${path}</bdi>`;
}

function renderFile(row: TaskRow, file: TreeRead): Html {
  return html`<section class="group" id="file"><h2>Description</h2>${fileContent(row, file)}</section>`;
}

function fileContent(row: TaskRow, file: TreeRead): Html {
  switch (file.kind) {
    case "missing":
      return html`<p class="empty cannot-tell">The file was removed since the last update. The next update will remove the task.</p>`;
    case "refused":
      return html`<p class="empty cannot-tell">${REFUSED_WORDS[file.reason]}</p>`;
    default: {
      const body = withoutTitle(splitDocument(file.text).body, row.title);
      return body.trim() === ""
        ? html`<p class="empty nothing">The file has no text below its front matter.</p>`
        : renderMarkdown({ text: body, file: row.file });
    }
  }
}

/** The title is already the page's heading. */
function withoutTitle(body: string, title: string): string {
  const [, heading] = /^\s*# (.*)(?:\r?\n|$)/.exec(body) ?? [];
  return heading?.trim() === title ? body.replace(/^\s*# .*(?:\r?\n|$)/, "") : body;
}

function renderHistory({ key }: TaskRow, events: readonly ActivityEvent[] | null, time: PageTime): Html {
  const link = html`<small class="end"><a href="${activityUrl({ task: key })}">show all</a></small>`;
  return html`<section class="group"><div class="heading"><h2>History</h2>${events && link}</div>${historyContent(events, time)}</section>`;
}

function historyContent(events: readonly ActivityEvent[] | null, time: PageTime): Html {
  if (events === null) return html`<p class="aside cannot-tell">${STORE_UNAVAILABLE}</p>`;
  if (events.length === 0) return html`<p class="aside">No activity yet.</p>`;
  const entries = momentsOf(events).map(
    (moment) => html`<li>${momentTime(moment.change.atMs, time)} ${changeWords(moment)}</li>`,
  );
  return html`<ol class="feed">${entries}</ol>`;
}
