// How a pause ends: the probe's model answers, a person ends it, or the probe is gone without an answer.

import { isLive, type Run, type RunId } from "../contract/run.ts";
import type { ScopedPause, StartThroughPause } from "../records/scoped-pause.ts";
import { MINUTE_MS } from "../values/durations.ts";
import { isTransient } from "./meet-pause.ts";

/** The rest may start. */
export function eased(pause: ScopedPause): ScopedPause {
  const { byHand: _, ...rest } = pause;
  return { ...rest, phase: "easing", probe: null, starts: [], failedProbes: 0, nextProbeMs: null };
}

/**
 * The run's model answered, or its set-up succeeded; `pause` itself when that says nothing. An answer to the run that met an
 * outage last ends it too: its agent repeated the request on its own.
 */
export function answered(pause: ScopedPause, run: RunId): ScopedPause {
  const isTried = pause.starts.some((start) => start.run === run);
  switch (pause.phase) {
    case "suspected":
      return pause;
    case "waiting":
      return pause.run === run && isTransient(pause.cause) ? eased(pause) : pause;
    case "probing":
      return isTried ? eased(pause) : pause;
    case "easing":
      return isTried ? { ...pause, starts: pause.starts.filter((start) => start.run !== run) } : pause;
  }
}

export type PauseFacts = {
  /** The runs of `pause.starts` as they are now. */
  readonly runs: ReadonlyMap<RunId, Run>;
  /** A stamp of the credentials as they are now; null if unknown. */
  readonly credentials: string | null;
  readonly nowMs: number;
};

/** What time and the runs themselves say of a pause; `pause` itself when that is nothing new. */
export function updatePause(pause: ScopedPause, facts: PauseFacts): ScopedPause {
  const { nowMs, credentials } = facts;
  switch (pause.phase) {
    case "suspected":
      return pause;
    case "waiting":
      if (pause.cause !== "signed_out" || pause.byHand === true) return pause;
      if (credentials === null || pause.credentials === null) return pause;
      return credentials === pause.credentials ? pause : { ...pause, credentials, nextProbeMs: nowMs };
    case "probing":
      return updateProbe(pause, facts);
    case "easing": {
      const starts = pause.starts.filter((start) => fateOf(start, pause, facts) === "open");
      return starts.length === pause.starts.length ? pause : { ...pause, starts };
    }
  }
}

function updateProbe(pause: ScopedPause, facts: PauseFacts): ScopedPause {
  const [start] = pause.starts;
  const fate = start === undefined ? "gone" : fateOf(start, pause, facts);
  if (fate === "open") return pause;
  if (fate === "answered") return eased(pause);
  return { ...pause, phase: "waiting", probe: null, starts: [], nextProbeMs: facts.nowMs };
}

/** A start takes a moment between the store's two statements; after that it was not made. */
const START_WITHIN_MS = MINUTE_MS;
/** An agent that says nothing has met nothing either by then: some kinds cannot tell when their model answers. */
const SILENT_ANSWER_MS = 10 * MINUTE_MS;

function fateOf(
  { run: id, atMs }: StartThroughPause,
  { scope }: ScopedPause,
  { runs, nowMs }: PauseFacts,
): "open" | "answered" | "gone" {
  const run = runs.get(id);
  // Allowed since the runs were read, by another process or a start beside this.
  if (run === undefined) return isRecent(atMs, nowMs) ? "open" : "gone";
  if (isLive(run)) {
    if (run.state === "dispatching" || run.startedAtMs === null) return "open";
    if (scope.kind === "setup") return "answered";
    return nowMs - run.startedAtMs >= SILENT_ANSWER_MS ? "answered" : "open";
  }
  const last = run.attempts.at(-1);
  if (last !== undefined && last.startedAtMs >= atMs) return wentWell(run) ? "answered" : "gone";
  return isRecent(atMs, nowMs) ? "open" : "gone";
}

const isRecent = (atMs: number, nowMs: number) => Math.abs(nowMs - atMs) < START_WITHIN_MS;

/** It finished, whatever its kind can tell. */
function wentWell({ attempts }: Run): boolean {
  const last = attempts.at(-1);
  if (last === undefined || last.spared != null) return false;
  return last.end.kind === "exited" && last.end.code === 0 && last.end.unfinished === undefined;
}
