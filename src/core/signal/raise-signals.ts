// From findings to signals: tier, sentence, first_seen and acknowledgement. A signal that was open before keeps its
// first_seen; a timed signal has the time at which its threshold was crossed.

import { type Acknowledgement, isInForce } from "../contract/acknowledgement.ts";
import type { Signal } from "../contract/signal.ts";
import { isoTime } from "../text/iso-time.ts";
import type { Finding } from "./file-signals.ts";
import { makeSignal } from "./signal-table.ts";
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
  const signals = findings.map((finding) =>
    makeSignal(finding, firstSeen(finding, before) ?? isoTime(nowMs)),
  );
  if (raisedTimed !== null) signals.push(raisedTimed);
  // Stable: within a tier the order stays.
  signals.sort((a, b) => b.tier - a.tier);
  return input.acknowledgements.length === 0 ? signals : signals.map((signal) => withMark(signal, input));
}

function raiseTimed(state: TimedState, tier: 1 | 2, before: readonly Signal[]): Signal {
  const threshold = thresholdText(tier === 2 ? state.personMs : state.watchMs);
  const evidence = { since: state.countsFrom, threshold, ...state.evidence };
  const finding = { code: state.code, tier, evidence };
  return makeSignal(finding, firstSeen(finding, before) ?? isoTime(state.reachedMs));
}

/** A higher tier is a new signal: an acknowledgement of the lower one does not cover it. */
function firstSeen({ code, tier }: Finding, before: readonly Signal[]): string | undefined {
  return before.find((signal) => signal.code === code && signal.tier === tier)?.first_seen;
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

/** Around `nowMs`, the time in which none of these acknowledgements expires; the clock may be set back. */
export function expiryWindow(
  acknowledgements: readonly Acknowledgement[],
  nowMs: number,
): { readonly fromMs: number; readonly untilMs: number } {
  const expiries = acknowledgements.flatMap(({ untilMs }) => untilMs ?? []);
  return {
    fromMs: Math.max(...expiries.filter((expiryMs) => expiryMs <= nowMs)),
    untilMs: Math.min(...expiries.filter((expiryMs) => expiryMs > nowMs)),
  };
}
