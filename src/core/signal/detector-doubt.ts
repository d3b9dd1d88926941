// Doubt in the detector (invariant 10). When a large share of a group turns overdue or stuck in one cycle, the likely
// cause is a clock that jumped or a machine that slept, not that many tasks: one line says so, and their signals are
// held back instead of flooding the page.
//
// - A task turns when it had a row before, counts from the same time as then, and only the passing of time brings a
//   signal or a higher tier. What is learned (older dates from git, a new file) is believed: no clock is involved.
// - So the first snapshot of a tree is believed as well: there is nothing it could have turned from, and a tree that
//   has been overdue for long must show it.
// - The question is asked anew in each cycle, about the tasks held back and those that turn now. The doubt ends when
//   they are few again (the clock was set right, tasks were picked up), or when it has lasted `HOLD_MS`: a fault would
//   have passed by then, so the signals are believed and raised.

import type { Signal, SignalCode } from "../contract/signal.ts";
import type { Thresholds } from "../contract/snapshot.ts";
import { isoTime } from "../text/iso-time.ts";
import { HOUR_MS } from "../values/durations.ts";
import { SIGNAL_TABLE } from "./signal-table.ts";
import { TIMED_RULES } from "./timed-signals.ts";

/** Fewer tasks than this are no storm: a person reads four rows at a glance, and in a small group one is a large share. */
export const FEWEST_DOUBTED_TASKS = 5;

/**
 * How long signals are held back. Time services correct a clock within 34 minutes (their longest polling interval), and
 * a true backlog that has grown for half a day may wait another hour.
 */
export const HOLD_MS = HOUR_MS;

/** Per signal code: tasks in its group, and those among them that would turn in this cycle. */
export type TurnCounts = ReadonlyMap<SignalCode, { readonly groupSize: number; readonly turning: number }>;

export type Doubts = {
  readonly signals: readonly Signal[];
  /** Codes whose turning signals are held back. */
  readonly held: ReadonlySet<SignalCode>;
  /** When the first of these doubts ends by itself; infinite without any. */
  readonly untilMs: number;
};

/** Decides which codes are doubted in this cycle. */
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
    const { sentence } = SIGNAL_TABLE.detector_doubt;
    signals.push({
      code: "detector_doubt",
      tier: 1,
      sentence: sentence(evidence),
      evidence,
      first_seen: firstSeen,
      acknowledged: null,
    });
    held.add(code);
    untilMs = Math.min(untilMs, endMs);
  }
  return { signals, held, untilMs };
}

/** The doubt after a clock jumped or the machine slept: nothing is called idle until the workers have had time to move. */
export function doubtAfterJump({ since, until }: { readonly since: string; readonly until: string }): Signal {
  const evidence = { signal: "worker_idle", why: "clock", until };
  const { sentence } = SIGNAL_TABLE.detector_doubt;
  return {
    code: "detector_doubt",
    tier: 1,
    sentence: sentence(evidence),
    evidence,
    first_seen: since,
    acknowledged: null,
  };
}
