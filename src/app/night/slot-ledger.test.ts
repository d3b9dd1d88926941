import { expect, test } from "vitest";
import { minutesAgo, sampleRow } from "../../../test/support/sample-snapshot.ts";
import type { Dispatch } from "../../core/contract/run-view.ts";
import { dispatchSchema } from "../../core/contract/run-view.ts";
import type { TaskRow } from "../../core/contract/snapshot.ts";
import type { SlotSpan } from "../../core/records/slot-time.ts";
import { MINUTE_MS, SECOND_MS } from "../../core/values/durations.ts";
import { SlotLedger } from "./slot-ledger.ts";

const T0_MS = 1_790_000_000_000;

function desk(given: Partial<Dispatch> = {}): Dispatch {
  const basis = { automatic: true, pause: null, host: "desk", configured: true, live: 0 };
  return { ...dispatchSchema.parse({ ...basis, per_host: 2, per_owner: 2, barred: {} }), ...given };
}

const NO_ROWS: ReadonlyMap<string, TaskRow> = new Map();

function ledger(interval_s = 15) {
  const clock = { wall: T0_MS, mono: 0 };
  const written: SlotSpan[] = [];
  const slots = new SlotLedger({
    clock: { wallMs: () => clock.wall, monotonicMs: () => clock.mono },
    holder: { host: "desk" },
    config: { cycle: { interval_s } },
    store: { writeSlotSpan: async (span) => void written.push(span) },
  });
  const pass = (ms: number) => {
    clock.wall += ms;
    clock.mono += ms;
  };
  /** A cycle each 15 s, for so many minutes. */
  const cycles = async (minutes: number, dispatch: Dispatch, rows = NO_ROWS) => {
    for (let at = 0; at < minutes * 4; at += 1) {
      pass(15 * SECOND_MS);
      await slots.note({ rows, dispatch });
    }
  };
  /** The newest of each start, as the store keeps them. */
  const kept = () => [...new Map(written.map((span) => [span.fromMs, span])).values()];
  return { slots, clock, written, pass, cycles, kept };
}

test("N89: while nothing works it is written once in five minutes, and at the end", async () => {
  const { slots, cycles, written, kept } = ledger();
  const idle = desk();
  await slots.note({ rows: NO_ROWS, dispatch: idle });
  await cycles(12, idle);
  expect(written.length).toBeLessThanOrEqual(4);
  await slots.stop();
  expect(kept()).toEqual([
    { host: "desk", fromMs: T0_MS, toMs: T0_MS + 12 * MINUTE_MS, uses: { nothing_ready: 24 * MINUTE_MS } },
  ]);
});

test("N89: at most once a minute, however often the slots change", async () => {
  const { slots, cycles, written, kept } = ledger();
  await slots.note({ rows: NO_ROWS, dispatch: desk() });
  for (let minute = 0; minute < 5; minute += 1) {
    await cycles(0.5, desk({ live: 1 }));
    await cycles(0.5, desk({ live: 2 }));
  }
  await slots.stop();
  expect(written.length).toBeLessThanOrEqual(6);
  const all = kept().reduce((ms, { fromMs, toMs }) => ms + toMs - fromMs, 0);
  expect(all).toBe(5 * MINUTE_MS);
});

test("N88: time asleep is left out, the rest of that stretch is not", async () => {
  const { slots, cycles, clock, kept } = ledger();
  const busy = desk({ live: 2 });
  await slots.note({ rows: NO_ROWS, dispatch: busy });
  await cycles(2, busy);
  clock.wall += 60 * MINUTE_MS;
  await cycles(2, busy);
  await slots.stop();
  const spans = kept().map(({ fromMs, toMs }) => [fromMs - T0_MS, toMs - T0_MS]);
  const [wokeMs, endMs] = [62 * MINUTE_MS + 15 * SECOND_MS, 64 * MINUTE_MS];
  expect(spans.at(0)?.[0]).toBe(0);
  expect(spans.at(-1)?.[1]).toBe(endMs);
  expect(spans.some(([fromMs]) => fromMs === wokeMs)).toBe(true);
  expect(kept().reduce((ms, { fromMs, toMs }) => ms + toMs - fromMs, 0)).toBe(4 * MINUTE_MS);
});

test.each([
  { interval_s: 15, apartMs: 3 * MINUTE_MS, isCovered: false },
  { interval_s: 240, apartMs: 4 * MINUTE_MS, isCovered: true },
  { interval_s: 240, apartMs: 12 * MINUTE_MS, isCovered: false },
])("N95: with a cycle each $interval_s s, $apartMs ms without one: $isCovered", async (given) => {
  const { slots, cycles, pass, kept } = ledger(given.interval_s);
  const busy = desk({ live: 2 });
  await slots.note({ rows: NO_ROWS, dispatch: busy });
  pass(given.apartMs);
  await cycles(1, busy);
  await slots.stop();
  const covered = kept().reduce((ms, { fromMs, toMs }) => ms + toMs - fromMs, 0);
  const afterMs = MINUTE_MS - 15 * SECOND_MS;
  expect(covered).toBe(given.isCovered ? given.apartMs + MINUTE_MS : afterMs);
});

test("N95: of two looks in one millisecond the newer one holds", async () => {
  const { slots, cycles, kept } = ledger();
  await slots.note({ rows: NO_ROWS, dispatch: desk() });
  await cycles(1, desk());
  await slots.note({ rows: NO_ROWS, dispatch: desk({ live: 1 }) });
  await cycles(1, desk({ live: 1 }));
  await slots.stop();
  expect(kept().reduce((ms, { uses }) => ms + (uses.working ?? 0), 0)).toBe(MINUTE_MS);
});

test("N88: a clock that is set back accounts for no time twice", async () => {
  const { slots, cycles, clock, kept } = ledger();
  const busy = desk({ live: 2 });
  await slots.note({ rows: NO_ROWS, dispatch: busy });
  await cycles(5, busy);
  clock.wall -= 3 * MINUTE_MS;
  await cycles(5, busy);
  await slots.stop();
  const spans = kept().sort((a, b) => a.fromMs - b.fromMs);
  for (const [at, { fromMs }] of spans.entries())
    if (at > 0) expect(fromMs).toBeGreaterThanOrEqual(spans[at - 1]?.toMs ?? 0);
});

test("N89: a free slot is idle for the reason of the task that would have it", async () => {
  const { slots, cycles, kept } = ledger();
  const paused = desk({ pause: { by: "rj", at: minutesAgo(1), note: null } });
  const rows = new Map([["a", sampleRow({ key: "a", group: "ready", base_group: "ready" })]]);
  await slots.note({ rows, dispatch: paused });
  await cycles(1, paused, rows);
  await slots.stop();
  expect(kept()[0]?.uses).toEqual({ paused: MINUTE_MS, nothing_ready: MINUTE_MS });
});
