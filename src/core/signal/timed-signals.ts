// Signals that time raises: a task that stays as it is for too long. Each rule watches one base group and counts from
// one time of the task; half of its threshold is worth watching, all of it needs a person.

import type { Group, Thresholds } from "../snapshot/schema.ts";
import type { SignalCode } from "./signal.ts";

const HOUR_MS = 3_600_000;

/** Tier 1 comes at this share of the threshold. */
const WATCH_SHARE = 0.5;

/** The times rules count from: when the task entered its base group, when its file's content last changed. */
export type TaskTimes = { readonly baseSinceMs: number; readonly changedMs: number };

export type TimedRule = {
  readonly code: SignalCode;
  readonly group: Group;
  readonly hours: (thresholds: Thresholds) => number;
  readonly countsFromMs: (times: TaskTimes) => number;
};

/** At most one rule per base group. */
export const TIMED_RULES: readonly TimedRule[] = [
  {
    code: "pickup_overdue",
    group: "ready",
    hours: ({ pickup_overdue_hours }) => pickup_overdue_hours,
    countsFromMs: ({ baseSinceMs }) => baseSinceMs,
  },
  {
    code: "stuck_in_progress",
    group: "active",
    hours: ({ stuck_in_progress_hours }) => stuck_in_progress_hours,
    countsFromMs: ({ changedMs }) => changedMs,
  },
];

/** Where a task stands on its way over a rule's two thresholds. */
export type TimedState = {
  readonly code: SignalCode;
  readonly tier: 0 | 1 | 2;
  readonly countsFromMs: number;
  /** When the tier was reached; tier 0 always was. */
  readonly reachedMs: number;
  /** When the next tier will be; infinite for tier 2. */
  readonly nextMs: number;
  /** The threshold of the tier, in hours. */
  readonly hours: number;
};

export function timedRuleOf(group: Group): TimedRule | undefined {
  return TIMED_RULES.find((rule) => rule.group === group);
}

/** Pure arithmetic: a threshold counts as crossed from its exact moment on. */
export function timedState(
  rule: TimedRule,
  times: TaskTimes,
  thresholds: Thresholds,
  nowMs: number,
): TimedState {
  const { code } = rule;
  const countsFromMs = rule.countsFromMs(times);
  const hours = rule.hours(thresholds);
  const needsPersonMs = countsFromMs + hours * HOUR_MS;
  const watchMs = countsFromMs + hours * WATCH_SHARE * HOUR_MS;
  if (nowMs >= needsPersonMs) {
    return { code, tier: 2, countsFromMs, reachedMs: needsPersonMs, nextMs: Number.POSITIVE_INFINITY, hours };
  }
  if (nowMs >= watchMs) {
    return {
      code,
      tier: 1,
      countsFromMs,
      reachedMs: watchMs,
      nextMs: needsPersonMs,
      hours: hours * WATCH_SHARE,
    };
  }
  return { code, tier: 0, countsFromMs, reachedMs: Number.NEGATIVE_INFINITY, nextMs: watchMs, hours };
}

/** A threshold in a sentence: "24 h", "1.5 h", "30 min", "4 s". */
export function thresholdText(hours: number): string {
  if (hours >= 1) return `${rounded(hours)} h`;
  if (hours * 60 >= 1) return `${rounded(hours * 60)} min`;
  return `${rounded(hours * 3600)} s`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
