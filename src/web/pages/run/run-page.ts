// One run: what its worker does now, its course, its transcript, and the facts of it. All parts are live while the page is
// open: the script fetches the page again and morphs the parts marked `data-part`.

import type { AgentActivity } from "../../../core/agent/activity/agent-activity.ts";
import type { TimedEvent } from "../../../core/agent/contract/agent-event.ts";
import { canTakeOver } from "../../../core/agent/contract/agent-kind.ts";
import { courseOf, type SleptFor } from "../../../core/agent/transcript/run-course.ts";
import { transcriptOf } from "../../../core/agent/transcript/transcript.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { RunView } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { describeAttempt } from "../../../core/run/attempt-end.ts";
import { workersOver } from "../../../core/run/held/hand-over.ts";
import type { LogTail } from "../../../ports/runs/run-files.ts";
import { runUrl, taskUrl } from "../../addresses/links.ts";
import { durationText } from "../../assets/script/duration.js";
import { type Frame, renderFramed, timeOfFrame } from "../frame/frame.ts";
import { type Html, html } from "../html/html.ts";
import { type IconName, renderSprite } from "../html/icons.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";
import { handOverButtons } from "../parts/hand-over.ts";
import { raiseForm } from "../parts/row-actions.ts";
import { renderCourse } from "./course-bar.ts";
import { renderDiffSoFar } from "./diff-so-far.ts";
import { renderPlan } from "./plan-list.ts";
import { renderEvidence, renderVerdict } from "./progress-cell.ts";
import { type PortBlocks, renderRunFacts } from "./run-facts.ts";
import { renderRunForms } from "./run-forms.ts";
import { renderLog } from "./run-log.ts";
import { isAtWork, stateWords } from "./run-words.ts";
import { renderTakeOver, type TakeableRun } from "./take-over.ts";
import { renderTranscript, type TranscriptView } from "./transcript.ts";
import { renderUse } from "./use-facts.ts";
import { renderWaitingMessages } from "./waiting-messages.ts";

export type RunPage = Frame & {
  readonly run: Run;
  /** Its task, if it still exists. */
  readonly row: TaskRow | null;
  /** The worker's prompt; null if there is none. */
  readonly prompt: string | null;
  readonly transcript: {
    readonly events: readonly TimedEvent[];
    /** There were more before. */
    readonly cut: boolean;
    readonly readAtMs: number;
    readonly view: TranscriptView;
    readonly isWhole: boolean;
  };
  /** When its host slept since it was queued; oldest first. */
  readonly sleeps: readonly SleptFor[];
  readonly activity: AgentActivity | null;
  /** The end of the raw output; null if there is none, or it is not shown. */
  readonly log: LogTail | null;
  readonly ports: PortBlocks;
  /** Of its worker, as configured now; null if there is no such worker. */
  readonly account: string | null;
};

const ICONS: readonly IconName[] = [
  "check",
  "commit",
  "done",
  "dots",
  "edit",
  "file",
  "half",
  "hourglass",
  "message",
  "person",
  "plan",
  "question",
  "retry",
  "ring",
  "search",
  "spin",
  "terminal",
  "thought",
  "warning",
  "web",
  "x",
];

export function renderRunPage(page: RunPage): string {
  const { run, row } = page;
  const time = timeOfFrame(page);
  const title = row?.title ?? run.key;
  return renderFramed(page, {
    title: `Run of ${title}`,
    current: null,
    updating: UPDATING,
    main: html`${renderHead(page, title, time)}
      ${renderCourse({ parts: courseOf(run, page.transcript.events, { nowMs: page.transcript.readAtMs, sleeps: page.sleeps }), isLive: isLive(run) }, time)}
      <div class="task-page"><div>
      ${renderRunTranscript(page, time)}
      <div id="run-forms" data-part>${renderWaitingMessages(run, time)}${renderForms(page)}</div>
      <div id="run-record" data-part>${renderAttempts(run, time)}</div>
      ${renderPrompt(page.prompt)}
      </div><aside aria-label="Facts" id="run-facts" data-part>${renderPlan(page.activity?.plan ?? [])}${renderSignsOfLife(page, time)}${renderDiffSoFar(viewOf(page)?.diff ?? null, time)}${renderUse(run, page.activity, viewOf(page)?.budget)}${renderRunFacts(run, { ...page, dispatch: page.snapshot.dispatch, view: viewOf(page), time })}</aside></div>
      ${renderSprite(ICONS)}`,
  });
}

/** Raising a budget and handing over are for the task's current run. */
function renderForms({ run, row, snapshot, acting }: RunPage): Html {
  const current = row?.run?.id === run.id ? row : null;
  const others = current && handOverButtons(current, snapshot.dispatch);
  return html`${acting && current && raiseForm(current, acting)}${renderRunForms({ ...run, worker_name: run.workerName }, acting, others)}${acting && renderTakeOver(takeable(run))}`;
}

function takeable({ key, state, session, takenOver }: Run): TakeableRun {
  const hasSession = state !== "closed" && canTakeOver(session);
  return { key, hasSession, takenBy: takenOver?.by ?? null };
}

/** The script shows what holds. */
export const UPDATING = html`<span id="live-note" hidden>This page updates while it is open.</span><strong id="lost-note" hidden>Not updating: the server does not answer. Trying again.</strong><noscript>This page does not update automatically.</noscript>`;

function renderHead(page: RunPage, title: string, time: PageTime): Html {
  const { run, row } = page;
  const view = viewOf(page);
  const verdict = view === null ? null : renderVerdict(view, time);
  const who = [run.workerName, run.host === null ? null : `on ${run.host}`].filter((word) => word !== null);
  return html`<div class="page-head" id="run-head" data-part><p class="aside">Run <bdi class="slug">${run.id}</bdi>${run.attempt > 1 && html`, attempt ${run.attempt}`}</p>
    <h1 dir="auto"><a href="${row === null ? runUrl(run.id) : taskUrl(row.key)}">${title}</a></h1>
    <p class="status-line">${verdict ?? html`<bdi>${stateWords(run)}</bdi>`}${who.length > 0 && html` <span class="quiet"><bdi>${who.join(" ")}</bdi></span>`}</p></div>`;
}

function renderRunTranscript(page: RunPage, time: PageTime): Html {
  const { run, row, transcript, log } = page;
  const { events, cut, view, isWhole, readAtMs } = transcript;
  const part = {
    steps: transcriptOf(events),
    cut,
    view,
    isWhole,
    isLive: isLive(run),
    pageUrl: runUrl(run.id),
  };
  const frame = {
    time,
    readAtMs,
    agent: run.workerName ?? "The worker",
    workerAt: workersOver(run),
    file: row?.file ?? "tasks/index.md",
  };
  return renderTranscript(part, frame, renderLog(log, part.isLive));
}

/** Its worker may still speak. Runs by hand have no output. */
export function isLive(run: Run): boolean {
  return isAtWork(run) && run.kind === "supervised";
}

/** This run in the snapshot, if it is the task's current one. */
function viewOf({ run, row }: RunPage): RunView | null {
  return row?.run?.id === run.id ? row.run : null;
}

function renderSignsOfLife(page: RunPage, time: PageTime): Html | null {
  const view = viewOf(page);
  const evidence = view === null ? null : renderEvidence(view, time);
  return evidence && html`<section class="group"><h2>Signs of life</h2>${evidence}</section>`;
}

function renderPrompt(prompt: string | null): Html | null {
  return prompt === null
    ? null
    : html`<section class="group"><details id="prompt"><summary class="heading"><h2>Prompt</h2></summary><pre class="source">${prompt}</pre></details></section>`;
}
/** Newest first. */
function renderAttempts(run: Pick<Run, "attempts" | "startedAtMs" | "agent">, time: PageTime): Html | null {
  const { attempts } = run;
  if (attempts.length === 0) return null;
  const workerAt = workersOver(run);
  const entries = attempts
    .toReversed()
    .map(
      ({ number, startedAtMs, endedAtMs, ...how }) =>
        html`<li><b>Attempt ${number}</b>${workerAt && html` with <bdi>${workerAt(startedAtMs)}</bdi>`}, started ${momentTime(startedAtMs, time)}, ${durationText(endedAtMs - startedAtMs)}: <bdi>${describeAttempt(how)}</bdi></li>`,
    );
  return html`<section class="group"><h2>Past attempts</h2><ol class="entries">${entries}</ol></section>`;
}
