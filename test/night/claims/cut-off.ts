// What a worker said at the moment in which its machine was switched off: it may have been read, or not.

import type { NightWorld } from "../night-world.ts";
import type { Used } from "../recorder.ts";

/** Supervisors write what they have read within this. */
const READ_MS = 1_000;

export function isCutOff({ plan }: Pick<NightWorld, "plan">, atMs: number): boolean {
  return plan.interruptions.some(
    ({ kind, atMs: offMs }) => kind === "reboot" && atMs <= offMs && atMs > offMs - READ_MS,
  );
}

/** Tokens. */
export function cutOff(world: Pick<NightWorld, "plan">, used: readonly Used[]): number {
  return used
    .filter(({ atMs }) => isCutOff(world, atMs))
    .reduce((sum, { input, output }) => sum + input + output, 0);
}
