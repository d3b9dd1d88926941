import { expect, test } from "vitest";
import { SILENT_LOG } from "../../../test/support/app-world.ts";
import { MINUTE_MS, SECOND_MS } from "../../core/values/durations.ts";
import { createRoomMeter } from "./room-meter.ts";

function meter(answers: () => Promise<number>) {
  let nowMs = 0;
  let measured = 0;
  const { read } = createRoomMeter({
    clock: { monotonicMs: () => nowMs },
    log: SILENT_LOG,
    measure: async () => {
      measured += 1;
      return { diskBytes: await answers(), inodesPercent: null, memoryBytes: null, usedBytes: null };
    },
  });
  const after = async (ms: number, isBusy: boolean) => {
    nowMs += ms;
    const found = (await read({ isBusy }))?.diskBytes ?? null;
    await Promise.resolve();
    return found;
  };
  return { after, times: () => measured };
}

test("N52: room is measured every 15 s while something waits or runs, else once a minute", async () => {
  const { after, times } = meter(async () => 1);
  expect(await after(0, false)).toBe(1);
  await after(59 * SECOND_MS, false);
  expect(times()).toBe(1);
  await after(SECOND_MS, false);
  expect(times()).toBe(2);
  await after(14 * SECOND_MS, true);
  expect(times()).toBe(2);
  await after(SECOND_MS, true);
  expect(times()).toBe(3);
});

test("N52: a cycle waits for no measurement but the first", async () => {
  const answers = [Promise.resolve(1), Promise.withResolvers<number>().promise];
  const { after, times } = meter(() => answers.shift() ?? Promise.resolve(3));
  expect(await after(0, true)).toBe(1);
  expect(await after(MINUTE_MS, true)).toBe(1);
  expect(await after(MINUTE_MS, true)).toBe(1);
  expect(times()).toBe(2);
});

test("N52: a measurement that fails leaves the one before", async () => {
  const answers = [Promise.resolve(1), Promise.reject(new Error("gone")), Promise.resolve(2)];
  const { after } = meter(() => answers.shift() ?? Promise.resolve(3));
  expect(await after(0, true)).toBe(1);
  await after(MINUTE_MS, true);
  expect(await after(SECOND_MS, true)).toBe(1);
});
