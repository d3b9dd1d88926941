// Plays nights by their seeds. A night that fails prints the line that plays it again.

import { expect, test } from "vitest";
import { falseClaims } from "./claims.ts";
import { heldClaims, heldStarts } from "./held-starts.ts";
import { atMorning } from "./morning.ts";
import { seePages } from "./night-pages.ts";
import { planNight } from "./night-plan.ts";
import { NightWorld } from "./night-world.ts";
import { afterwards, isSettled } from "./settled.ts";
import { watchClaims } from "./watch-claims.ts";

/** A night takes some seconds; on a machine with much else to do several times that. */
const HANGS_MS = 120_000;

/** With `NIGHT_SEED=7` that one alone, with `NIGHT_SEED=7-9` those. */
export function playNights(title: string, seeds: { readonly from: number; readonly count: number }): void {
  const asked = process.env["NIGHT_SEED"]?.split("-").map(Number);
  const [from = seeds.from, to = from] = asked ?? [seeds.from, seeds.from + seeds.count - 1];
  const chosen = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  test.each(chosen)(
    title,
    async (seed) => {
      const replay = `NIGHT_SEED=${seed} npx vitest run test/night/night.test.ts`;
      expect(await playNight(seed), replay).toEqual([]);
    },
    HANGS_MS,
  );
}

/** What was wrong, as sentences. */
async function playNight(seed: number): Promise<readonly string[]> {
  const world = new NightWorld(planNight(seed));
  const wrong: string[] = [];
  const look = async () => {
    const seen = await seePages(world);
    wrong.push(...falseClaims(world, seen), ...heldClaims(world, seen), ...watchClaims(world, seen));
    return seen.status;
  };
  try {
    let last = null;
    await world.pass(async () => {
      last = await look();
    });
    wrong.push(...(await atMorning(world, last)));
    await world.passMorning(() => isSettled(world));
    wrong.push(...(await afterwards(world, await look())), ...heldStarts(world));
    return [...world.recorder.wrongs, ...wrong];
  } finally {
    await world.stop();
  }
}
