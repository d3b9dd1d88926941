// A transcript as lines for a terminal: when, who or what, and how it went. Everything in it is untrusted text.

import type { ToolEvent } from "../../core/agent/contract/agent-event.ts";
import {
  askedWords,
  DELIVERY_WORDS,
  endedWords,
  errorWords,
  foldedWords,
  retryWords,
  sessionWords,
  shortMsText,
  toolVerb,
} from "../../core/agent/transcript/step-words.ts";
import type { Step } from "../../core/agent/transcript/transcript.ts";
import { counted } from "../../core/text/counted.ts";
import { clockTime, shortDuration } from "./duration.ts";
import type { Style } from "./output.ts";
import { terminalText } from "./terminal-text.ts";

/** The end of a failed tool's output; errors stand there. */
const OUTPUT_LINES = 12;
/** Under the text, past "12:04:31  ". */
const INDENT = " ".repeat(10);

export type TranscriptStyle = {
  readonly style: Style;
  /** What the agent is called. */
  readonly agent: string;
  /** Times of another day show their date. */
  readonly nowMs: number;
};

/** A tool is dated when it ended. */
export function stepLines(step: Step, { style, agent, nowMs }: TranscriptStyle): readonly string[] {
  const [first = "", ...rest] = textOf(step, { style, agent, nowMs });
  const atMs = step.kind === "tool" ? (step.endedAtMs ?? step.atMs) : step.atMs;
  return [`${style.quiet(clockTime(atMs, nowMs))}  ${first}`, ...rest.map((line) => `${INDENT}${line}`)];
}

function textOf(step: Step, { style, agent, nowMs }: TranscriptStyle): readonly string[] {
  const { strong, quiet, alarm } = style;
  const name = strong(terminalText(agent));
  switch (step.kind) {
    case "message":
      return said(`${name}: `, step.text);
    case "person": {
      const how = step.delivered === null ? "" : quiet(` (delivered ${DELIVERY_WORDS[step.delivered]})`);
      return said(`${strong(terminalText(step.person))}: `, step.text, how);
    }
    case "reasoning":
      return said(quiet("thought: "), step.text).map(quiet);
    case "asked": {
      const choices =
        step.choices.length === 0 ? "" : quiet(` (${step.choices.map(terminalText).join(" / ")})`);
      return said(`${name} ${askedWords(step)}: `, step.text, choices);
    }
    case "tool":
      return [toolLine(step.tool, style), ...failedOutput(step.tool, quiet)];
    case "tools":
      return [`${counted(step.tools.length, "tool")}: ${foldedWords(step.tools)}`];
    case "attempt":
      return [strong(`Attempt ${step.attempt}`)];
    case "session":
      return [`${sessionWords(step)}${step.model === null ? "" : quiet(` ${terminalText(step.model)}`)}`];
    case "retrying":
      return [`${retryWords(step)}${quiet(` ${terminalText(step.why)}`)}`];
    case "limit":
      return [alarm(limitText(step, nowMs))];
    case "denied":
      return [
        `${alarm("Denied:")} ${terminalText(step.tool)} ${terminalText(step.input)}${quiet(` ${terminalText(step.why)}`)}`,
      ];
    case "error":
      return [`${alarm(errorWords(step))} ${terminalText(step.why)}`];
    case "ended":
      return [alarm(endedWords(step))];
    case "unparsed":
      return [
        `${alarm(`${counted(step.lines, "line")} not understood`)} (${terminalText(step.why)})`,
        quiet(terminalText(step.first)),
      ];
  }
}

function said(before: string, text: string, after = ""): readonly string[] {
  const lines = text.trim().split(/\r?\n/).map(terminalText);
  return lines.map((line, at) => `${at === 0 ? before : ""}${line}${at === lines.length - 1 ? after : ""}`);
}

function toolLine(tool: ToolEvent, { quiet }: Style): string {
  const parts = [
    quiet(terminalText(toolVerb(tool))),
    terminalText(tool.input),
    outcomeText(tool),
    tool.lines === null ? "" : `+${tool.lines.added} -${tool.lines.removed}`,
    tool.ms === null ? "" : quiet(shortMsText(tool.ms) ?? shortDuration(tool.ms)),
  ];
  return parts.filter((part) => part !== "").join("  ");
}

function outcomeText({ state, exitCode }: ToolEvent): string {
  if (state === "running") return "running";
  if (state === "denied") return "denied";
  if (exitCode !== null) return `exit ${exitCode}`;
  return state === "failed" ? "failed" : "";
}

function failedOutput({ state, output }: ToolEvent, quiet: Style["quiet"]): readonly string[] {
  if (state !== "failed" || output === null) return [];
  const lines = output.trimEnd().split(/\r?\n/).map(terminalText);
  const left = lines.length - OUTPUT_LINES;
  const shown = lines.slice(-OUTPUT_LINES).map((line) => quiet(`  ${line}`));
  return left > 0 ? [quiet(`  … ${counted(left, "line")} before`), ...shown] : shown;
}

function limitText(
  { status, usedPercent, resetsAtMs }: Extract<Step, { kind: "limit" }>,
  nowMs: number,
): string {
  if (status === "warning")
    return `Near the usage limit.${usedPercent === null ? "" : ` ${Math.round(usedPercent)} % used.`}`;
  return `Usage limit${resetsAtMs === null ? "" : ` until ${clockTime(resetsAtMs, nowMs)}`}.`;
}
