// One task as lines: what `tasks show` prints above the task's own text.

import type { RunView } from "../../core/contract/run-view.ts";
import { GROUP_LABELS, type SnapshotHeader, type TaskRow } from "../../core/contract/snapshot.ts";
import { agentText, useText } from "../../core/run/agent-words.ts";
import { doingWords } from "../../core/run/doing-words.ts";
import { targetEndMs } from "../../core/snapshot/past-target.ts";
import { alignColumns } from "./columns.ts";
import { clockTime, knownDuration, shortDuration } from "./duration.ts";
import type { Style } from "./output.ts";
import { doingText } from "./run-table.ts";
import { timeInGroup } from "./task-list.ts";
import { terminalText } from "./terminal-text.ts";

type Milestone = SnapshotHeader["milestones"][number];

export type FactLayout = {
  readonly nowMs: number;
  readonly style: Style;
  /** The milestone that the row names, if it exists. */
  readonly milestone: Milestone | null;
};

/** Title, facts, dependencies in both directions, signals, problems and progress; empty blocks are left out. */
export function taskFactLines(row: TaskRow, layout: FactLayout): string[] {
  const { nowMs, style } = layout;
  return [
    style.strong(terminalText(row.title)),
    ...(row.description === null ? [] : [terminalText(row.description)]),
    ...alignColumns(facts(row, layout), null),
    ...block(
      style,
      "Signals",
      row.signals.map(
        ({ tier, sentence, code, acknowledged }) =>
          `${tierWord(tier)}: ${sentence} (${code})${markText(acknowledged, nowMs)}`,
      ),
    ),
    ...block(style, "Run", row.run === null ? [] : runLines(row.run, nowMs)),
    ...block(
      style,
      "Depends on",
      row.dependencies.map(({ reference, key, state }) => `${key ?? reference}: ${state}`),
    ),
    ...block(style, "Blocks", row.dependents),
    ...block(
      style,
      "Problems",
      row.problems.map(({ file, line, message, hint }) => `${at(file, line)}: ${message} ${hint}`),
    ),
    ...block(
      style,
      "Progress",
      row.sections
        .filter(({ total }) => total > 0)
        .map(
          ({ heading, ticked, dropped, total }) =>
            `${ticked} of ${total}${dropped === 0 ? "" : `, ${dropped} dropped`}  ${heading}`,
        ),
    ),
  ];
}

/** The open run: its state, what is observed of it, and where its work is. */
function runLines(run: NonNullable<TaskRow["run"]>, nowMs: number): string[] {
  const ago = (iso: string) => `${shortDuration(nowMs - Date.parse(iso))} ago`;
  const { progress, question, outcome } = run;
  const doing = doingWords(run);
  return [
    `${run.state}${run.attempt === 0 ? "" : `, attempt ${run.attempt} of ${run.attempts_max}`}, queued by ${run.queued_by} ${ago(run.queued_at)}`,
    ...(run.last_end === null ? [] : [`last attempt ${run.last_end}`]),
    ...(progress === null ? [] : [doing === null ? verdictText(progress) : doingText(doing, nowMs)]),
    ...(run.plan?.current ? [`step: ${run.plan.current}`] : []),
    ...(progress?.evidence ?? []).map(({ witness: probe, at, text }) => `${probe} ${ago(at)}: ${text}`), // words-ok: the public key
    ...(doing !== null || question === null || question.answer !== null ? [] : [`asks: ${question.text}`]),
    ...(run.agent === null ? [] : [agentText(run.agent)]),
    ...(run.cost === null && run.tokens === null ? [] : [useText(run)]),
    ...(outcome === null ? [] : [`says ${outcome.kind}: ${outcome.note}`]),
    ...(run.worktree === null ? [] : [`${run.worktree} on ${run.branch ?? "no branch"}`]),
    `id ${run.id}`,
  ];
}

function verdictText({ verdict, detail }: NonNullable<RunView["progress"]>): string {
  return detail === null ? verdict : `${verdict}: ${detail}`;
}

function markText(mark: TaskRow["signals"][number]["acknowledged"], nowMs: number): string {
  if (mark === null) return "";
  const until = mark.until === null ? "" : ` until ${clockTime(Date.parse(mark.until), nowMs)}`;
  return `, ${mark.kind} by ${mark.by}${until}${mark.note === null ? "" : `: ${mark.note}`}`;
}

/** "m2-launch", "m2-launch, 12 d past its target, 2026-03-12". */
function milestoneText({ milestone: slug }: TaskRow, { milestone, nowMs }: FactLayout): string | null {
  const endMs = milestone?.past_target === true ? targetEndMs(milestone.target) : null;
  return endMs === null
    ? slug
    : `${slug}, ${shortDuration(nowMs - endMs)} past its target, ${milestone?.target}`;
}

function facts(row: TaskRow, layout: FactLayout): string[][] {
  const { nowMs } = layout;
  const ownerAs = row.owner_as === null ? "" : `, as ${row.owner_as}`;
  const all: readonly (readonly [string, string | null])[] = [
    ["task", row.key],
    ["id", row.id],
    ["group", `${GROUP_LABELS[row.group]}, ${timeInGroup(row, nowMs)}: ${row.reason}`],
    ["status", row.status],
    ["priority", row.priority],
    ["milestone", milestoneText(row, layout)],
    ["initiative", row.initiative],
    [
      "owner",
      row.owner === null
        ? null
        : `${row.owner}${ownerAs}${row.owner_state === "unknown" ? " (unknown)" : ""}`,
    ],
    ["worker", row.worker],
    ["completed", row.completed],
    ["completed by", row.completed_by],
    ["gates", `QA exploration ${row.gates.qa_exploration}, review ${row.gates.review_cleared}`],
    ["changed", `${knownDuration(nowMs - Date.parse(row.changed_at), row.changed_basis)} ago`],
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
