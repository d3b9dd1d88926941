// Tasks as lines, by group, in the page's order: what `tasks list` and `tasks heartbeat` print.

import { GROUP_LABELS, type Group, type TaskRow } from "../../core/contract/snapshot.ts";
import { doingWords } from "../../core/run/doing-words.ts";
import { alignColumns } from "./columns.ts";
import { knownDuration } from "./duration.ts";
import type { Style } from "./output.ts";
import { doingText } from "./run-table.ts";
import { terminalText } from "./terminal-text.ts";

export type ListedGroup = {
  readonly group: Group;
  /** How many tasks the group has, shown or not. */
  readonly count: number;
  readonly rows: readonly TaskRow[];
};

export type ListLayout = { readonly nowMs: number; readonly style: Style; readonly columns: number | null };

/** A heading per group, then its rows: key, priority, owner, time in the group, why. */
export function taskListLines(groups: readonly ListedGroup[], layout: ListLayout): string[] {
  const cells = groups.flatMap(({ rows }) => rows.map((row) => taskCells(row, layout.nowMs)));
  const lines = alignColumns(cells, layout.columns);
  let at = 0;
  return groups.flatMap(({ group, count, rows }) => {
    const shown = lines.slice(at, at + rows.length);
    at += rows.length;
    const cut = rows.length < count ? layout.style.quiet(` (${rows.length} shown)`) : "";
    return ["", `${layout.style.strong(GROUP_LABELS[group])}  ${count}${cut}`, ...shown];
  });
}

function taskCells(row: TaskRow, nowMs: number): string[] {
  const { key, priority, owner } = row;
  return [
    `  ${terminalText(key)}`,
    priority ?? "–",
    terminalText(owner ?? "–"),
    timeInGroup(row, nowMs),
    why(row, nowMs),
  ];
}

export function timeInGroup({ since, since_basis: basis }: TaskRow, nowMs: number): string {
  return knownDuration(nowMs - Date.parse(since), basis);
}

/** What needs a person, else the reason for the group, what its agent does, and what to watch. */
function why({ group, reason, signals, run }: TaskRow, nowMs: number): string {
  // The reason may be what a signal says.
  const isReason = (sentence: string) => sentence.toLowerCase() === reason.toLowerCase();
  const sentences = signals.map(({ sentence }) => sentence).filter((sentence) => !isReason(sentence));
  if (group === "needs_attention" && sentences.length > 0) return terminalText(sentences.join("; "));
  const doing = run === null ? null : doingWords(run);
  const parts = [reason, ...(doing === null ? [] : [doingText(doing, nowMs)]), ...sentences];
  return terminalText(parts.join("; "));
}
