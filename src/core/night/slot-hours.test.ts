import fc from "fast-check";
import { expect, test } from "vitest";
import { rounds } from "../../../test/support/rounds.ts";
import { SLOT_USES, type Sleep, type SlotSpan, type SlotUses } from "../records/slot-time.ts";
import { HOUR_MS, MINUTE_MS } from "../values/durations.ts";
import { slotHours, slotStretches, stretchesOf } from "./slot-hours.ts";

const sum = (uses: SlotUses) => SLOT_USES.reduce((all, use) => all + (uses[use] ?? 0), 0);
const span = (fromMs: number, toMs: number, uses: SlotUses): SlotSpan => ({
  host: "desk",
  fromMs,
  toMs,
  uses,
});
const OF_DESK = { host: "desk", slots: 2, cycleS: 15, sleeps: [] as readonly Sleep[], fromMs: 0 };

test("N88: what no span covers is asleep or without a runner", () => {
  const spans = [span(HOUR_MS, 2 * HOUR_MS, { working: HOUR_MS, limit: HOUR_MS })];
  const sleeps = [{ host: "desk", fromMs: 2 * HOUR_MS, toMs: 2.5 * HOUR_MS }];
  expect(slotHours({ ...OF_DESK, spans, sleeps, toMs: 3 * HOUR_MS })).toEqual({
    working: HOUR_MS,
    limit: HOUR_MS,
    asleep: HOUR_MS,
    not_running: 3 * HOUR_MS,
  });
});

test("N88: the newest span continues until the runner may have written again", () => {
  const spans = [span(0, HOUR_MS, { working: 2 * HOUR_MS })];
  const toMs = HOUR_MS + 5 * MINUTE_MS;
  expect(slotHours({ ...OF_DESK, spans, toMs })).toEqual({ working: 2 * toMs });
  expect(slotHours({ ...OF_DESK, spans, toMs: HOUR_MS + 7 * MINUTE_MS })).toEqual({
    working: 2 * HOUR_MS,
    not_running: 14 * MINUTE_MS,
  });
});

test("N95: with long cycles the newest span continues for longer", () => {
  const spans = [span(0, HOUR_MS, { nothing_ready: 2 * HOUR_MS })];
  const toMs = HOUR_MS + 12 * MINUTE_MS;
  expect(slotHours({ ...OF_DESK, cycleS: 240, spans, toMs })).toEqual({ nothing_ready: 2 * toMs });
  expect(slotHours({ ...OF_DESK, cycleS: 15, spans, toMs })).toMatchObject({ not_running: 24 * MINUTE_MS });
});

test("N88: spans of another host, and without any span", () => {
  const spans = [{ ...span(0, HOUR_MS, { working: HOUR_MS }), host: "build-1" }];
  expect(slotHours({ ...OF_DESK, spans, toMs: HOUR_MS })).toEqual({ not_running: 2 * HOUR_MS });
});

test("N98: a use is listed by when, as one stretch as long as nothing comes between", () => {
  const spans = [
    span(0, HOUR_MS, { working: HOUR_MS, limit: HOUR_MS }),
    span(HOUR_MS, 2 * HOUR_MS, { limit: 2 * HOUR_MS }),
    span(2 * HOUR_MS, 3 * HOUR_MS, { working: 2 * HOUR_MS }),
  ];
  const stretches = slotStretches({ ...OF_DESK, spans, toMs: 3 * HOUR_MS });
  expect(stretchesOf(stretches, "limit")).toEqual([{ fromMs: 0, toMs: 2 * HOUR_MS, ms: 3 * HOUR_MS }]);
  expect(stretchesOf(stretches, "working")).toEqual([
    { fromMs: 0, toMs: HOUR_MS, ms: HOUR_MS },
    { fromMs: 2 * HOUR_MS, toMs: 3 * HOUR_MS, ms: 2 * HOUR_MS },
  ]);
  expect(stretchesOf(stretches, "review")).toEqual([]);
});

test("N88 N98: slots times time is the sum, and each use the sum of its stretches, whatever spans and sleeps there are", () => {
  const stretches = fc.array(fc.tuple(fc.nat(200), fc.nat(200), fc.nat(4)), { maxLength: 8 });
  fc.assert(
    fc.property(stretches, stretches, fc.nat(200), fc.nat(300), (given, slept, fromMs, lastsMs) => {
      const spans = given.map(([start, lasts, working]) =>
        span(start, start + lasts, { working: working * lasts, room: (4 - working) * lasts }),
      );
      const sleeps = slept.map(([start, lasts]) => ({ host: "desk", fromMs: start, toMs: start + lasts }));
      const input = { host: "desk", slots: 4, cycleS: 15, spans, sleeps, fromMs, toMs: fromMs + lastsMs };
      const uses = slotHours(input);
      expect(sum(uses)).toBeCloseTo(4 * lastsMs, 6);
      for (const use of SLOT_USES) {
        const shown = stretchesOf(slotStretches(input), use);
        expect(shown.reduce((all, { ms }) => all + ms, 0)).toBeCloseTo(uses[use] ?? 0, 6);
      }
    }),
    { numRuns: rounds({ short: 200, full: 2_000 }) },
  );
});
