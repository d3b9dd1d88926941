// Why a task is in its group: the rules in order up to the one that matched, then the facts with their ages.

import type { ExplainedInput, Explanation, RuleStep } from "../../core/classify/explain.ts";
import { GROUP_LABELS, type TaskRow } from "../../core/contract/snapshot.ts";
import { alignColumns } from "./columns.ts";
import { clockTime, knownDuration } from "./duration.ts";
import type { Style } from "./output.ts";
import { timeInGroup } from "./task-list.ts";
import { terminalText } from "./terminal-text.ts";

export type ExplanationLayout = { readonly nowMs: number; readonly style: Style };

/** Group and reason are in the first line. */
export function explanationLines(
  row: TaskRow,
  { key, group, base_group: base, reason, steps, inputs, notes }: Explanation,
  { nowMs, style }: ExplanationLayout,
): string[] {
  const { strong } = style;
  const tried = steps.filter(({ outcome }) => outcome !== "not_tried");
  return [
    `${strong(terminalText(key))} is in ${strong(GROUP_LABELS[group])} for ${timeInGroup(row, nowMs)}: ${terminalText(reason)}`,
    ...(base === group ? [] : [`Otherwise it would be in ${GROUP_LABELS[base]}.`]),
    "",
    strong("Rules, in order; the first that matches decides"),
    ...alignColumns(missedTogether(tried).map(stepCells), null),
    "",
    strong("Facts"),
    ...alignColumns(
      inputs.map((input) => inputCells(input, nowMs)),
      null,
    ),
    ...notes.map(terminalText),
  ];
}

/** Consecutive rules that missed for the same reason are one line: most tasks have no run. */
function missedTogether(steps: readonly RuleStep[]): RuleStep[] {
  const lines: RuleStep[] = [];
  for (const step of steps) {
    const before = lines.at(-1);
    if (before?.outcome !== "missed" || step.outcome !== "missed" || before.why !== step.why)
      lines.push(step);
    else lines[lines.length - 1] = { ...before, rule: `${before.rule.split(" … ")[0]} … ${step.rule}` };
  }
  return lines;
}

function stepCells({ rule, group, when, outcome, why }: RuleStep): string[] {
  const matched = outcome === "matched";
  return [`  ${matched ? "yes" : "no"}`, rule, GROUP_LABELS[group], terminalText(matched ? when : why)];
}

function inputCells({ name, value, since, basis }: ExplainedInput, nowMs: number): string[] {
  return [`  ${terminalText(name)}`, since === null ? "" : age(since, basis, nowMs), terminalText(value)];
}

function age(since: string, basis: ExplainedInput["basis"], nowMs: number): string {
  const atMs = Date.parse(since);
  return `${knownDuration(nowMs - atMs, basis)}, since ${clockTime(atMs, nowMs)}`;
}
