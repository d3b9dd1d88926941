// Who works on a task now: progress, place and actions.

import type { Dispatch, RunView } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { BYTES_PER_MB } from "../../../core/hold/room.ts";
import { unreadableProblem, whyNotStarted } from "../../../core/problems/unreadable-file.ts";
import { taskResolutionOf } from "../../../core/run/judge-closing.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import { counted } from "../../../core/text/counted.ts";
import { fileSize } from "../../../core/text/file-size.ts";
import { namedProcesses } from "../../../core/text/listed.ts";
import { runUrl } from "../../addresses/links.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime, momentTime, type PageTime } from "../html/page-time.ts";
import { type Acting, button, otherButton, renderActionForm } from "../parts/action-form.ts";
import { renderKnownFacts } from "../parts/facts.ts";
import { handOverButtons } from "../parts/hand-over.ts";
import { numberLink } from "../parts/pull-request-link.ts";
import { raiseForm } from "../parts/row-actions.ts";
import { renderEvidence, renderVerdict } from "../run/progress-cell.ts";
import { type PortBlocks, portsText } from "../run/run-facts.ts";
import { renderRunForms } from "../run/run-forms.ts";
import { isAtWork, placeWords, RUN_STATE_WORDS, shortId, workerWords } from "../run/run-words.ts";
import { renderTakeOver } from "../run/take-over.ts";

export type TaskWork = {
  readonly row: TaskRow;
  readonly dispatch: Dispatch;
  readonly ports: PortBlocks;
  readonly acting: Acting | null;
  readonly time: PageTime;
};

/** Nothing if there is no run and none can start. */
export function renderWork(work: TaskWork): Html | null {
  const { row, time } = work;
  const { run } = row;
  const content = run === null ? renderNoRun(work) : renderRun(work, run, time);
  return content && html`<section class="group" id="work"><h2>Work</h2>${content}</section>`;
}

function renderNoRun({ row, acting, dispatch }: TaskWork): Html | null {
  if (acting === null || !dispatch.configured || taskResolutionOf(row) !== "open") return null;
  // A worker would start over beside the existing work.
  if (row.pull_request?.state === "open")
    return html`<p>No one is working on this here; ${numberLink(row.pull_request)} is open.</p>`;
  return html`<p>No one is working on this.</p><div class="forms">${kickoffForm(row, acting)}</div>`;
}

function renderRun(work: TaskWork, run: RunView, time: PageTime): Html {
  // The question is below, with a field for the answer.
  const verdict = openQuestion(run) === null ? renderVerdict(run, time) : null;
  return html`<p>${standing(work, run)}${verdict && html`; ${verdict}`}</p>
    ${renderEvidence(run, time)}
    ${run.last_line !== null && html`<p class="aside">Last output: <bdi>${run.last_line}</bdi></p>`}
    ${renderPlace(work, run)}${renderForms(work, run)}${work.acting && renderTakeOver({ key: work.row.key, hasSession: run.has_session, takenBy: run.taken_over?.by ?? null })}`;
}

function renderForms({ row, acting, dispatch }: TaskWork, run: RunView): Html | null {
  const hasEnded = run.state !== "queued" && !isAtWork(run);
  if (acting === null || !hasEnded || !dispatch.configured || taskResolutionOf(row) !== "open")
    return html`${acting && raiseForm(row, acting)}${renderRunForms(run, acting, handOverButtons(row, dispatch))}`;
  if (run.kind === "by_hand") return html`<div class="forms">${kickoffForm(row, acting)}</div>`;
  const startOver = otherButton("kickoff", "Start over", { name: "task", value: row.key });
  return html`${raiseForm(row, acting)}${renderRunForms(run, acting, startOver)}`;
}

function standing({ time, dispatch }: TaskWork, run: RunView): Html {
  const link = html`<a href="${runUrl(run.id)}">run <bdi>${shortId(run.id)}</bdi></a>`;
  if (run.state === "queued")
    return html`Queued by <bdi>${run.queued_by}</bdi> at ${momentTime(Date.parse(run.queued_at), time)}, ${link}`;
  const when = isAtWork(run)
    ? html`for ${durationTime({ iso: run.started_at ?? run.since }, "for", time)}`
    : durationTime({ iso: run.since }, "ago", time);
  return html`<bdi>${workerWords(run)}${placeWords(run, dispatch.host)}</bdi>, ${RUN_STATE_WORDS[run.state]} ${when}, ${link}`;
}

function renderPlace({ ports }: TaskWork, run: RunView): Html {
  return renderKnownFacts([
    ["Attempt", run.attempt === 0 ? null : `${run.attempt} of ${run.attempts_max}`],
    ["Worktree", run.worktree],
    ["Branch", run.branch === null ? null : `${run.branch}${commitsText(run)}`],
    ["Checked out", checkedOutText(run)],
    ["Disk", run.disk_mb === null ? null : fileSize(run.disk_mb * BYTES_PER_MB)],
    ["Ports", portsText(run.port_block, run.first_port, ports)],
    ["Still running", run.left_running.length === 0 ? null : namedProcesses(run.left_running)],
    ["Last attempt", run.last_end],
    ["Worker says", run.outcome && `${run.outcome.kind}${run.outcome.note && `: ${run.outcome.note}`}`],
    ...run.decided_alone.map(({ question, answer }): [string, Html] => [
      "Decided alone",
      html`“<bdi>${question}</bdi>”: <bdi>${answer}</bdi>, as no one answered in time`,
    ]),
    ["Worker inbox", run.follow_ups === 0 ? null : `${counted(run.follow_ups, "message")} queued`],
  ]);
}

/** Commits of its own branch; another checked-out branch has its own line. */
function commitsText({ commits, checked_out: other }: RunView): string {
  const own = other === null ? commits : other.own_commits;
  return own === null ? "" : `, ${counted(own, "commit")}`;
}

function checkedOutText({ commits, checked_out: other }: RunView): string | null {
  if (other === null) return null;
  return `${other.branch ?? "no branch"}${commits === null ? "" : `, ${counted(commits, "commit")}`}`;
}

/** For an unreadable file, the reason instead of the button. */
function kickoffForm({ key, problems }: TaskRow, acting: Acting): Html {
  const problem = unreadableProblem(problems);
  if (problem !== null) return html`<p class="aside"><bdi>${whyNotStarted(problem)}</bdi></p>`;
  return renderActionForm(acting, { action: "kickoff", fields: { task: key }, content: button("Kick off") });
}
