// The main cell of each group: what the worker does, what the task waits for, what comes next.

import type { RunView } from "../../../core/contract/run-view.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { openQuestion } from "../../../core/run/open-question.ts";
import { counted } from "../../../core/text/counted.ts";
import { taskUrl } from "../../addresses/links.ts";
import { factsAsOfMs } from "../../live/shown-source.ts";
import { codeInText } from "../html/command-words.ts";
import { type Html, html } from "../html/html.ts";
import { durationTime, momentTime, type PageTime } from "../html/page-time.ts";
import { tag } from "../html/tags.ts";
import { type Facts, pullRequestMark } from "../parts/pull-request-link.ts";
import { acknowledgedMark, signalSentence, signalTag } from "../parts/signal-words.ts";
import { beside, oneLine } from "../parts/task-cells.ts";
import { renderVerdict } from "../run/progress-cell.ts";
import { KEEPS_SLOT, keepsSlot } from "../run/run-words.ts";
import type { Section } from "./section.ts";

export type Row = { readonly row: TaskRow; readonly section: Section };

/** What the worker does, else the progress in the task's file. */
export function progressCell(input: Row): Html {
  const { row, section } = input;
  const { run } = row;
  const { time } = section;
  const verdict = run === null ? null : (renderVerdict(run, time) ?? renderEnded(run, time));
  if (verdict === null) return markedCell(input, signalWords(row, time) ?? fileProgress(row, time), "closed");
  // The verdict already says "No progress for 21 min".
  const isShown = (code: string) => code === "worker_idle" && run?.progress?.verdict === "quiet";
  const signals = signalWords(row, time, isShown);
  const lastLine = run?.last_line ?? null;
  const command = run?.doing?.text ?? null;
  const words = html`${verdict}${signals && html`; ${signals}`}`;
  return markedCell(input, words, "closed", lastLine, [command, run && keepsSlot(run) ? KEEPS_SLOT : null]);
}

/** Its worker asked something and ended; an answer continues it. */
function renderEnded(run: RunView, time: PageTime): Html | null {
  const question = openQuestion(run);
  return question === null
    ? null
    : html`${tag("bad", "asks", "▲")} “<bdi>${question.text}</bdi>”, asked ${durationTime({ iso: question.asked_at }, "ago", time)}`;
}

/** Ticked boxes and the last change. */
function fileProgress(row: TaskRow, time: PageTime): Html {
  const { ticked, total } = row.progress;
  const steps = total === 0 ? "no steps listed" : `${ticked} of ${counted(total, "step")}`;
  const changed = durationTime({ iso: row.changed_at, basis: row.changed_basis }, "ago", time);
  return html`${meter(ticked, total)}${steps}, changed ${changed}`;
}

function meter(ticked: number, total: number): Html | null {
  if (total === 0) return null;
  const tenths = Math.round((ticked / total) * 10);
  return html`<svg class="meter" viewBox="0 0 40 6" aria-hidden="true"><rect width="40" height="6" rx="3"></rect>
    ${tenths > 0 && html`<rect class="done" width="${tenths * 4}" height="6" rx="3"></rect>`}</svg> `;
}

/** What comes next, and when. */
export function nextCell(input: Row): Html {
  const { row, section } = input;
  const { run } = row;
  const { time, plan } = section;
  const signals = signalWords(row, time);
  const planned = plan.get(row.key)?.reason ?? row.reason;
  const next =
    run?.state === "queued" ? html`${queuedWords(run, time)}, ${dueWords(run, planned, time)}` : planned;
  return markedCell(input, html`${next}${signals && html`; ${signals}`}`, GIVEN_UP);
}

/** For a pull request closed without merging, if the row says nothing else about it. */
const GIVEN_UP = "closed without merging";

function queuedWords({ queued_by: by, queued_at: at }: RunView, time: PageTime): Html {
  return html`queued by <bdi>${by}</bdi> at ${momentTime(Date.parse(at), time)}`;
}

/** A retry waits for its time before it is queued. */
function dueWords({ not_before: notBefore }: RunView, planned: string, time: PageTime): Html | string {
  const dueMs = notBefore === null ? Number.NaN : Date.parse(notBefore);
  return dueMs > time.observedAtMs ? html`next attempt at ${momentTime(dueMs, time)}` : planned;
}

/** Tasks named in a row before "and 3 more". */
const AWAITED_SHOWN = 2;

/** What it waits for: tasks by name, else in words. */
export function awaitedCell(input: Row): Html {
  const { row, section } = input;
  const { time } = section;
  const signals = signalWords(row, time);
  const queued = row.run?.state === "queued" ? html`${queuedWords(row.run, time)}, waits for ` : null;
  const awaited = row.run !== null && queued === null ? null : awaitedTasks({ row, section });
  const words = awaited === null ? html`<bdi>${codeInText(row.reason)}</bdi>` : html`${queued}${awaited}`;
  if (signals === null) return markedCell(input, words, GIVEN_UP);
  // An acknowledged signal already states the reason.
  const both = row.run === null || queued !== null ? html`${words}; ${signals}` : signals;
  return markedCell(input, both, GIVEN_UP);
}

function awaitedTasks({ row, section }: Row): Html | null {
  const open = row.dependencies.filter(({ state }) => state !== "finished");
  if (open.length === 0) return null;
  const links = open.slice(0, AWAITED_SHOWN).map((dependency, index) => {
    const name = section.status.rowByKey.get(dependency.key ?? "")?.title ?? dependency.reference;
    const comma = index > 0 && ", ";
    return dependency.key === null
      ? html`${comma}<bdi>${name}</bdi> (${dependency.state})`
      : html`${comma}<a dir="auto" href="${taskUrl(dependency.key)}">${name}</a>`;
  });
  const more = open.length - AWAITED_SHOWN;
  return html`${links}${more > 0 && ` and ${more} more`}`;
}

export function reasonCell(input: Row): Html {
  const { row, section } = input;
  return markedCell(
    input,
    signalWords(row, section.time) ?? html`<bdi>${codeInText(row.reason)}</bdi>`,
    GIVEN_UP,
  );
}

/** The first open signal, else the first acknowledged one; null without either. */
export function signalWords(row: TaskRow, time: PageTime, isShown = (_code: string) => false): Html | null {
  const signals = row.signals.filter(({ code }) => !isShown(code));
  const asking = signals.find(({ acknowledged }) => acknowledged === null);
  if (asking !== undefined) return html`${signalTag(asking)} ${signalSentence(asking, row, time)}`;
  const [seen] = signals;
  if (seen === undefined || seen.acknowledged === null) return null;
  return html`${acknowledgedMark(seen.acknowledged, time)} · ${signalSentence(seen, row, time)}`;
}

/** When a row's pull request facts were true. */
export function factsOf({ attestation, time }: Pick<Section, "attestation" | "time">): Facts {
  return { asOfMs: factsAsOfMs(attestation.sources.pull_requests), time };
}

/** A cell with the task's pull request at its end; `said`: the word for one closed without merging. */
export function markedCell(
  { row, section }: Row,
  words: Html,
  said: string,
  lastLine: string | null = null,
  /** Shown in part, or not at all where there is no room. */
  details: readonly (string | null)[] = [],
): Html {
  const mark = pullRequestMark(row.pull_request, said, factsOf(section));
  const line = oneLine(html`<span>${words}</span>`, behindWords(row, lastLine));
  return whatCell(row, beside(line, mark), [...details, lastLine]);
}

/** One line: words, then codes if there is room. The title has the full text and `details`. */
export function cell(row: TaskRow, words: Html, details: readonly (string | null)[]): Html {
  return whatCell(row, oneLine(html`<span>${words}</span>`, behindWords(row, null)), details);
}

/** The worker's last line, and the code of the first signal. */
function behindWords({ signals: [first] }: TaskRow, lastLine: string | null): Html {
  return html`${lastLine !== null && html` <bdi class="output">${lastLine}</bdi>`}${first && html` <code>${first.code}</code>`}`;
}

function whatCell(row: TaskRow, content: Html, details: readonly (string | null)[]): Html {
  const sentences = row.signals.map(({ sentence }) => sentence);
  const evidence = (row.run?.progress?.evidence ?? []).map(({ text }) => text);
  const whole = new Set([row.reason, ...sentences, ...evidence, ...details].filter((part) => part !== null));
  return html`<td class="what" title="${[...whole].join(" · ")}">${content}</td>`;
}
