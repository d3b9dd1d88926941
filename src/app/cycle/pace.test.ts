import { expect, test } from "vitest";
import { createMemoryClock } from "../../../test/memory/memory-clock.ts";
import { createPace } from "./pace.ts";

const READING = { phase: "reading", done: 1, total: 2 } as const;

test("R27: work gives way after 20 ms, and what waited for the event loop has its turn", async () => {
  const clock = createMemoryClock();
  const pace = createPace({ clock });
  clock.advance(19);
  expect(pace.isDue()).toBe(false);
  clock.advance(1);
  expect(pace.isDue()).toBe(true);
  let hadItsTurn = false;
  setImmediate(() => {
    hadItsTurn = true;
  });
  await pace.giveWay(READING);
  expect(hadItsTurn).toBe(true);
  expect(pace.isDue()).toBe(false);
});

test("R27: progress is reported four times a second, and of short work not at all", async () => {
  const clock = createMemoryClock();
  const reported: number[] = [];
  const pace = createPace({ clock, onProgress: ({ done }) => reported.push(done) });
  for (let done = 1; done <= 10; done += 1) {
    clock.advance(100);
    pace.note({ ...READING, done });
  }
  expect(reported).toEqual([3, 6, 9]);
});

test("a stop ends the work where it gives way", async () => {
  const stopping = new AbortController();
  const pace = createPace({ clock: createMemoryClock(), signal: stopping.signal });
  await pace.giveWay(READING);
  stopping.abort();
  await expect(pace.giveWay(READING)).rejects.toThrow("aborted");
});
