// Starts while there is a pause: one probe when its time has come, then two at a time.

import type { Run, RunId } from "../contract/run.ts";
import { isSameScope, type PauseScope, type ScopedPause } from "../records/scoped-pause.ts";
import { longestBackOffMs } from "./back-off.ts";

/** Started and not yet answered by their model, while a pause eases. */
export const EASING_AT_ONCE = 2;

/** What a start depends on. `worktree`: null before its set-up has succeeded once. */
export type Starter = { readonly account: string; readonly host: string; readonly worktree: string | null };

/** Whether a pause of this scope concerns the start. */
export function concerns({ kind, name }: PauseScope, { account, host, worktree }: Starter): boolean {
  switch (kind) {
    case "account":
      return name === account;
    case "host":
      return name === host;
    case "setup":
      return concernsSetUp(name, host, worktree);
  }
}

/** Steps that only a new worktree takes; a run that has one does not wait for them. */
const FIRST_STEPS = ["after_create"];

/** `name`: host, step and a digest of the failure. */
export function concernsSetUp(name: string, host: string, worktree: string | null): boolean {
  const [step = ""] = name.slice(host.length + 1).split(" ");
  return name.startsWith(`${host} `) && (worktree === null || !FIRST_STEPS.includes(step));
}

/** Its time has come. If the clock was set back since, an unknown end is tried at once. */
export function isProbeDue(
  { cause, nextProbeMs, untilMs }: Pick<ScopedPause, "cause" | "nextProbeMs" | "untilMs">,
  nowMs: number,
): boolean {
  if (nextProbeMs === null) return false;
  return nowMs >= nextProbeMs || (untilMs === null && nextProbeMs - nowMs > longestBackOffMs(cause));
}

/** Queued runs that an attempt left to this pause. */
export function isHeldBy({ state, held }: Pick<Run, "state" | "held">, scope: PauseScope): boolean {
  return state === "queued" && held !== null && isSameScope(held.scope, scope);
}

export type StartRequest = {
  readonly run: RunId;
  /** It waits for this pause since an attempt. */
  readonly isHeld: boolean;
  /** Others do: the probe is one of them. */
  readonly othersAreHeld: boolean;
  readonly nowMs: number;
};

/**
 * `free`: the pause has nothing against it. `wait`: it has. Otherwise the pause as it has to be stored, over the revision that
 * was read, before the start.
 */
export type StartThrough = "free" | "wait" | ScopedPause;

export function startThrough(pause: ScopedPause, request: StartRequest): StartThrough {
  const { run, nowMs } = request;
  // Made again, as after a restart of the host: what became of the start before says nothing of this one.
  if (pause.starts.some((start) => start.run === run))
    return {
      ...pause,
      starts: pause.starts.map((start) => (start.run === run ? { run, atMs: nowMs } : start)),
    };
  const start = { run, atMs: nowMs };
  switch (pause.phase) {
    case "suspected":
      return "free";
    case "probing":
      return "wait";
    case "waiting":
      if (!isProbeDue(pause, nowMs) || (request.othersAreHeld && !request.isHeld)) return "wait";
      return { ...pause, phase: "probing", probe: run, starts: [start], nextProbeMs: null };
    case "easing":
      return pause.starts.length < EASING_AT_ONCE ? { ...pause, starts: [...pause.starts, start] } : "wait";
  }
}

/** A start that was allowed and then not made: as if it had not been asked for. */
export function takeBackStart(pause: ScopedPause, run: RunId, nowMs: number): ScopedPause {
  const starts = pause.starts.filter((start) => start.run !== run);
  if (starts.length === pause.starts.length) return pause;
  if (pause.phase !== "probing") return { ...pause, starts };
  return { ...pause, phase: "waiting", probe: null, starts, nextProbeMs: nowMs };
}
