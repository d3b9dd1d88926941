// The facts of a run in the store.

import type { AgentActivity } from "../../../core/agent/activity/agent-activity.ts";
import { KIND_NAMES, PERMISSIONS } from "../../../core/agent/contract/agent-kind.ts";
import { isTestedVersion, permissionSentence } from "../../../core/agent/kinds/worker-words.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { Dispatch, RunView } from "../../../core/contract/run-view.ts";
import { BYTES_PER_MB } from "../../../core/hold/room.ts";
import { hasReset, windowShare } from "../../../core/pause/pause-words.ts";
import { isSameScope } from "../../../core/records/scoped-pause.ts";
import { NO_ONE } from "../../../core/run/held/decide-alone.ts";
import { counted } from "../../../core/text/counted.ts";
import { fileSize } from "../../../core/text/file-size.ts";
import { namedProcesses } from "../../../core/text/listed.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime, momentTime, type PageTime } from "../html/page-time.ts";
import { type Fact, renderFacts } from "../parts/facts.ts";
import { KEEPS_SLOT, keepsSlot, stateWords } from "./run-words.ts";

/** How ports are divided into blocks, from the configuration. */
export type PortBlocks = { readonly first: number; readonly perRun: number };

const COMMIT_DIGITS = 7;

type RunFactsFrame = {
  /** Null unless it is the task's current run. */
  readonly view: RunView | null;
  readonly ports: PortBlocks;
  /** Whose usage limits are its worker's. */
  readonly account: string | null;
  readonly activity: AgentActivity | null;
  readonly dispatch: Pick<Dispatch, "pauses" | "windows">;
  readonly time: PageTime;
};

export function renderRunFacts(
  run: Run,
  { view, ports, account, activity, dispatch, time }: RunFactsFrame,
): Html {
  const leftRunning = view?.left_running ?? [];
  return renderFacts([
    ["State", html`<bdi>${stateWords(run)}</bdi>, ${standingTime(run, time)}`],
    [
      "Queued",
      html`by <bdi>${run.queued.by}</bdi> at ${momentTime(run.queued.atMs, time)}${said(run.queued.note)}`,
    ],
    run.notBeforeMs !== null && run.state === "queued"
      ? ["Next attempt", html`at ${momentTime(run.notBeforeMs, time)}`]
      : null,
    ["Worker", workerText(run)],
    run.agent && ["May", permissionText(run.agent)],
    account === null ? null : ["Account", accountText(account, dispatch.windows, time)],
    view?.held == null ? null : whyHeld(view.held, dispatch.pauses),
    view !== null && keepsSlot(view) ? ["While it waits", KEEPS_SLOT] : null,
    activity?.model == null ? null : ["Model", modelText(activity)],
    run.session && ["Session", html`<code><bdi>${run.session.id}</bdi></code>`],
    ["Host", run.host],
    ["Attempt", run.attempt === 0 ? null : String(run.attempt)],
    ["Worktree", run.worktree],
    view?.disk_mb == null ? null : ["Disk", fileSize(view.disk_mb * BYTES_PER_MB)],
    ["Branch", run.branch],
    ["Base", run.baseCommit && html`<code>${run.baseCommit.slice(0, COMMIT_DIGITS)}</code>`],
    ["Ports", portsText(run.portBlock, run.firstPort, ports)],
    leftRunning.length > 0 ? ["Still running", namedProcesses(leftRunning)] : null,
    run.uncommitted ? ["Task file", "not committed when the worker started"] : null,
    run.report && [
      "Report",
      html`“<bdi>${run.report.text}</bdi>” ${durationTime(iso(run.report.atMs), "ago", time)}`,
    ],
    run.wait && ["Waits for", html`<bdi>${run.wait.on}</bdi>, until ${momentTime(run.wait.untilMs, time)}`],
    // One that was answered with its default is below.
    run.question?.answer && run.question.answer.by !== NO_ONE
      ? [
          "Answered",
          html`“<bdi>${run.question.text}</bdi>”: <bdi>${run.question.answer.text}</bdi>, by <bdi>${run.question.answer.by}</bdi>`,
        ]
      : null,
    ...run.decidedAlone.map(({ question, answer, atMs }): [string, Html] => [
      "Decided alone",
      html`“<bdi>${question}</bdi>”: <bdi>${answer}</bdi>, as no one answered in time, ${durationTime(iso(atMs), "ago", time)}`,
    ]),
    run.handedOver && [
      "Handed over",
      html`from <bdi>${run.handedOver.from}</bdi> to <bdi>${run.handedOver.to}</bdi> by <bdi>${run.handedOver.by}</bdi>, ${durationTime(iso(run.handedOver.atMs), "ago", time)}`,
    ],
    run.followUps.length > 0 ? ["Worker inbox", `${counted(run.followUps.length, "message")} queued`] : null,
    run.outcome && ["Worker says", html`${run.outcome.kind}${said(run.outcome.note || null)}`],
    run.stopRequest && [
      run.stopRequest.kind === "stop" ? "Stopping" : "Interrupting",
      html`requested by <bdi>${run.stopRequest.by}</bdi>${said(run.stopRequest.note)}`,
    ],
  ]);
}

/** "claude@desk; five hour window 41 % used". One that has been reset since says nothing. */
function accountText(account: string, windows: Dispatch["windows"], { observedAtMs }: PageTime): string {
  const shares = windows.flatMap((window) =>
    window.account !== account || hasReset(window, observedAtMs) ? [] : [`; ${windowShare(window)}`],
  );
  return `${account}${shares.join("")}`;
}

/** Of the pause that it waits for; null once that has ended. */
function whyHeld({ scope }: NonNullable<RunView["held"]>, pauses: Dispatch["pauses"]): Fact | null {
  const pause = pauses.find((one) => isSameScope(scope, one.scope));
  return pause === undefined
    ? null
    : ["Waits", html`<bdi>${pause.why}</bdi>; <a href="/status#pauses">end it</a>`];
}

/** "claude 2.1.332", with a mark if it is not among the tested versions. */
function workerText({ agent, workerName }: Run): string | null {
  if (agent === null) return workerName;
  const { name, kind, version } = agent;
  const named = name === kind ? kind : `${name} (${kind})`;
  if (version === null) return named;
  return `${named} ${version}${isTestedVersion(kind, version) ? "" : ", a version that was not tested"}`;
}

function permissionText({ kind, permissions }: NonNullable<Run["agent"]>): string | null {
  const mode = PERMISSIONS.find((each) => each === permissions);
  const name = KIND_NAMES.find((each) => each === kind);
  if (mode === undefined || name === undefined) return null;
  return `${mode}: ${permissionSentence({ kind: name, permissions: mode })}`;
}

/** "opus-5-5, context 41 % full". */
function modelText({ model, contextPercent }: AgentActivity): string | null {
  return contextPercent === null ? model : `${model}, context ${Math.round(contextPercent)} % full`;
}

/** A state lasts; closing happened once. */
function standingTime({ state, sinceMs }: Run, time: PageTime): Html {
  const since = iso(sinceMs);
  return state === "closed"
    ? durationTime(since, "ago", time)
    : html`for ${durationTime(since, "for", time)}`;
}

/** "20010–20019"; null before a run has ports. Runs of earlier versions only have `block`. */
export function portsText(
  block: number | null,
  firstPort: number | null,
  { first, perRun }: PortBlocks,
): string | null {
  if (block === null) return null;
  const from = firstPort ?? first + block * perRun;
  return perRun === 1 ? String(from) : `${from}–${from + perRun - 1}`;
}

function said(note: string | null): Html | null {
  return note === null ? null : html`: <bdi>${note}</bdi>`;
}

function iso(atMs: number): { readonly iso: string } {
  return { iso: new Date(atMs).toISOString() };
}
