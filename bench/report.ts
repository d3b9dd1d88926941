// Prints figures as a table, and keeps them in baseline.json so that the next run can say what became slower.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Figure, isMeasured, isTaken, meetsTarget, ratio, type Untaken } from "./measure.ts";

const FILE = fileURLToPath(new URL("./baseline.json", import.meta.url));
const COLUMN_WIDTHS = [4, 44, 8, 14, 36, 8, 10] as const;

/** `met` is null where there is nothing to meet. */
type SavedFigure = Figure & { readonly ratio: number; readonly met: boolean | null };

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
  if (!isTaken(figure)) {
    const { requirement, name, tasks, why } = figure;
    printLine([requirement, name, tasks === null ? "" : String(tasks), `NOT TAKEN: ${why}`]);
    return;
  }
  const { requirement, name, tasks, value, unit, baseline, target } = figure;
  printLine([
    requirement,
    name,
    tasks === null ? "" : String(tasks),
    `${round(value)} ${unit}`,
    baseline === null ? "" : `${round(baseline.value)} (${baseline.name})`,
    round(ratio(figure)),
    `${bound(target)} ${verdict(figure)}${before(figure)}`.trimStart(),
  ]);
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

/** Replaces the committed figures of the same name and size; those that were not measured stay. */
export function saveFigures(figures: readonly Figure[]): void {
  const others = savedFigures().filter((saved) => !figures.some((figure) => isSame(saved, figure)));
  const records = [
    ...others,
    ...figures.map((figure) => ({
      ...figure,
      ratio: ratio(figure),
      met: figure.target === null ? null : meetsTarget(figure),
    })),
  ];
  writeFileSync(FILE, `${JSON.stringify(records, null, 2)}\n`);
}

/** The ratio of the committed run, when there is one. */
function before(figure: Figure): string {
  const same = savedFigures().find((saved) => isSame(saved, figure));
  return same === undefined ? "" : `, was ${round(same.ratio)}`;
}

function savedFigures(): readonly SavedFigure[] {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as SavedFigure[]) : [];
}

function isSame(one: Figure, other: Figure): boolean {
  return one.requirement === other.requirement && one.name === other.name && one.tasks === other.tasks;
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
