// Whether a figure has become worse than the saved one. The guard fails by this alone, so it is pure.

import { type Figure, isTaken, ratio, type Unit, type Untaken } from "./measure.ts";
import { findSaved, type SavedFigure } from "./saved.ts";

/** Ratios vary by some tens of percent on a shared machine; a real cause doubles one. */
const WORSE_TIMES = 2;

/**
 * At or below this, all is well whatever was saved: where the cost comes close to nothing, twice as much is still
 * nothing, and how much exactly is noise.
 */
const FLOORS: Partial<Record<Unit, number>> = {
  // Processor time is counted in ticks of 10 ms, and a neighbour's cache misses are worth some tenths of a percent.
  "% of a core": 0.5,
  "points of a core": 0.5,
  // V8's own threads and collections wake an idle process up a few times a second.
  "wake-ups/s": 4,
};

export type Failure = Pick<Figure, "requirement" | "name" | "tasks"> & {
  readonly why: string;
  /** False when measuring again cannot help. */
  readonly mayPass: boolean;
};

/** Null when the figure is no more than twice as bad as the saved one. */
export function judge(figure: Figure | Untaken, saved: readonly SavedFigure[]): Failure | null {
  const { requirement, name, tasks } = figure;
  const failure = (why: string, mayPass = true) => ({ requirement, name, tasks, why, mayPass });
  if (!isTaken(figure)) return failure(`it could not be measured: ${figure.why}`);
  const before = findSaved(saved, figure);
  if (before === undefined) {
    const remedy = `npm run bench -- --only ${requirement} --save`;
    return failure(`nothing is saved to compare it with. Save it on a quiet machine: ${remedy}`, false);
  }
  const now = ratio(figure);
  const limit = limitFor(figure, before.ratio);
  const isWithin = isAtLeast(figure) ? now >= limit : now <= limit;
  if (isWithin) return null;
  return failure(`it is ${round(now)} and was ${round(before.ratio)}; ${round(limit)} is the limit`);
}

function limitFor(figure: Figure, saved: number): number {
  if (isAtLeast(figure)) return saved / WORSE_TIMES;
  return Math.max(saved * WORSE_TIMES, FLOORS[figure.unit] ?? 0);
}

/** Of most figures less is better. */
function isAtLeast({ target }: Figure): boolean {
  return target !== null && "atLeast" in target;
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
