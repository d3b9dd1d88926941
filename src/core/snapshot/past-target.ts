// Milestones whose day has gone by while tasks of theirs are open. A target is a calendar day, and lasts until it is over
// in UTC; one with a time lasts until that time.

import type { SnapshotHeader, TaskRow } from "../contract/snapshot.ts";
import { DAY_MS } from "../values/durations.ts";

const DAY_LENGTH = "2026-03-24".length;

/** When the target is over; null for a milestone without one. */
export function targetEndMs(target: string | null): number | null {
  if (target === null) return null;
  const ms = Date.parse(target.replace(" ", "T"));
  if (!Number.isFinite(ms)) return null;
  return target.length === DAY_LENGTH ? ms + DAY_MS : ms;
}

type Milestones = SnapshotHeader["milestones"];
type Planned = readonly Omit<Milestones[number], "past_target">[];

/** Marks those that are past their target with a task that is not done. */
export function markPastTarget(
  planned: Planned,
  rows: Iterable<Pick<TaskRow, "milestone" | "group">>,
  nowMs: number,
): Milestones {
  const over = new Set(planned.filter(({ target }) => isOver(target, nowMs)).map(({ slug }) => slug));
  const late = new Set<string>();
  if (over.size > 0) {
    for (const { milestone, group } of rows) {
      if (group !== "done" && milestone !== null && over.has(milestone)) late.add(milestone);
    }
  }
  return planned.map((milestone) => ({ ...milestone, past_target: late.has(milestone.slug) }));
}

function isOver(target: string | null, nowMs: number): boolean {
  const endMs = targetEndMs(target);
  return endMs !== null && nowMs >= endMs;
}

/** When the next target is over: time alone changes the snapshot then. */
export function nextTargetMs(planned: Planned, nowMs: number): number {
  const ends = planned.map(({ target }) => targetEndMs(target) ?? 0).filter((endMs) => endMs > nowMs);
  return Math.min(Number.POSITIVE_INFINITY, ...ends);
}
