// How a figure is taken: repeated, as a median or a quantile, and set against a baseline of the same run.

export type Figure = {
  /** Requirement the figure answers. */
  readonly requirement: string;
  readonly name: string;
  readonly tasks: number | null;
  readonly value: number;
  readonly unit: Unit;
  /** What `value` is compared with; null when the target is absolute. */
  readonly baseline: { readonly name: string; readonly value: number } | null;
  /**
   * The median of the ratios of pairs, where both sides were measured in turn: what disturbs the machine for a second
   * disturbs both sides of one pair. `value` and `baseline` are then the medians of each side.
   */
  readonly pairedRatio?: number;
  /** Null for a figure that is for information; the guard compares it too. */
  readonly target: { readonly atMost: number } | { readonly atLeast: number } | null;
};

export type Unit =
  | "ms"
  | "requests/s"
  | "MB"
  | "KB"
  | "packages"
  | "% of a core"
  | "points of a core"
  | "wake-ups/s"
  | "requests"
  | "rounds"
  | "points";

/** A figure that could not be taken, and why: it counts as a target that is not met. */
export type Untaken = {
  readonly requirement: string;
  readonly name: string;
  readonly tasks: number | null;
  readonly why: string;
};

export function isTaken(one: Figure | Untaken): one is Figure {
  return "value" in one;
}

/** The number the target speaks of: value over baseline, or the value itself. */
export function ratio({ value, baseline, pairedRatio }: Figure): number {
  return pairedRatio ?? (baseline === null ? value : value / baseline.value);
}

export function meetsTarget(figure: Figure): boolean {
  return isMeasured(figure) && meetsBound(figure);
}

/**
 * Costs given as a difference can drown in noise: one of zero or less shows nothing, least of all a target met. What is
 * counted has no noise, and a difference whose target is a number of points says enough when it is below zero.
 */
export function isMeasured({ value, unit, baseline }: Figure): boolean {
  const mayBeZero = unit === "requests" || unit === "points" || unit === "points of a core";
  return (mayBeZero || value > 0) && (baseline === null || baseline.value > 0);
}

function meetsBound(figure: Figure): boolean {
  const { target } = figure;
  if (target === null) return true;
  return "atMost" in target ? ratio(figure) <= target.atMost : ratio(figure) >= target.atLeast;
}

/** `quantile` in 0..1 of unsorted samples. */
export function quantile(samples: readonly number[], at: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

export type Pairs = { readonly ours: number; readonly theirs: number; readonly ratio: number };

/**
 * Measures two sides in turn, the first of each pair being the second of the next, after a pair that does not count.
 * Returns the median of each side and of the ratios of the pairs.
 */
export async function inPairs(
  pairs: number,
  sides: { ours(): number | Promise<number>; theirs(): number | Promise<number> },
): Promise<Pairs> {
  const ours: number[] = [];
  const theirs: number[] = [];
  await sides.theirs();
  await sides.ours();
  for (let pair = 0; pair < pairs; pair += 1) {
    const order = pair % 2 === 0 ? (["ours", "theirs"] as const) : (["theirs", "ours"] as const);
    for (const side of order) (side === "ours" ? ours : theirs).push(await sides[side]());
  }
  const ratios = ours.map((one, pair) => one / (theirs[pair] ?? Number.NaN));
  return { ours: median(ours), theirs: median(theirs), ratio: median(ratios) };
}
