// How a figure is taken: repeated, with the median and the 95th percentile, and set against a baseline of the same run.

export type Figure = {
  /** Requirement the figure answers. */
  readonly requirement: string;
  readonly name: string;
  readonly tasks: number | null;
  readonly value: number;
  readonly unit:
    | "ms"
    | "requests/s"
    | "MB"
    | "KB"
    | "packages"
    | "% of a core"
    | "x"
    | "requests"
    | "rounds"
    | "points";
  /** What `value` is compared with; null when the target is absolute. */
  readonly baseline: { readonly name: string; readonly value: number } | null;
  /** Null for a figure that is told for information. */
  readonly target: { readonly atMost: number } | { readonly atLeast: number } | null;
};

/** The number the target speaks of: value over baseline, or the value itself. */
export function ratio(figure: Figure): number {
  return figure.baseline === null ? figure.value : figure.value / figure.baseline.value;
}

export function meetsTarget(figure: Figure): boolean {
  return isMeasured(figure) && meetsBound(figure);
}

/**
 * Costs told as a difference can drown in noise: one of zero or less shows nothing, least of all a target met. What is
 * counted has no noise.
 */
export function isMeasured({ value, unit, baseline }: Figure): boolean {
  const isCounted = unit === "requests" || unit === "points";
  return (isCounted || value > 0) && (baseline === null || baseline.value > 0);
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
