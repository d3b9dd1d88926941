// What goes wrong in a night, one cause at a time: what the pages say meanwhile, that it costs no attempt, and how it ends.

import { expect, test } from "vitest";
import type { PauseCause } from "../../src/core/records/scoped-pause.ts";
import { MINUTE_MS } from "../../src/core/values/durations.ts";
import { falseClaims } from "./claims.ts";
import { atMorning } from "./morning.ts";
import { seePages } from "./night-pages.ts";
import type { NightWorld } from "./night-world.ts";
import type { PlannedTask } from "./planned-tasks.ts";
import { playQuietNight, QUIET_START_MS, quietNight } from "./quiet-night.ts";
import type { Outage } from "./services.ts";

/** Less than a second alone; on a machine with much else to do several times that. */
const HANGS_MS = 20_000;
const after = (minutes: number) => QUIET_START_MS + minutes * MINUTE_MS;

/** `quick` works with the account `solo`. */
const TASKS = ["a", "b", "c"].map(
  (slug, at): PlannedTask => ({ slug, worker: "quick", steps: [work(4 + at), work(4), work(4)] }),
);

function work(minutes: number): PlannedTask["steps"][number] {
  return { kind: "work", ms: minutes * MINUTE_MS, input: 1_000, output: 100 };
}

type Cause = {
  readonly requirement: string;
  readonly kind: Outage["kind"];
  readonly cause: PauseCause;
  readonly account: string | null;
  /** In minutes. */
  readonly from: number;
  readonly to: number;
  readonly sentence: string;
};

const CAUSES: readonly Cause[] = [
  {
    ...{ requirement: "N4", kind: "signed_out", cause: "signed_out", account: "solo", from: 3, to: 30 },
    sentence: "solo signed out on desk, 3 wait",
  },
  {
    ...{ requirement: "N74", kind: "network", cause: "network", account: null, from: 3, to: 30 },
    sentence: "No network on desk, 3 wait",
  },
  {
    ...{ requirement: "N74", kind: "overloaded", cause: "overloaded", account: "solo", from: 3, to: 30 },
    sentence: "solo's service overloaded, 3 wait",
  },
  {
    ...{ requirement: "N5", kind: "registry", cause: "setup", account: null, from: -1, to: 30 },
    sentence: "Set-up fails on desk (after_create), 3 wait",
  },
];

test.each(CAUSES)(
  "$requirement: $kind alone: one pause, one probe at a time, no attempt",
  async (cause) => {
    const { kind, account, from, to } = cause;
    const outage = { kind, account, fromMs: after(from), toMs: after(to) };
    const plan = quietNight({ tasks: TASKS, outages: [outage], looks: [after(20)], endMs: after(75) });
    await playQuietNight(plan, (world) => expectPaused(world, cause), expectAllDone);
  },
  HANGS_MS,
);

test(
  "N4: a sign-out ends when the credentials change, and is not probed before",
  async () => {
    const outage = { kind: "signed_out", account: "solo", fromMs: after(3), toMs: after(30) } as const;
    const plan = quietNight({ tasks: TASKS, outages: [outage], endMs: after(60) });
    await playQuietNight(plan, nothing, async (world) => {
      const { cycle } = world.config;
      const again = world.recorder.sittings.slice(TASKS.length).map(({ fromMs }) => fromMs);
      expect(again).toHaveLength(TASKS.length);
      expect(Math.min(...again)).toBeGreaterThanOrEqual(after(30));
      expect(Math.max(...again)).toBeLessThanOrEqual(after(31) + cycle.interval_s * 1_000);
    });
  },
  HANGS_MS,
);

test(
  "N30: a restart of the host alone: every run continues in its session, and no attempt counts",
  async () => {
    const reboot = { kind: "reboot", atMs: after(6), forMs: 3 * MINUTE_MS } as const;
    const plan = quietNight({ tasks: TASKS, interruptions: [reboot], endMs: after(40) });
    await playQuietNight(plan, nothing, async (world) => {
      await expectAllDone(world);
      for (const { slug } of TASKS) {
        const sittings = world.recorder.of(slug);
        expect(sittings.map(({ how, resumed }) => [how, resumed])).toEqual([
          ["machine off", false],
          ["exit 0", true],
        ]);
        const run = await world.booted.store.readOpenRun(slug);
        expect(run?.attempts[0]?.spared).toMatchObject({ kind: "restarted" });
      }
    });
  },
  HANGS_MS,
);

test(
  "N66: a sleep alone: it is a part of its own in each run, and neither work nor an end of one",
  async () => {
    const sleep = { kind: "sleep", atMs: after(6), forMs: 60 * MINUTE_MS } as const;
    const plan = quietNight({ tasks: TASKS, interruptions: [sleep], endMs: after(100) });
    await playQuietNight(plan, expectAsleep, async (world) => {
      await expectAllDone(world);
      expect(world.recorder.sittings).toHaveLength(TASKS.length);
      for (const { slug } of TASKS) {
        const run = await world.booted.store.readOpenRun(slug);
        expect(run?.attempts[0]?.use?.workMs).toBeLessThan(20 * MINUTE_MS);
      }
    });
  },
  HANGS_MS,
);

const nothing = async () => {};

/** At the look in the middle; nothing is paused at the end. */
async function expectPaused(world: NightWorld, { cause, sentence }: Cause): Promise<void> {
  const seen = await seePages(world);
  const { pauses } = seen.status.dispatch;
  // A set-up that fails in no time counts as work until the next cycle: up to a minute in this world, 15 s by default.
  if (cause !== "setup") expect(falseClaims(world, seen)).toEqual([]);
  if (world.time.nowMs >= world.plan.endMs) return expect(pauses).toEqual([]);
  expect(pauses).toMatchObject([{ cause, sentence, waiting: TASKS.length }]);
  expect(world.recorder.live().length).toBeLessThanOrEqual(1);
}

async function expectAsleep(world: NightWorld): Promise<void> {
  const { status } = await seePages(world);
  for (const { run } of status.tasks) {
    const asleep = run?.asleep.map(({ from, to }) => Date.parse(to) - Date.parse(from)) ?? [];
    expect(asleep).toEqual([expect.closeTo(60 * MINUTE_MS, -4)]);
  }
}

async function expectAllDone(world: NightWorld): Promise<void> {
  const { recorder, booted } = world;
  expect([...recorder.wrongs, ...(await atMorning(world, null))]).toEqual([]);
  for (const { slug } of TASKS) {
    const run = await booted.store.readOpenRun(slug);
    expect(run).toMatchObject({ attempt: 1, failuresInRow: 0, outcome: { kind: "done" } });
    expect(run?.attempts.filter(({ spared }) => spared == null)).toHaveLength(1);
    const [first, ...again] = recorder.of(slug);
    expect(again.map(({ session, resumed }) => [session, resumed])).toEqual(
      again.map(() => [first?.session, true]),
    );
  }
}
