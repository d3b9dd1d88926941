// The transcript of a run: what its agent said and did, filtered as the address says. Live while the worker runs: the
// script fetches the page again and morphs this part.

import {
  filterSteps,
  isFailure,
  type Step,
  type TranscriptFilter,
} from "../../../core/agent/transcript/transcript.ts";
import { counted } from "../../../core/text/counted.ts";
import { type Html, html } from "../html/html.ts";
import { icon } from "../html/icons.ts";
import { momentText } from "../html/page-time.ts";
import { renderStep, type StepFrame } from "./transcript-step.ts";

/** What the address asks for. */
export type TranscriptView = TranscriptFilter | "raw";
export const TRANSCRIPT_VIEWS: readonly TranscriptView[] = ["all", "messages", "failures", "raw"];

export type TranscriptPart = {
  readonly steps: readonly Step[];
  /** Events before the first step were dropped or not read. */
  readonly cut: boolean;
  readonly view: TranscriptView;
  /** All steps that were read are shown, else the last ones. */
  readonly isWhole: boolean;
  readonly isLive: boolean;
  readonly pageUrl: string;
};

/** A screen or two; more behind a link. */
export const STEPS_SHOWN = 60;

/** `raw`: the raw log, in place of the steps. */
export function renderTranscript(part: TranscriptPart, frame: StepFrame, raw: Html): Html {
  const { view } = part;
  return html`<section class="group" id="transcript" data-part aria-labelledby="h-transcript">
    <div class="heading"><h2 id="h-transcript">Transcript</h2>${countWords(part)}${renderViews(part)}</div>
    ${view === "raw" ? raw : renderSteps(part, view, frame)}</section>`;
}

function countWords({ steps, cut }: TranscriptPart): Html | null {
  if (steps.length === 0) return null;
  return html`<small>${cut && "the last "}${counted(steps.length, "step")}</small>`;
}

const VIEW_WORDS: Readonly<Record<TranscriptView, string>> = {
  all: "All",
  messages: "Messages",
  failures: "Failures",
  raw: "Raw log",
};

function renderViews({ steps, view, pageUrl }: TranscriptPart): Html {
  const failures = steps.filter(isFailure).length;
  const links = TRANSCRIPT_VIEWS.map((each) => {
    const href = `${pageUrl}?show=${each}`;
    const number = each === "failures" && failures > 0 ? html` ${failures}` : null;
    return html`<a href="${href}"${each === view && html` aria-current="true"`}>${VIEW_WORDS[each]}${number}</a>`;
  });
  return html`<nav class="seg" aria-label="Show">${links}</nav>`;
}

function renderSteps(part: TranscriptPart, view: TranscriptFilter, frame: StepFrame): Html {
  const wanted = filterSteps(part.steps, view);
  if (wanted.length === 0) return html`<p class="aside">${emptyWords(part, view)}</p>`;
  const shown = part.isWhole ? wanted : wanted.slice(-STEPS_SHOWN);
  const ids = stepIds(wanted);
  const first = wanted.length - shown.length;
  return html`<ol class="steps">${renderEarlier(part, wanted.slice(0, first), frame)}${shown.map((step, index) => renderStep(step, ids[first + index] ?? "", frame))}</ol>`;
}

function renderEarlier(
  { view, pageUrl, cut }: TranscriptPart,
  earlier: readonly Step[],
  { time }: StepFrame,
): Html | null {
  const [first] = earlier;
  const last = earlier.at(-1);
  if (first === undefined || last === undefined)
    return cut
      ? html`<li class="earlier"><span class="at"></span><span class="node">${icon("dots")}</span><p class="quiet">Earlier events were dropped: the transcript is capped.</p></li>`
      : null;
  const href = `${pageUrl}?show=${view}&steps=all`;
  const words = `${counted(earlier.length, "earlier step")}, ${momentText(first.atMs, time)} to ${momentText(last.atMs, time)}`;
  return html`<li class="earlier"><span class="at"></span><span class="node">${icon("dots")}</span><a href="${href}">${words}</a></li>`;
}

function emptyWords({ isLive, steps }: TranscriptPart, view: TranscriptFilter): string {
  if (view === "failures" && steps.length > 0) return "Nothing failed so far.";
  if (view === "messages" && steps.length > 0) return "Nothing was said so far.";
  return isLive ? "Nothing yet." : "This worker left no events; the raw log may have more.";
}

/** From the time, so that they stay when older steps are dropped. */
function stepIds(steps: readonly Step[]): readonly string[] {
  let lastMs = Number.NaN;
  let count = 0;
  return steps.map(({ atMs }) => {
    count = atMs === lastMs ? count + 1 : 0;
    lastMs = atMs;
    return `s${atMs.toString(36)}-${count}`;
  });
}
