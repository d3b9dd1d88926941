// A night in which nothing goes wrong, for a test that lets one thing go wrong.

import { HOUR_MS } from "../../src/core/values/durations.ts";
import { placeOf } from "./night-place.ts";
import type { NightPlan } from "./night-plan.ts";
import { NightWorld } from "./night-world.ts";

const NEVER = Number.POSITIVE_INFINITY;
const PLACE = placeOf(1);

/** When it begins: 22:30 in UTC. */
export const QUIET_START_MS = PLACE.startMs;

/** Three hours, unless said. */
export function quietNight(plan: Partial<NightPlan> & Pick<NightPlan, "tasks">): NightPlan {
  return {
    ...{ seed: 0, place: PLACE, startMs: QUIET_START_MS, endMs: QUIET_START_MS + 3 * HOUR_MS },
    ...{ outages: [], interruptions: [], clockSteps: [], looks: [], atLimit: "finish_turn" },
    disk: { lowFromMs: NEVER, fullFromMs: NEVER, fullToMs: NEVER, lowToMs: NEVER },
    ...plan,
  };
}

/** Plays it; `look` at each of its looks and at its end, `judge` when it is over. */
export async function playQuietNight(
  plan: NightPlan,
  look: (world: NightWorld) => Promise<void>,
  judge: (world: NightWorld) => Promise<void>,
): Promise<void> {
  const world = new NightWorld(plan);
  try {
    await world.pass(() => look(world));
    await judge(world);
  } finally {
    await world.stop();
  }
}
