// One tool of a transcript: what it did, how it went, and its output, folded unless it failed.

import type { ToolDoes, ToolEvent } from "../../../core/agent/contract/agent-event.ts";
import { shortMsText, toolVerb } from "../../../core/agent/transcript/step-words.ts";
import { durationText } from "../../assets/script/duration.js";
import { type Html, html } from "../html/html.ts";
import { type IconName, icon } from "../html/icons.ts";

const ICONS: Readonly<Record<ToolDoes, IconName>> = {
  run: "terminal",
  edit: "edit",
  read: "file",
  search: "search",
  web: "web",
  plan: "plan",
  agent: "person",
  other: "dots",
};

export function toolIcon(tool: ToolEvent): IconName {
  if (tool.state === "running") return "spin";
  return isCommit(tool) ? "commit" : ICONS[tool.does];
}

export function toolTone({ state }: ToolEvent): "bad" | "ok" | null {
  if (state === "running") return "ok";
  return state === "failed" || state === "denied" ? "bad" : null;
}

/** `runningMs`: how long it has been running; null when it is over. */
export function renderTool(tool: ToolEvent, runningMs: number | null, id: string): Html {
  const head = html`<span class="verb">${toolVerb(tool)}</span> <code><bdi>${tool.input}</bdi></code>${renderResult(tool, runningMs)}`;
  if (tool.output === null || tool.output.trim() === "") return html`<div class="tool">${head}</div>`;
  const isOpen = toolTone(tool) !== null;
  return html`<details class="tool-more" id="${id}"${isOpen && html` open`}><summary class="tool">${head}</summary><pre class="output">${tool.output}</pre></details>`;
}

function renderResult(tool: ToolEvent, runningMs: number | null): Html {
  const ms = tool.ms ?? runningMs;
  return html`<span class="out"><span class="code">${renderOutcome(tool)}${renderLines(tool)}</span><span class="ms">${ms !== null && msText(ms)}</span></span>`;
}

function renderOutcome({ state, exitCode, does }: ToolEvent): Html | null {
  if (state === "running") return html`<span class="ok">running</span>`;
  if (state === "denied") return html`<span class="bad">${icon("x")} denied</span>`;
  if (exitCode !== null) {
    const isWell = exitCode === 0;
    return html`<span class="${isWell ? "ok" : "bad"}">${icon(isWell ? "check" : "x")} exit ${exitCode}</span>`;
  }
  if (state === "failed") return html`<span class="bad">${icon("x")} failed</span>`;
  return does === "run" ? html`<span class="ok">${icon("check")} done</span>` : null;
}

function renderLines({ lines }: ToolEvent): Html | null {
  if (lines === null) return null;
  return html`<span class="ok">+${lines.added}</span> <span class="bad">−${lines.removed}</span>`;
}

/** "0.2 s", "4 min". */
function msText(ms: number): string {
  return shortMsText(ms) ?? durationText(ms);
}

function isCommit({ does, input }: ToolEvent): boolean {
  return does === "run" && /^git commit\b/.test(input);
}
