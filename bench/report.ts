// Prints figures as a table while they come, and what the guard found as sentences.

import type { Failure } from "./judge.ts";
import { type Figure, isMeasured, isTaken, meetsTarget, ratio, type Untaken } from "./measure.ts";
import { findSaved, readSaved } from "./saved.ts";

const COLUMN_WIDTHS = [4, 54, 8, 14, 40, 8, 10] as const;

const saved = readSaved();

export function printHeading(): void {
  printLine(["", "what", "tasks", "figure", "against", "ratio", "target"]);
}

/** Where a run is, on stderr, with the minutes and seconds since it began. */
export function printProgress(what: string): void {
  const seconds = Math.round(performance.now() / 1000);
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  console.error(`${clock.padStart(6)}  ${what}`);
}

export function printFigure(figure: Figure | Untaken): void {
  const { requirement, name, tasks } = figure;
  const result = isTaken(figure) ? resultCells(figure) : [`NOT TAKEN: ${figure.why}`];
  printLine([requirement, name, tasks === null ? "" : String(tasks), ...result]);
}

export function printFailure({ requirement, name, tasks, why }: Failure): void {
  const size = tasks === null ? "" : ` at ${tasks} tasks`;
  console.log(`${requirement}, ${name}${size}: ${why}.`);
}

function resultCells(figure: Figure): string[] {
  const { value, unit, baseline, target } = figure;
  return [
    `${round(value)} ${unit}`,
    baseline === null ? "" : `${round(baseline.value)} (${baseline.name})`,
    round(ratio(figure)),
    `${bound(target)} ${verdict(figure)}${before(figure)}`.trimStart(),
  ];
}

function bound(target: Figure["target"]): string {
  if (target === null) return "";
  return "atMost" in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
}

function verdict(figure: Figure): string {
  if (!isMeasured(figure)) return "NOT MEASURED (noise)";
  if (figure.target === null) return "for information";
  return meetsTarget(figure) ? "met" : "NOT MET";
}

/** The ratio that is saved, when there is one. */
function before(figure: Figure): string {
  const same = findSaved(saved, figure);
  return same === undefined ? "" : `, was ${round(same.ratio)}`;
}

function printLine(cells: readonly string[]): void {
  console.log(
    cells
      .map((cell, column) => cell.padEnd(COLUMN_WIDTHS[column] ?? 0))
      .join(" ")
      .trimEnd(),
  );
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
