// What the recorder saw, by the machine's clock: the pages have no other one.

import { clockErrorAt } from "../night-plan.ts";
import type { NightWorld } from "../night-world.ts";

export type Alive = {
  readonly key: string;
  readonly account: string;
  readonly fromMs: number;
  /** Now, for one that lives. */
  readonly toMs: number;
  readonly isAlive: boolean;
  readonly how: string | null;
  readonly refused: readonly { readonly atMs: number; readonly kind: string; readonly untilMs: number }[];
};

export type OnTheWall = {
  readonly nowMs: number;
  readonly alive: readonly Alive[];
  /** By task. */
  readonly finished: ReadonlyMap<string, number>;
  readonly failedSetUps: readonly { readonly key: string; readonly atMs: number }[];
  readonly off: readonly {
    readonly kind: "reboot" | "sleep";
    readonly fromMs: number;
    readonly toMs: number;
  }[];
  /** When the clock was set, and by how much. */
  readonly steps: readonly { readonly atMs: number; readonly byMs: number }[];
};

export function wallOf({ plan }: Pick<NightWorld, "plan">, atMs: number): number {
  return atMs + clockErrorAt(plan, atMs);
}

export function onTheWall(world: NightWorld, atMs: number): OnTheWall {
  const { recorder, plan } = world;
  const wall = (ms: number) => wallOf(world, ms);
  return {
    nowMs: wall(atMs),
    alive: recorder.sittings.map(({ key, account, fromMs, toMs, how, refused }) => ({
      ...{ key, account, how, fromMs: wall(fromMs), toMs: wall(toMs ?? atMs), isAlive: toMs === null },
      refused: refused.map(({ atMs: metMs, trouble }) => ({
        atMs: wall(metMs),
        kind: trouble.kind,
        untilMs: trouble.kind === "limit" ? trouble.resetsAtMs : wall(metMs),
      })),
    })),
    finished: new Map([...recorder.finished].map(([key, ms]) => [key, wall(ms)])),
    failedSetUps: recorder.failedSetUps.map((one) => ({ ...one, atMs: wall(one.atMs) })),
    off: plan.interruptions
      .filter((one) => one.atMs < atMs)
      .map(({ kind, atMs: fromMs, forMs }) => ({ kind, fromMs: wall(fromMs), toMs: wall(fromMs + forMs) })),
    steps: plan.clockSteps.map(({ atMs: ms, byMs }) => ({ atMs: wall(ms), byMs })),
  };
}
