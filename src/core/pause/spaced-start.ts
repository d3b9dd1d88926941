import type { Run, RunId } from "../contract/run.ts";

type Started = Pick<Run, "id" | "startedAtMs">;

/** When this one of several starts may launch its agent: in their order, `spacingMs` apart. A time in the past: at once. */
export function spacedStart(starts: readonly Started[], id: RunId, spacingMs: number): number {
  let launchMs = Number.NEGATIVE_INFINITY;
  const inOrder = starts.toSorted(
    (a, b) => (a.startedAtMs ?? 0) - (b.startedAtMs ?? 0) || (a.id < b.id ? -1 : 1),
  );
  for (const start of inOrder) {
    launchMs = Math.max(start.startedAtMs ?? 0, launchMs + spacingMs);
    if (start.id === id) return launchMs;
  }
  return 0;
}
