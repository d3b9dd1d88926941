// What a page must warn of before anything is stopped: a worker that repeats itself, a budget that is nearly used up.

import type { TaskRow } from "../../src/core/contract/snapshot.ts";
import { RUN_TOKENS } from "./night-config.ts";
import type { Seen } from "./night-pages.ts";
import type { NightWorld } from "./night-world.ts";

/** What a worker did is on the page within this. */
const SOON_MS = 10_000;
/** So often it has done the same when it is said; the next time shows that this one is over. */
const SAID_AFTER = 5;
const NEAR = 0.8;

export function watchClaims(world: NightWorld, { status, atMs }: Seen): readonly string[] {
  // What cannot be written cannot be read.
  if (world.isDiskFull) return [];
  const at = new Date(atMs).toISOString().slice(11, 19);
  return status.tasks.flatMap((row) =>
    expected(world, row)
      .filter((code) => !row.signals.some((signal) => signal.code === code))
      .map((code) => `${at} ${row.key}: its row has no signal ${code}`),
  );
}

function expected({ recorder, notes, time }: NightWorld, { key }: TaskRow): readonly string[] {
  const last = recorder.of(key).at(-1);
  if (last === undefined || last.toMs !== null || time.nowMs - last.usedAtMs < SOON_MS) return [];
  const loop = notes.repeating.get(key);
  const isLooping = loop?.epoch === last.epoch && loop.times > SAID_AFTER;
  const share = recorder.tokensOf(key) / (RUN_TOKENS * (1 + (notes.raises.get(key) ?? 0)));
  return [...(isLooping ? ["loop"] : []), ...(share >= NEAR && share < 1 ? ["budget_near"] : [])];
}
