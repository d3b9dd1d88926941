// From findings to signals: the tier, the sentence, and since when. A signal that was open before keeps its first
// sighting; one that time raised was there from the moment its threshold was crossed.

import { isoTime } from "../iso-time.ts";
import type { Finding } from "./flaw-signals.ts";
import type { Signal } from "./signal.ts";
import { SIGNAL_TABLE } from "./signal-table.ts";
import { type TimedState, thresholdText } from "./timed-signals.ts";

const NO_SIGNALS: readonly Signal[] = [];

/** Open signals of a task, tier 2 first. `timed` is null where no rule applies or its signal is held back. */
export function raiseSignals(input: {
  readonly flaws: readonly Finding[];
  readonly timed: TimedState | null;
  readonly before: readonly Signal[];
  readonly nowMs: number;
}): readonly Signal[] {
  const { flaws, timed, before, nowMs } = input;
  const raisedTimed = timed === null || timed.tier === 0 ? null : raiseTimed(timed, timed.tier, before);
  if (flaws.length === 0) return raisedTimed === null ? NO_SIGNALS : [raisedTimed];
  const signals = flaws.map(
    ({ code, evidence }): Signal => ({
      code,
      tier: 2,
      sentence: SIGNAL_TABLE[code].sentence(evidence),
      evidence,
      first_seen: before.find((signal) => signal.code === code)?.first_seen ?? isoTime(nowMs),
      acknowledged: null,
    }),
  );
  if (raisedTimed !== null) signals.push(raisedTimed);
  return signals;
}

function raiseTimed(state: TimedState, tier: 1 | 2, before: readonly Signal[]): Signal {
  const evidence = { since: isoTime(state.countsFromMs), threshold: thresholdText(state.hours) };
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
