// One step of a transcript as a row: when, a picture, and what was said or done. Everything in it is untrusted text.

import {
  askedWords,
  DELIVERY_WORDS,
  endedWords,
  errorWords,
  foldedWords,
  retryWords,
  sessionWords,
} from "../../../core/agent/transcript/step-words.ts";
import type { Step } from "../../../core/agent/transcript/transcript.ts";
import { counted } from "../../../core/text/counted.ts";
import { type RenderMarkdown, renderMarkdown } from "../../markdown/render-markdown.ts";
import { type Html, html } from "../html/html.ts";
import { type IconName, icon } from "../html/icons.ts";
import { momentTime, type PageTime } from "../html/page-time.ts";
import { renderTool, toolIcon, toolTone } from "./tool-step.ts";

export type StepFrame = {
  readonly time: PageTime;
  /** When its events were read: tools count up to then. */
  readonly readAtMs: number;
  /** What the agent is called. */
  readonly agent: string;
  /** Of a run that was handed over: who was at work then. */
  readonly workerAt?: ((atMs: number) => string) | null;
  /** Relative links in messages start there. */
  readonly file: string;
  readonly markdown?: RenderMarkdown;
};

type Shown = {
  readonly icon: IconName;
  readonly tone?: "bad" | "warn" | "ok" | "info" | "decide" | null;
  readonly content: Html;
};

/** `id` is unique on the page and the same in each answer, so that what a reader opened stays open. */
export function renderStep(step: Step, id: string, frame: StepFrame): Html {
  const worker = frame.workerAt?.(step.atMs) ?? null;
  const shown = showStep(step, id, worker === null ? frame : { ...frame, agent: worker });
  return html`<li id="${id}"><span class="at">${momentTime(step.atMs, frame.time)}</span><span class="node${shown.tone && ` ${shown.tone}`}">${icon(shown.icon)}</span>${shown.content}</li>`;
}

function showStep(step: Step, id: string, frame: StepFrame): Shown {
  switch (step.kind) {
    case "message":
      return { icon: "message", content: renderProse(step.text, frame) };
    case "person":
      return { icon: "person", tone: "info", content: renderPerson(step, frame) };
    case "reasoning":
      return { icon: "thought", content: renderReasoning(step.text, id) };
    case "tool": {
      const runningMs = step.endedAtMs === null ? Math.max(0, frame.readAtMs - step.atMs) : null;
      const content = renderTool(step.tool, runningMs, `${id}-more`);
      return { icon: toolIcon(step.tool), tone: toolTone(step.tool), content };
    }
    case "tools":
      return { icon: "plan", content: renderTools(step, id) };
    case "asked":
      return { icon: "question", tone: "decide", content: renderAsked(step, frame) };
    case "attempt":
      return {
        icon: "retry",
        content: html`<h3>Attempt ${step.attempt}${frame.workerAt != null && html`, <bdi>${frame.agent}</bdi>`}</h3>`,
      };
    case "session":
      return {
        icon: "dots",
        content: line(
          `${sessionWords(step)}${frame.workerAt == null ? "" : ` Worker: ${frame.agent}.`}`,
          step.model,
        ),
      };
    case "retrying":
      return { icon: "retry", tone: "warn", content: line(retryWords(step), step.why) };
    case "limit":
      return showLimit(step, frame.time);
    case "denied":
      return {
        icon: "x",
        tone: "bad",
        content: html`<p><b>Denied:</b> ${step.tool} <code><bdi>${step.input}</bdi></code> <span class="quiet"><bdi>${step.why}</bdi></span></p>`,
      };
    case "error":
      return { icon: "warning", tone: "bad", content: line(errorWords(step), step.why) };
    case "ended":
      return {
        icon: "x",
        tone: step.how === "failed" ? "bad" : "warn",
        content: line(endedWords(step), null),
      };
    case "unparsed":
      return { icon: "warning", tone: "warn", content: renderUnparsed(step, id) };
  }
}

function line(words: string, detail: string | null): Html {
  return html`<p><b>${words}</b>${detail !== null && detail !== "" && html` <span class="quiet"><bdi>${detail}</bdi></span>`}</p>`;
}

function renderProse(text: string, { file, markdown = renderMarkdown }: StepFrame): Html {
  return markdown({ text, file });
}

function renderPerson(step: Extract<Step, { kind: "person" }>, frame: StepFrame): Html {
  const { person, text, delivered, atMs } = step;
  const receipt =
    delivered === null
      ? null
      : html`<p class="receipt"><span class="ok">${icon("check")} Delivered ${momentTime(atMs, frame.time)}, ${DELIVERY_WORDS[delivered]}</span></p>`;
  return html`<div class="person-message"><span class="by"><bdi>${person}</bdi></span>${renderProse(text, frame)}${receipt}</div>`;
}

function renderReasoning(text: string, id: string): Html {
  return html`<details class="thought" id="${id}-more"><summary>Thought</summary><p dir="auto">${text}</p></details>`;
}

function renderTools({ tools }: Extract<Step, { kind: "tools" }>, id: string): Html {
  return html`<details class="tool-more" id="${id}-more"><summary class="tool"><span class="verb">${tools.length} tools</span> <span class="quiet">${foldedWords(tools)}</span></summary>
    ${tools.map((tool, index) => renderTool(tool, null, `${id}-${index}`))}</details>`;
}

function renderAsked(step: Extract<Step, { kind: "asked" }>, frame: StepFrame): Html {
  const { text, choices } = step;
  const given = choices.length === 0 ? null : html` <span class="quiet">${choices.join(" · ")}</span>`;
  return html`<div class="asks"><span class="by"><bdi>${frame.agent}</bdi> ${askedWords(step)}</span> <bdi>${text}</bdi>${given}</div>`;
}

function showLimit(step: Extract<Step, { kind: "limit" }>, time: PageTime): Shown {
  const { status, window, usedPercent, resetsAtMs } = step;
  const until = resetsAtMs === null ? null : html` until ${momentTime(resetsAtMs, time)}`;
  const share = usedPercent === null ? null : html` ${Math.round(usedPercent)} % used.`;
  const name = window === null ? null : html` <span class="quiet"><bdi>${window}</bdi></span>`;
  const words = status === "reached" ? html`Usage limit${until}.` : html`Near the usage limit.${share}`;
  return { icon: "hourglass", tone: "warn", content: html`<p class="limit"><b>${words}</b>${name}</p>` };
}

function renderUnparsed({ lines, first, why }: Extract<Step, { kind: "unparsed" }>, id: string): Html {
  return html`<details class="tool-more" id="${id}-more"><summary><b>${counted(lines, "line")} not understood</b> <span class="quiet"><bdi>${why}</bdi></span></summary><pre class="output">${first}</pre></details>`;
}
