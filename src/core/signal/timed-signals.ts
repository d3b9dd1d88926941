// Signals about tasks that stay unchanged for too long. Each rule applies to some tasks and counts from one of their times:
// past its first threshold a task is worth watching, past the second it needs a person. Rules read only fields of a row, so
// that a stored row shows which one applied.

import type { WaitReason } from "../contract/pull-request.ts";
import type { SignalCode } from "../contract/signal.ts";
import type { Group, TaskRow, Thresholds } from "../contract/snapshot.ts";
import { HOUR_MS, MINUTE_MS } from "../values/durations.ts";
import type { SignalEvidence } from "./signal-table.ts";

/** A rule with one threshold has tier 1 from this share of it. */
const WATCH_SHARE = 0.5;

/** Reasons to wait for a person that have their own signal at once. */
const HAS_OWN_SIGNAL: ReadonlySet<WaitReason | null> = new Set(["conflict", "failing_checks"]);

/** What rules look at. */
export type TimedSubject = Pick<TaskRow, "base_group" | "base_since" | "changed_at" | "run" | "pull_request">;

export type TimedRule = {
  readonly code: SignalCode;
  /** For a doubt: "5 of 12 active tasks". */
  readonly group: Group;
  /** What it counts from, in words. */
  readonly from: string;
  readonly watchMs: (thresholds: Thresholds) => number;
  readonly personMs: (thresholds: Thresholds) => number;
  /** ISO 8601; null where the rule does not apply. */
  readonly countsFrom: (subject: TimedSubject) => string | null;
  /** Beside `since` and `threshold`. */
  readonly evidence?: (subject: TimedSubject) => SignalEvidence;
};

/** At most one applies to a task: the first that does. */
export const TIMED_RULES: readonly TimedRule[] = [
  {
    code: "dispatch_stalled",
    group: "active",
    from: "leaving the queue",
    watchMs: ({ start_stalled_minutes }) => start_stalled_minutes * MINUTE_MS * WATCH_SHARE,
    personMs: ({ start_stalled_minutes }) => start_stalled_minutes * MINUTE_MS,
    countsFrom: ({ run }) => (run?.state === "dispatching" ? run.since : null),
  },
  {
    code: "wait_overdue",
    group: "active",
    from: "the end of the wait that its worker declared",
    watchMs: () => 0,
    personMs: ({ idle_person_minutes }) => idle_person_minutes * MINUTE_MS,
    countsFrom: ({ run }) => (run?.progress?.verdict === "overdue" ? run.progress.until : null),
    evidence: ({ run }) => ({ on: run?.progress?.detail ?? "", until: run?.progress?.until ?? "" }),
  },
  {
    code: "worker_idle",
    group: "active",
    from: "the last sign of progress",
    watchMs: ({ idle_watch_minutes }) => idle_watch_minutes * MINUTE_MS,
    personMs: ({ idle_person_minutes }) => idle_person_minutes * MINUTE_MS,
    countsFrom: ({ run }) => run?.progress?.quiet_since ?? null,
  },
  {
    code: "review_overdue",
    group: "in_review",
    from: "the start of the wait for a person",
    watchMs: ({ review_overdue_hours }) => review_overdue_hours * HOUR_MS * WATCH_SHARE,
    personMs: ({ review_overdue_hours }) => review_overdue_hours * HOUR_MS,
    countsFrom: ({ base_group, pull_request: pullRequest }) => {
      const waits = base_group === "in_review" ? (pullRequest?.waits ?? null) : null;
      if (waits === null || waits.for !== "you" || HAS_OWN_SIGNAL.has(waits.because)) return null;
      return waits.since;
    },
  },
  {
    code: "pickup_overdue",
    group: "ready",
    from: "becoming ready",
    watchMs: ({ pickup_overdue_hours }) => pickup_overdue_hours * HOUR_MS * WATCH_SHARE,
    personMs: ({ pickup_overdue_hours }) => pickup_overdue_hours * HOUR_MS,
    countsFrom: ({ base_group, base_since }) => (base_group === "ready" ? base_since : null),
  },
  {
    code: "stuck_in_progress",
    group: "active",
    from: "the last change of the file",
    watchMs: ({ stuck_in_progress_hours }) => stuck_in_progress_hours * HOUR_MS * WATCH_SHARE,
    personMs: ({ stuck_in_progress_hours }) => stuck_in_progress_hours * HOUR_MS,
    countsFrom: ({ base_group, changed_at, run, pull_request: pullRequest }) => {
      // A supervised worker has better evidence than the file.
      if (base_group !== "active" || run?.kind === "supervised") return null;
      const seen = run?.progress?.evidence[0]?.at ?? run?.started_at ?? changed_at;
      const waiting = pullRequest?.waits?.since ?? changed_at;
      return [seen, waiting].reduce((newest, at) => (at > newest ? at : newest), changed_at);
    },
  },
];

/** Which of a rule's two thresholds a task has passed. */
export type TimedState = {
  readonly code: SignalCode;
  readonly tier: 0 | 1 | 2;
  /** ISO 8601. */
  readonly countsFrom: string;
  /** When the tier was reached; minus infinity for tier 0. */
  readonly reachedMs: number;
  /** When the next tier is due; infinite for tier 2. */
  readonly nextMs: number;
  /** The thresholds of tier 1 and 2. */
  readonly watchMs: number;
  readonly personMs: number;
  readonly evidence: SignalEvidence;
};

export type TimedMatch = {
  readonly rule: TimedRule;
  readonly countsFrom: string;
  readonly evidence: SignalEvidence;
};

const NO_EVIDENCE: SignalEvidence = {};

/** The rule that applies to a task, with the time it counts from. */
export function timedRuleOf(subject: TimedSubject): TimedMatch | null {
  for (const rule of TIMED_RULES) {
    const countsFrom = rule.countsFrom(subject);
    if (countsFrom !== null) return { rule, countsFrom, evidence: rule.evidence?.(subject) ?? NO_EVIDENCE };
  }
  return null;
}

/** A threshold is crossed at its exact time. */
export function timedState(
  { rule, countsFrom, evidence }: TimedMatch,
  thresholds: Thresholds,
  nowMs: number,
): TimedState {
  const fromMs = Date.parse(countsFrom);
  const watchMs = rule.watchMs(thresholds);
  const personMs = rule.personMs(thresholds);
  const known = { code: rule.code, countsFrom, watchMs, personMs, evidence };
  if (nowMs >= fromMs + personMs)
    return { ...known, tier: 2, reachedMs: fromMs + personMs, nextMs: Number.POSITIVE_INFINITY };
  if (nowMs >= fromMs + watchMs)
    return { ...known, tier: 1, reachedMs: fromMs + watchMs, nextMs: fromMs + personMs };
  return { ...known, tier: 0, reachedMs: Number.NEGATIVE_INFINITY, nextMs: fromMs + watchMs };
}

/** A threshold in a sentence: "3 days", "24 h", "1.5 h", "30 min", "4 s". */
export function thresholdText(durationMs: number): string {
  const days = durationMs / (24 * HOUR_MS);
  if (days >= 2 && Number.isInteger(days)) return `${days} days`;
  if (durationMs >= HOUR_MS) return `${rounded(durationMs / HOUR_MS)} h`;
  if (durationMs >= MINUTE_MS) return `${rounded(durationMs / MINUTE_MS)} min`;
  return `${rounded(durationMs / 1000)} s`;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
