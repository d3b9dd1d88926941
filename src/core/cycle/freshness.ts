// Freshness, computed when a snapshot is served (design: Freshness). An ordered list of small rules, the first that
// matches decides:
//
//   unknown  nothing readable
//   stale    no runner, or one that has not completed a cycle yet; the last attempt failed; too old
//   late     an attempt runs past the wait; a load was not served; somewhat old
//   fresh    none of these

import { type CycleProgress, describeProgress } from "../contract/cycle-progress.ts";
import type { Freshness, StaleReason } from "../contract/snapshot.ts";
import { isoTimeOrNull } from "../text/iso-time.ts";
import { sameMembers } from "../values/same-value.ts";

export type CycleAttempt = {
  readonly startedAtMs: number;
  /** Null while it runs. */
  readonly endedAtMs: number | null;
  readonly outcome: "running" | "published" | "attested" | "failed";
  readonly reason: StaleReason | null;
  /** A whole sentence about what happened, without an age; null where the reason's own sentence says enough. */
  readonly detail: string | null;
  /** How far it is, while it runs and takes long. */
  readonly progress?: CycleProgress | null;
};

/** Why a load is answered without an update that started after the request. */
export type Unserved = "failed" | "timed_out" | "held_back";

export type FreshnessInput = {
  /** Age of the newest completed cycle's data; null when there is none. */
  readonly ageMs: number | null;
  readonly observedAt: string | null;
  readonly lastAttempt: CycleAttempt | null;
  /** The newest attempt that ended, when `lastAttempt` still runs: a retry in flight does not undo a failure. */
  readonly lastEnded?: CycleAttempt | null;
  readonly lastSuccessAtMs: number | null;
  readonly runner: "alive" | "starting" | "gone";
  /** Null for a load that was served, and for no load at all. */
  readonly unserved?: Unserved | null;
  readonly nextAttemptAtMs: number | null;
  readonly lateMs: number;
  readonly staleMs: number;
  /** How long a page load waits for a cycle. */
  readonly waitMs: number;
  readonly nowMs: number;
};

type Verdict = {
  readonly state: Freshness["state"];
  readonly reason: StaleReason | null;
  readonly detail: string | null;
};

/**
 * computeFreshness() that returns the same record while nothing changed: under load many requests arrive in one
 * millisecond, and what they share can be cached by it.
 */
export function rememberFreshness(): (input: FreshnessInput) => Freshness {
  let last: { readonly input: FreshnessInput; readonly freshness: Freshness } | null = null;
  return (asked) => {
    const input = asked.ageMs === null ? asked : { ...asked, ageMs: Math.round(Math.max(0, asked.ageMs)) };
    if (last === null || !sameMembers(input, last.input))
      last = { input, freshness: computeFreshness(input) };
    return last.freshness;
  };
}

/** The state, its reason from the closed list, and the sentence the banner shows. */
export function computeFreshness(input: FreshnessInput): Freshness {
  const { state, reason, detail } = judge(input);
  return {
    state,
    stale: state !== "fresh",
    stale_reason: reason,
    detail,
    age_ms: input.ageMs === null ? null : Math.round(Math.max(0, input.ageMs)),
    observed_at: input.observedAt,
    last_attempt_at: isoTimeOrNull(input.lastAttempt?.startedAtMs ?? null),
    last_success_at: isoTimeOrNull(input.lastSuccessAtMs),
    next_attempt_at: isoTimeOrNull(input.nextAttemptAtMs),
    progress: progressOf(input),
  };
}

function judge(input: FreshnessInput): Verdict {
  const trouble = runnerTrouble(input) ?? failure(input);
  if (input.ageMs === null)
    return { ...(trouble ?? because("starting", firstUpdate(input))), state: "unknown" };
  return (
    trouble ??
    tooOld(input, input.ageMs) ??
    stillRunning(input) ??
    notServed(input) ??
    somewhatOld(input, input.ageMs) ??
    FRESH
  );
}

const FRESH: Verdict = { state: "fresh", reason: null, detail: null };

function runnerTrouble(input: FreshnessInput): Verdict | null {
  const failed = failure(input);
  if (input.runner === "gone") return failed?.reason === "paused" ? failed : because("no-runner");
  // When a runner restarts after a failure, the failure says more.
  return input.runner === "starting" ? (failed ?? because("starting")) : null;
}

function failure({ lastAttempt, lastEnded }: FreshnessInput): Verdict | null {
  const attempt = lastAttempt?.outcome === "running" && lastEnded ? lastEnded : lastAttempt;
  return attempt?.outcome === "failed" ? because(attempt.reason ?? "exit", attempt.detail) : null;
}

function tooOld({ staleMs }: FreshnessInput, ageMs: number): Verdict | null {
  return ageMs > staleMs ? because("old", `No update has completed for over ${seconds(staleMs)}.`) : null;
}

function stillRunning({ lastAttempt, waitMs, nowMs }: FreshnessInput): Verdict | null {
  if (lastAttempt === null || lastAttempt.outcome !== "running") return null;
  if (nowMs - lastAttempt.startedAtMs <= waitMs) return null;
  const progress = lastAttempt.progress ? `: it is ${describeProgress(lastAttempt.progress)}` : "";
  const detail =
    lastAttempt.detail ?? `An update is still running${progress}; what you see is from the one before it.`;
  return { ...UNSERVED.timed_out, detail };
}

function progressOf({ lastAttempt }: FreshnessInput): CycleProgress | null {
  return lastAttempt?.outcome === "running" ? (lastAttempt.progress ?? null) : null;
}

function firstUpdate(input: FreshnessInput): string | null {
  const progress = progressOf(input);
  return progress && `The first update has not completed yet: it is ${describeProgress(progress)}.`;
}

function notServed({ unserved = null }: FreshnessInput): Verdict | null {
  return unserved === null ? null : UNSERVED[unserved];
}

const UNSERVED: Readonly<Record<Unserved, Verdict>> = {
  timed_out: {
    state: "late",
    reason: "timeout",
    detail: "An update is still running; what you see is from the one before it.",
  },
  held_back: {
    state: "late",
    reason: "rate-limit",
    detail:
      "Page loads have used the processor time that refresh.max_cpu_percent gives them, so this one was answered without an update; what you see is from the last one.",
  },
  failed: {
    state: "late",
    reason: "exit",
    detail: "The requested update failed; what you see is from the one before it.",
  },
};

function somewhatOld({ lateMs }: FreshnessInput, ageMs: number): Verdict | null {
  if (ageMs <= lateMs) return null;
  return { state: "late", reason: "old", detail: `No update has completed for over ${seconds(lateMs)}.` };
}

function because(reason: StaleReason, detail: string | null = null): Verdict {
  return { state: "stale", reason, detail: detail ?? REASON_SENTENCES[reason] };
}

/** For an attempt that left no detail of its own. */
const REASON_SENTENCES: Readonly<Record<StaleReason, string>> = {
  timeout: "The last update took too long and was stopped.",
  exit: "The last update ended before it was done.",
  parse: "The last update gave a result that could not be read.",
  lock: "Another process holds the lease, and its updates do not arrive.",
  disk: "The last update could not read or write files.",
  auth: "The last update lacked a permission.",
  "rate-limit": "The last update was refused for asking too often.",
  paused: "Updates are paused.",
  "no-runner": "No runner is updating this repository.",
  starting: "The runner is starting; its first update has not completed yet.",
  old: "No update has completed for a while.",
};

function seconds(durationMs: number): string {
  return `${Math.round(durationMs / 100) / 10} s`;
}
