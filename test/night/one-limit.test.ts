// Twenty runs of one account meet its usage limit: one probe after the reset, then two at a time by priority, each in its own
// session. Also when the limit moves, while it is waited for and once more when the probe meets it.

import { expect, test } from "vitest";
import { MINUTE_MS } from "../../src/core/values/durations.ts";
import { seePages } from "./night-pages.ts";
import type { NightPlan } from "./night-plan.ts";
import type { NightWorld } from "./night-world.ts";
import type { PlannedTask } from "./planned-tasks.ts";
import { playQuietNight, QUIET_START_MS, quietNight } from "./quiet-night.ts";
import type { Sitting } from "./recorder.ts";
import type { Outage } from "./services.ts";

const ACCOUNT = "team";
/** Some seconds; on a machine with much else to do several times that. */
const HANGS_MS = 60_000;
const PRIORITIES = ["p3", "p2", "p1", "p0"] as const;
const after = (minutes: number) => QUIET_START_MS + minutes * MINUTE_MS;
const limit = (from: number, to: number): Outage => ({
  ...{ kind: "limit", account: ACCOUNT },
  ...{ fromMs: after(from), toMs: after(to) },
});

/** The first of the lowest priority meets the limit first; each other one 15 s later than the one before. */
const TASKS = Array.from(
  { length: 20 },
  (_, at): PlannedTask => ({
    slug: `task-${String(at + 1).padStart(2, "0")}`,
    worker: "careful",
    // Longer than starts of one account are apart, so that more than two could wait for an answer at once.
    answersAfterMs: 20_000,
    priority: PRIORITIES[at % PRIORITIES.length] ?? "p3",
    steps: [work(6 + at / 4), work(4)],
  }),
);

function work(minutes: number): PlannedTask["steps"][number] {
  return { kind: "work", ms: minutes * MINUTE_MS, input: 1_000, output: 100 };
}

test(
  "N79: twenty runs that hit one limit: one probe, the oldest held, then two at a time by priority, in their sessions",
  async () => {
    const plan = night([limit(5, 60)], { looks: [30], end: 76 });
    await playQuietNight(plan, atLook, async (world) => {
      const { first, again } = sittingsOf(world);
      expect(first.every(({ refused }) => refused.length === 1)).toBe(true);
      expect(again).toHaveLength(TASKS.length);
      expectProbeThenRest(world, again, { resetMs: after(60), probe: "task-01" });
      await expectNothingLost(world, again);
    });
  },
  HANGS_MS,
);

test(
  "N79: a limit that moves while it is waited for, and once more for its probe: nothing starts before, one run after each",
  async () => {
    const moved = [limit(9, 60), limit(5, 20), limit(60, 80)];
    const plan = night(moved, { looks: [15, 40, 75], end: 96 });
    await playQuietNight(plan, atLook, async (world) => {
      const { again } = sittingsOf(world);
      const [refused, ...rest] = again;
      expect(refused).toMatchObject({ key: "task-01", refused: [{ trouble: { resetsAtMs: after(80) } }] });
      expect(refused?.fromMs).toBeGreaterThanOrEqual(after(60));
      expect(rest).toHaveLength(TASKS.length);
      expectProbeThenRest(world, rest, { resetMs: after(80), probe: "task-02" });
      await expectNothingLost(world, rest);
    });
  },
  HANGS_MS,
);

/** In minutes after its start. */
function night(
  outages: readonly Outage[],
  { looks, end }: { readonly looks: readonly number[]; readonly end: number },
): NightPlan {
  return quietNight({ slots: 20, tasks: TASKS, outages, looks: looks.map(after), endMs: after(end) });
}

/** While it lasts: all wait, and each row says until when its account is limited now. */
async function atLook(world: NightWorld): Promise<void> {
  const nowMs = world.time.nowMs;
  const met = world.services.request(ACCOUNT);
  if (met?.kind !== "limit") return expect(nowMs).toBeGreaterThanOrEqual(world.plan.endMs);
  const { status } = await seePages(world);
  expect(status.dispatch.pauses).toMatchObject([{ cause: "limit", waiting: TASKS.length, starts: 0 }]);
  const until = new Date(met.resetsAtMs).toISOString();
  expect(status.tasks.map(({ group, run }) => [group, run?.held?.until, run?.attempt])).toEqual(
    TASKS.map(() => ["active", until, 1]),
  );
  expect(world.recorder.live(), new Date(nowMs).toISOString()).toEqual([]);
}

function sittingsOf({ recorder }: NightWorld) {
  const byStart = recorder.sittings.toSorted((one, other) => one.fromMs - other.fromMs);
  const first = byStart.slice(0, TASKS.length);
  expect(new Set(first.map(({ key }) => key)).size).toBe(TASKS.length);
  return { first, again: byStart.slice(TASKS.length) };
}

/** `again`: in the order in which they began. */
function expectProbeThenRest(
  world: NightWorld,
  again: readonly Sitting[],
  { resetMs, probe }: { readonly resetMs: number; readonly probe: string },
): void {
  const [one, ...rest] = again;
  expect(one?.key).toBe(probe);
  expect(one?.fromMs).toBeGreaterThanOrEqual(resetMs);
  const answeredMs = one === undefined ? 0 : answeredAt(world, one);
  expect(Math.min(...rest.map(({ fromMs }) => fromMs))).toBeGreaterThanOrEqual(answeredMs);
  for (const { fromMs } of rest) {
    const unanswered = rest.filter((other) => other.fromMs <= fromMs && answeredAt(world, other) > fromMs);
    expect(unanswered.length).toBeLessThanOrEqual(2);
  }
  const priorities = rest.map(({ key }) => world.taskOf(key).priority);
  expect(priorities).toEqual(priorities.toSorted());
}

/** When its model answered first. */
function answeredAt({ disk, booted }: NightWorld, { run, fromMs }: Sitting): number {
  const events = [...disk.events].find(([id]) => id === run)?.[1] ?? [];
  const answer = events.find(({ kind, atMs }) => kind === "tool" && atMs >= fromMs);
  expect(answer, `${run} of ${booted.self.id} was answered`).toBeDefined();
  return answer?.atMs ?? Number.POSITIVE_INFINITY;
}

async function expectNothingLost(world: NightWorld, last: readonly Sitting[]): Promise<void> {
  const { recorder, booted } = world;
  expect(recorder.wrongs).toEqual([]);
  expect(recorder.finished.size).toBe(TASKS.length);
  for (const { key, session, resumed } of last) {
    expect({ key, resumed }).toEqual({ key, resumed: true });
    expect(recorder.of(key)[0]?.session).toBe(session);
    const run = await booted.store.readOpenRun(key);
    expect(run).toMatchObject({ attempt: 1, failuresInRow: 0, outcome: { kind: "done" } });
    expect(run?.attempts.filter(({ spared }) => spared == null)).toHaveLength(1);
  }
  expect(await booted.store.readScopedPauses()).toEqual([]);
}
