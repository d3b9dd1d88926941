// One night, seeded: the real runner, store, supervisors and pages on a fake clock, with scripted workers and a recorder
// outside. `NIGHT_SEED=7 npx vitest run test/night/night.test.ts` plays one night again.

import { expect, test } from "vitest";
import type { ServedSnapshot } from "../../src/core/contract/snapshot.ts";
import { rounds } from "../support/rounds.ts";
import { falseClaims } from "./claims.ts";
import { atMorning } from "./morning.ts";
import { seePages } from "./night-pages.ts";
import { planNight } from "./night-plan.ts";
import { NightWorld } from "./night-world.ts";

const ASKED = process.env["NIGHT_SEED"];
const SEEDS =
  ASKED === undefined
    ? Array.from({ length: rounds({ short: 2, full: 20 }) }, (_, at) => at + 1)
    : [Number(ASKED)];

/** A night takes some seconds; on a machine with much else to do several times that. */
const HANGS_MS = 120_000;

test.each(SEEDS)(
  "N73 N74: night %i: every claim of the pages is what was seen from outside",
  async (seed) => {
    const world = new NightWorld(planNight(seed));
    const wrong: string[] = [];
    try {
      let last: ServedSnapshot | null = null;
      await world.pass(async () => {
        const seen = await seePages(world);
        last = seen.status;
        wrong.push(...falseClaims(world, seen));
      });
      wrong.push(...(await atMorning(world, last)));
    } finally {
      await world.stop();
    }
    const replay = `NIGHT_SEED=${seed} npx vitest run test/night/night.test.ts`;
    expect([...world.recorder.wrongs, ...wrong], replay).toEqual([]);
  },
  HANGS_MS,
);
