// bench/baseline.json: the figures of the last run that was saved, without dates and without names of machines. One
// figure a line in a fixed order, so that two people who saved different figures can merge.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Figure, meetsTarget, ratio } from "./measure.ts";

const FILE = fileURLToPath(new URL("./baseline.json", import.meta.url));
const DIGITS = 4;

/** `met` is null where there is nothing to meet. */
export type SavedFigure = Omit<Figure, "pairedRatio"> & {
  readonly ratio: number;
  readonly met: boolean | null;
};

type Named = Pick<Figure, "requirement" | "name" | "tasks">;

export function readSaved(): readonly SavedFigure[] {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as SavedFigure[]) : [];
}

export function findSaved(saved: readonly SavedFigure[], figure: Named): SavedFigure | undefined {
  return saved.find((one) => isSame(one, figure));
}

/** Saves what was taken. */
export function saveFigures(taken: readonly Figure[], isReplaced: (saved: SavedFigure) => boolean): void {
  const merged = mergeSaved(readSaved(), taken, isReplaced);
  writeFileSync(FILE, `[\n${merged.map((figure) => JSON.stringify(figure)).join(",\n")}\n]\n`);
}

/**
 * New figures in place of old ones of the same name and size. What this run would have taken under another name
 * (`isReplaced`) is dropped, so that no name stays that nothing measures any more.
 */
export function mergeSaved(
  saved: readonly SavedFigure[],
  taken: readonly Figure[],
  isReplaced: (saved: SavedFigure) => boolean,
): SavedFigure[] {
  const others = saved.filter((one) => !isReplaced(one) && !taken.some((figure) => isSame(one, figure)));
  return [...others, ...taken.map(recordOf)].sort(inOrder);
}

function recordOf(figure: Figure): SavedFigure {
  const { requirement, name, tasks, value, unit, baseline, target } = figure;
  return {
    requirement,
    name,
    tasks,
    ratio: rounded(ratio(figure)),
    value: rounded(value),
    unit,
    baseline: baseline === null ? null : { ...baseline, value: rounded(baseline.value) },
    target,
    met: target === null ? null : meetsTarget(figure),
  };
}

function inOrder(one: SavedFigure, other: SavedFigure): number {
  return (
    one.requirement.localeCompare(other.requirement, "en", { numeric: true }) ||
    (one.tasks ?? 0) - (other.tasks ?? 0) ||
    one.name.localeCompare(other.name, "en")
  );
}

function isSame(one: Named, other: Named): boolean {
  return one.requirement === other.requirement && one.name === other.name && one.tasks === other.tasks;
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
