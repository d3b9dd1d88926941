// A pause that waits for a person: nothing tries it until they end it, or let it end on its own again.

import type { ScopedPause } from "../records/scoped-pause.ts";
import { nextProbe } from "./meet-pause.ts";

/** Whether only a person ends it. A sign-out whose credentials can be seen has no time of its own either. */
export function isByHand({ phase, nextProbeMs, byHand, cause, credentials }: ByHandFacts): boolean {
  if (phase !== "waiting" || nextProbeMs !== null) return false;
  return byHand === true || !(cause === "signed_out" && credentials !== null);
}

type ByHandFacts = Pick<ScopedPause, "phase" | "nextProbeMs" | "byHand" | "cause" | "credentials">;

/** A person lets it wait for them. */
export function heldByHand(pause: ScopedPause): ScopedPause {
  return { ...pause, phase: "waiting", probe: null, starts: [], nextProbeMs: null, byHand: true };
}

/**
 * A person lets it end on its own again, as it would have: at its time, when the credentials change, or after a back-off.
 * `pause` itself when it does not wait for a person. `dispatch.resume_after_limit` is overruled for this one.
 */
export function automaticAgain(pause: ScopedPause, nowMs: number): ScopedPause {
  if (!isByHand(pause)) return pause;
  const nextProbeMs = nextProbe(pause, pause.failedProbes, { nowMs, resumesAfterLimit: true });
  return { ...pause, byHand: false, nextProbeMs };
}
