// Spans of time.

export type Span = { readonly fromMs: number; readonly toMs: number };

export function overlap(one: Span, other: Span): number {
  return Math.max(0, Math.min(one.toMs, other.toMs) - Math.max(one.fromMs, other.fromMs));
}

/** For how long at least one of them was. */
export function union(spans: readonly Span[], { fromMs, toMs }: Span): number {
  let atMs = fromMs;
  let sum = 0;
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const start = Math.max(span.fromMs, atMs);
    const end = Math.min(span.toMs, toMs);
    if (end <= start) continue;
    sum += end - start;
    atMs = end;
  }
  return sum;
}

/** The sum of a number over time that changes only at `changes`. */
export function integrate(
  changes: readonly number[],
  { fromMs, toMs }: Span,
  at: (atMs: number) => number,
): number {
  const inside = changes.filter((ms) => ms > fromMs && ms < toMs).sort((a, b) => a - b);
  const points = [fromMs, ...inside, toMs];
  return points.slice(1).reduce((sum, end, index) => {
    const start = points[index] ?? end;
    return end > start ? sum + at(start) * (end - start) : sum;
  }, 0);
}
