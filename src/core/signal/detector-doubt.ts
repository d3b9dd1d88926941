// Doubt in the detector (invariant 10). When a large share of a group turns overdue or stuck in one cycle, the likely
// cause is a clock that jumped or a machine that slept: one line says so, and their signals are held back.
//
// - A task turns when it had a row before that counts from the same time, and only the passing of time raises a signal or
//   its tier. What is learned (older dates from git, a new file) raises signals at once, and so does the first snapshot.
// - Each cycle decides again, about the tasks held back and those that turn now. The doubt ends when they are few again
//   (the clock was corrected, tasks were started) or after `HOLD_MS`, when a fault would have passed.

import type { Signal, SignalCode } from "../contract/signal.ts";
import type { Thresholds } from "../contract/snapshot.ts";
import { isoTime } from "../text/iso-time.ts";
import { HOUR_MS } from "../values/durations.ts";
import { makeSignal } from "./signal-table.ts";
import { TIMED_RULES } from "./timed-signals.ts";

/** Fewer tasks than this are never doubted: in a small group one task is a large share. */
export const FEWEST_DOUBTED_TASKS = 5;

/** How long signals are held back. Time services correct a clock within 34 minutes, their longest polling interval. */
export const HOLD_MS = HOUR_MS;

/** Per signal code: tasks in its group, and those that would turn in this cycle. */
export type TurnCounts = ReadonlyMap<SignalCode, { readonly groupSize: number; readonly turning: number }>;

export type Doubts = {
  readonly signals: readonly Signal[];
  /** Codes whose turning signals are held back. */
  readonly held: ReadonlySet<SignalCode>;
  /** When the first of these doubts times out; infinite without any. */
  readonly untilMs: number;
};

export function findDoubts(
  counts: TurnCounts,
  previous: readonly Signal[],
  thresholds: Thresholds,
  nowMs: number,
): Doubts {
  const signals: Signal[] = [];
  const held = new Set<SignalCode>();
  let untilMs = Number.POSITIVE_INFINITY;
  for (const { code, group } of TIMED_RULES) {
    const { turning, groupSize } = counts.get(code) ?? { turning: 0, groupSize: 0 };
    if (turning < FEWEST_DOUBTED_TASKS || turning * 100 <= groupSize * thresholds.doubt_percent) continue;
    const before = previous.find(
      ({ evidence }) => evidence["signal"] === code && evidence["tasks"] !== undefined,
    );
    const firstSeen = before?.first_seen ?? isoTime(nowMs);
    const endMs = Date.parse(firstSeen) + HOLD_MS;
    if (nowMs >= endMs) continue;
    const evidence = {
      signal: code,
      group,
      tasks: String(turning),
      group_size: String(groupSize),
      doubt_percent: String(thresholds.doubt_percent),
      until: isoTime(endMs),
    };
    signals.push(makeSignal({ code: "detector_doubt", tier: 1, evidence }, firstSeen));
    held.add(code);
    untilMs = Math.min(untilMs, endMs);
  }
  return { signals, held, untilMs };
}

/** After a clock jumped or the machine slept, no worker is reported idle until all have had time to make progress. */
export function doubtAfterJump({ since, until }: { readonly since: string; readonly until: string }): Signal {
  const evidence = { signal: "worker_idle", why: "clock", until };
  return makeSignal({ code: "detector_doubt", tier: 1, evidence }, since);
}
