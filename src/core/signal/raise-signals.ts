// From findings to signals: the tier, the sentence, since when, and whether somebody acknowledged it. A signal that was
// open before keeps its first sighting; one that time raised was there from the moment its threshold was crossed.

import { type Acknowledgement, isInForce } from "../contract/acknowledgement.ts";
import type { Signal } from "../contract/signal.ts";
import { isoTime } from "../text/iso-time.ts";
import type { Finding } from "./file-signals.ts";
import { SIGNAL_TABLE } from "./signal-table.ts";
import { type TimedState, thresholdText } from "./timed-signals.ts";

const NO_SIGNALS: readonly Signal[] = [];

export type RaiseInput = {
  readonly findings: readonly Finding[];
  /** Null where no rule applies or its signal is held back. */
  readonly timed: TimedState | null;
  readonly before: readonly Signal[];
  readonly acknowledgements: readonly Acknowledgement[];
  readonly nowMs: number;
};

/** Open signals of a task, tier 2 first. */
export function raiseSignals(input: RaiseInput): readonly Signal[] {
  const { findings, timed, before, nowMs } = input;
  const raisedTimed = timed === null || timed.tier === 0 ? null : raiseTimed(timed, timed.tier, before);
  if (findings.length === 0 && raisedTimed === null) return NO_SIGNALS;
  const signals = findings.map(
    ({ code, tier, evidence }): Signal => ({
      code,
      tier,
      sentence: SIGNAL_TABLE[code].sentence(evidence),
      evidence,
      // A higher tier is a new thing to know: what was acknowledged below it does not cover it.
      first_seen:
        before.find((signal) => signal.code === code && signal.tier === tier)?.first_seen ?? isoTime(nowMs),
      acknowledged: null,
    }),
  );
  if (raisedTimed !== null) signals.push(raisedTimed);
  // Sorting is stable: within a tier they stay in the order people should read them.
  signals.sort((a, b) => b.tier - a.tier);
  return input.acknowledgements.length === 0 ? signals : signals.map((signal) => withMark(signal, input));
}

function raiseTimed(state: TimedState, tier: 1 | 2, before: readonly Signal[]): Signal {
  const threshold = thresholdText(tier === 2 ? state.personMs : state.watchMs);
  const evidence = { since: state.countsFrom, threshold, ...state.evidence };
  const known = before.find((signal) => signal.code === state.code && signal.tier === tier);
  return {
    code: state.code,
    tier,
    sentence: SIGNAL_TABLE[state.code].sentence(evidence),
    evidence,
    first_seen: known?.first_seen ?? isoTime(state.reachedMs),
    acknowledged: null,
  };
}

function withMark(signal: Signal, { acknowledgements, nowMs }: RaiseInput): Signal {
  const found = acknowledgements.find(
    (one) => one.code === signal.code && isInForce(one, { firstSeen: signal.first_seen, nowMs }),
  );
  if (found === undefined) return signal;
  const { kind, by, atMs, untilMs, note } = found;
  const until = untilMs === null ? null : isoTime(untilMs);
  return { ...signal, acknowledged: { kind, by, at: isoTime(atMs), until, note } };
}

/** When one of these acknowledgements ends by itself; infinite when none does. */
export function nextExpiryMs(acknowledgements: readonly Acknowledgement[], nowMs: number): number {
  let nextMs = Number.POSITIVE_INFINITY;
  for (const { untilMs } of acknowledgements) {
    if (untilMs !== null && untilMs > nowMs && untilMs < nextMs) nextMs = untilMs;
  }
  return nextMs;
}
