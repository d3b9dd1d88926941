// The life of a pause. One run that meets a limit, an outage or a missing sign-in is enough to keep every other run of the
// same account or host from starting.
//
//   (a run meets it) ──> waiting ──its time has come──> probing ──the probe's model answers──> easing ──no one waits──> gone
//                        ^  ^                              │                                     │
//                        │  └── met again, or vanished ────┘                                     │
//                        └──────────────── met again ────────────────────────────────────────────┘
//
// A person may end one at any time: it eases then. A set-up is only `suspected` until a second task meets the same
// failure. Each change is a compare-and-set in the store (app/runs/pauses), so any process may make it.

import type { RunId } from "../records/run-id.ts";
import type { PauseCause, PauseScope, ScopedPause } from "../records/scoped-pause.ts";
import { DAY_MS } from "../values/durations.ts";
import { backOffMs, jitterMs } from "./back-off.ts";

/** What a run met. */
export type Seen = {
  readonly cause: PauseCause;
  readonly scope: PauseScope;
  readonly why: string;
  /** As far as the agent said so. */
  readonly untilMs: number | null;
  readonly window: string | null;
  readonly run: RunId;
  /** Of its task. */
  readonly key: string;
  readonly host: string;
  /** A stamp of the credentials that it was started with; null where that cannot be known. */
  readonly credentials: string | null;
};

export type Meeting = {
  readonly nowMs: number;
  /** `dispatch.resume_after_limit`. */
  readonly resumesAfterLimit: boolean;
};

/** The longest usage windows are a week: a time after that is a mistake. */
const UNTIL_MAX_MS = 8 * DAY_MS;

/** The pause after a run met it; `before` itself when that says nothing new. */
export function meetPause(before: ScopedPause | null, seen: Seen, meeting: Meeting): ScopedPause {
  const met = { ...seen, untilMs: usableUntil(seen.untilMs, meeting.nowMs) };
  if (before === null) return opened(met, { ...NEW, sinceMs: meeting.nowMs }, meeting);
  const isTried = before.starts.some(({ run }) => run === seen.run);
  switch (before.phase) {
    case "suspected":
      return opened(met, { revision: before.revision, sinceMs: before.sinceMs, failedProbes: 0 }, meeting);
    case "waiting":
      return again(before, met, meeting);
    case "probing":
      // Others were started before the pause: they say nothing of how it is now.
      return isTried ? failed(before, met, meeting) : before;
    case "easing":
      return failed(before, met, meeting);
  }
}

const NEW = { revision: 0, failedProbes: 0 };

type Carried = Pick<ScopedPause, "revision" | "sinceMs" | "failedProbes">;

function opened(seen: Seen, carried: Carried, meeting: Meeting): ScopedPause {
  const { scope, cause, why, untilMs, window, credentials, key, run, host } = seen;
  return {
    ...{ scope, cause, why, untilMs, window, credentials, key, run, host, ...carried },
    nextProbeMs: nextProbe(seen, carried.failedProbes, meeting),
    phase: "waiting",
    probe: null,
    starts: [],
  };
}

function failed(before: ScopedPause, seen: Seen, meeting: Meeting): ScopedPause {
  const failedProbes = seen.cause === before.cause ? before.failedProbes + 1 : 0;
  const { revision, sinceMs } = before;
  return opened(seen, { revision, sinceMs, failedProbes }, meeting);
}

/** Another run meets what already waits. The later word counts, unless it knows less. */
function again(before: ScopedPause, seen: Seen, meeting: Meeting): ScopedPause {
  const { revision, sinceMs } = before;
  // A person who said to wait for them is not overruled.
  if (seen.cause !== before.cause) {
    if (isTransient(seen.cause)) return before;
    const lasting = opened(seen, { revision, sinceMs, failedProbes: 0 }, meeting);
    return before.byHand === true ? { ...lasting, nextProbeMs: null, byHand: true } : lasting;
  }
  if (seen.untilMs === null || seen.untilMs === before.untilMs) return before;
  const isByHand = before.nextProbeMs === null;
  const { why, untilMs, window } = seen;
  const nextProbeMs = isByHand ? null : nextProbe(seen, before.failedProbes, meeting);
  return { ...before, why, untilMs, window, nextProbeMs };
}

/** They come and go beside what lasts longer, and do not replace it. */
export function isTransient(cause: PauseCause): boolean {
  return cause === "overloaded" || cause === "network";
}

/** When it is tried without a person; null: not before one says so, or the credentials change. */
export function nextProbe(
  { cause, untilMs, credentials, run }: Pick<Seen, "cause" | "untilMs" | "credentials" | "run">,
  failedProbes: number,
  { nowMs, resumesAfterLimit }: Meeting,
): number | null {
  if (cause === "limit" && !resumesAfterLimit) return null;
  if (cause === "signed_out" && credentials !== null) return null;
  return untilMs === null ? nowMs + backOffMs(cause, failedProbes) : untilMs + jitterMs(run);
}

function usableUntil(untilMs: number | null, nowMs: number): number | null {
  if (untilMs === null || !Number.isFinite(untilMs) || untilMs <= nowMs) return null;
  return Math.min(untilMs, nowMs + UNTIL_MAX_MS);
}
