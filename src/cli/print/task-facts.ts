// One task as lines: what `tasks show` prints above the task's own text.

import type { TaskRow } from "../../core/snapshot/schema.ts";
import { alignColumns } from "./columns.ts";
import { shortDuration } from "./duration.ts";
import type { Style } from "./output.ts";
import { timeInGroup } from "./task-list.ts";
import { terminalText } from "./terminal-text.ts";

/** Title, facts, dependencies both ways, signals, flaws and progress; empty ones are left out. */
export function taskFactLines(
  row: TaskRow,
  { nowMs, style }: { readonly nowMs: number; readonly style: Style },
): string[] {
  return [
    style.strong(terminalText(row.title)),
    ...alignColumns(facts(row, nowMs), null),
    ...block(
      style,
      "Signals",
      row.signals.map(({ tier, sentence, code }) => `${tierWord(tier)}: ${sentence} (${code})`),
    ),
    ...block(
      style,
      "Depends on",
      row.dependencies.map(({ reference, key, state }) => `${key ?? reference}: ${state}`),
    ),
    ...block(style, "Waited for by", row.dependents),
    ...block(
      style,
      "Flaws",
      row.problems.map(({ file, line, message, hint }) => `${at(file, line)}: ${message} ${hint}`),
    ),
    ...block(
      style,
      "Progress",
      row.sections
        .filter(({ total }) => total > 0)
        .map(({ heading, ticked, total }) => `${ticked} of ${total}  ${heading}`),
    ),
  ];
}

function facts(row: TaskRow, nowMs: number): string[][] {
  const ownerAs = row.owner_as === null ? "" : `, as ${row.owner_as}`;
  const all: readonly (readonly [string, string | null])[] = [
    ["task", row.key],
    ["id", row.id],
    ["group", `${row.group}, ${timeInGroup(row, nowMs)}: ${row.reason}`],
    ["status", row.status],
    ["priority", row.priority],
    ["milestone", row.milestone],
    ["initiative", row.initiative],
    [
      "owner",
      row.owner === null
        ? null
        : `${row.owner}${ownerAs}${row.owner_state === "unknown" ? " (unknown)" : ""}`,
    ],
    ["completed", row.completed],
    ["completed by", row.completed_by],
    ["gates", `QA exploration ${row.gates.qa_exploration}, review ${row.gates.review_cleared}`],
    ["changed", `${shortDuration(nowMs - Date.parse(row.changed_at))} ago`],
    ["file", row.file],
  ];
  return all.flatMap(([name, value]) => (value === null ? [] : [[`  ${name}`, terminalText(value)]]));
}

function block(style: Style, heading: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : ["", style.strong(heading), ...lines.map((line) => `  ${terminalText(line)}`)];
}

const tierWord = (tier: 1 | 2) => (tier === 2 ? "needs you" : "watch");

const at = (file: string, line: number | null) => (line === null ? file : `${file}:${line}`);
