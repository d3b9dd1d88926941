import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TIMER_CLOCK, taskPath, taskText } from "../../../../test/support/app-world.ts";
import { createRunsTestWorld } from "../../../../test/support/runs-world.ts";
import { HOUR_MS } from "../../../core/values/durations.ts";
import { type AcknowledgeRequest, acknowledge, withdrawAcknowledgement } from "./acknowledge.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const BY_DAVE: AcknowledgeRequest = {
  kind: "acknowledged",
  code: null,
  untilMs: null,
  note: "seen",
  by: "dave",
};

async function setUp() {
  const texts = { [taskPath("a")]: taskText({ dependencies: "[missing]" }), [taskPath("b")]: taskText() };
  const world = createRunsTestWorld({ clock: TIMER_CLOCK, texts });
  const row = async (key = "a") => (await world.refresh()).get(key)!;
  return { world, row };
}

test("what needs a person is acknowledged: the task goes to its base group, with the mark", async () => {
  const { world, row } = await setUp();
  expect(await row()).toMatchObject({ group: "needs_attention" });
  expect(await acknowledge(world.runs, await row(), BY_DAVE)).toMatchObject({
    kind: "acknowledged",
    acknowledgements: [
      { code: "dependency_missing", by: "dave", untilMs: Date.now() + 4 * HOUR_MS, times: 1 },
    ],
  });
  expect(await row()).toMatchObject({
    group: "waiting",
    signals: [{ code: "dependency_missing", acknowledged: { by: "dave", note: "seen" } }],
  });
  const newest = await world.world.store.readTransitions({ key: "a", limit: 10 });
  expect(newest).toContainEqual(
    expect.objectContaining({ action: "acknowledge", by: "dave", note: "dependency_missing: seen" }),
  );
});

test("raised again at most twice; a snooze as often as a person chooses", async () => {
  const { world, row } = await setUp();
  for (const untilMs of [4 * HOUR_MS, 4 * HOUR_MS, null]) {
    const made = await acknowledge(world.runs, await row(), BY_DAVE);
    const expected = untilMs === null ? null : Date.now() + untilMs;
    expect(made).toMatchObject({ acknowledgements: [{ untilMs: expected }] });
    vi.advanceTimersByTime(5 * HOUR_MS);
  }
  expect(await row()).toMatchObject({ group: "waiting" });
  const untilMs = Date.now() + HOUR_MS;
  const snoozed = { ...BY_DAVE, kind: "snoozed", code: "dependency_missing", untilMs } as const;
  expect(await acknowledge(world.runs, await row(), snoozed)).toMatchObject({
    acknowledgements: [{ untilMs, times: 4 }],
  });
  vi.advanceTimersByTime(2 * HOUR_MS);
  expect(await row()).toMatchObject({ group: "needs_attention" });
});

test("nothing to acknowledge, and a signal that is not there, are said with what there is", async () => {
  const { world, row } = await setUp();
  expect(await acknowledge(world.runs, await row("b"), BY_DAVE)).toMatchObject({
    kind: "refused",
    message: expect.stringContaining("b has no open signal"),
  });
  expect(await acknowledge(world.runs, await row(), { ...BY_DAVE, code: "worker_idle" })).toMatchObject({
    kind: "refused",
    message: "a has no signal worker_idle.",
    hint: expect.stringContaining("dependency_missing"),
  });
  await acknowledge(world.runs, await row(), BY_DAVE);
  expect(await acknowledge(world.runs, await row(), BY_DAVE)).toMatchObject({ kind: "refused" });
});

test("taken back, it asks again", async () => {
  const { world, row } = await setUp();
  await acknowledge(world.runs, await row(), BY_DAVE);
  const request = { code: null, by: "mia", note: null };
  expect(await withdrawAcknowledgement(world.runs, await row(), request)).toMatchObject([
    { code: "dependency_missing" },
  ]);
  expect(await row()).toMatchObject({ group: "needs_attention" });
  expect(await withdrawAcknowledgement(world.runs, await row(), request)).toEqual([]);
});
