// Prints figures as a table, and keeps them in baseline.json so that the next run can say what became slower.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Figure, meetsTarget, ratio } from "./measure.ts";

const FILE = fileURLToPath(new URL("./baseline.json", import.meta.url));
const FOLDER_WIDTHS = [4, 44, 8, 14, 36, 8, 10] as const;

export function printHeading(): void {
  printLine(["", "what", "tasks", "figure", "against", "ratio", "target"]);
}

export function printFigure(figure: Figure): void {
  const { requirement, name, tasks, value, unit, baseline, target } = figure;
  const [sign, bound] = "atMost" in target ? ["≤", target.atMost] : ["≥", target.atLeast];
  printLine([
    requirement,
    name,
    tasks === null ? "" : String(tasks),
    `${round(value)} ${unit}`,
    baseline === null ? "" : `${round(baseline.value)} (${baseline.name})`,
    round(ratio(figure)),
    `${sign} ${bound} ${meetsTarget(figure) ? "met" : "NOT MET"}${before(figure)}`,
  ]);
}

/** Replaces the committed figures. */
export function saveFigures(figures: readonly Figure[]): void {
  const records = figures.map((figure) => ({ ...figure, ratio: ratio(figure), met: meetsTarget(figure) }));
  writeFileSync(FILE, `${JSON.stringify(records, null, 2)}\n`);
}

/** The ratio of the committed run, when there is one. */
function before(figure: Figure): string {
  if (!existsSync(FILE)) return "";
  const records = JSON.parse(readFileSync(FILE, "utf8")) as (Figure & { ratio: number })[];
  const same = records.find(
    ({ requirement, name, tasks }) =>
      requirement === figure.requirement && name === figure.name && tasks === figure.tasks,
  );
  return same === undefined ? "" : `, was ${round(same.ratio)}`;
}

function printLine(cells: readonly string[]): void {
  console.log(
    cells
      .map((cell, column) => cell.padEnd(FOLDER_WIDTHS[column] ?? 0))
      .join(" ")
      .trimEnd(),
  );
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
