import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CycleCause } from "../../core/contract/cycle.ts";
import { CauseQueue } from "./cause-queue.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Times in ms at which cycles begin, with their causes, while `happen` plays and for two seconds after. */
async function cyclesDuring(happen: (queue: CauseQueue) => Promise<void>): Promise<[number, CycleCause[]][]> {
  const queue = new CauseQueue(() => performance.now());
  const startMs = performance.now();
  const cycles: [number, CycleCause[]][] = [];
  let open = true;
  const reader = (async () => {
    while (open) {
      const causes = await queue.next();
      if (causes.size > 0) cycles.push([Math.round(performance.now() - startMs), [...causes]]);
    }
  })();
  await happen(queue);
  await vi.advanceTimersByTimeAsync(2_000);
  open = false;
  queue.clear();
  await reader;
  return cycles;
}

async function hints(
  queue: CauseQueue,
  { count, everyMs }: { count: number; everyMs: number },
): Promise<void> {
  for (let hint = 0; hint < count; hint += 1) {
    queue.hint();
    await vi.advanceTimersByTimeAsync(everyMs);
  }
}

test("P3: one save is one cycle, 4 ms after its last event", async () => {
  expect(await cyclesDuring((queue) => hints(queue, { count: 3, everyMs: 1 }))).toEqual([
    [6, ["file_change"]],
  ]);
});

test("changes that follow each other are taken together", async () => {
  const cycles = await cyclesDuring((queue) => hints(queue, { count: 4, everyMs: 8 }));
  expect(cycles.map(([ms]) => ms)).toEqual([4, 34]);
});

test("R12: 10,000 changes within a second are one or two cycles, the last one after the end", async () => {
  const cycles = await cyclesDuring(async (queue) => {
    for (let ms = 0; ms < 1_000; ms += 1) {
      for (let change = 0; change < 10; change += 1) queue.hint();
      // A branch switch pauses now and then, for longer than one save would.
      await vi.advanceTimersByTimeAsync(ms % 250 === 249 ? 30 : 1);
    }
  });
  expect(cycles.length).toBeLessThanOrEqual(2);
  expect(cycles.at(-1)?.[0]).toBeGreaterThanOrEqual(1_000);
});

test("a stream of changes that never pauses is looked at once a second", async () => {
  const cycles = await cyclesDuring((queue) => hints(queue, { count: 1_000, everyMs: 5 }));
  expect(cycles.length).toBeGreaterThanOrEqual(5);
  expect(cycles.length).toBeLessThanOrEqual(6);
});

test("causes that arrive while a cycle runs are merged into one next cycle", async () => {
  const queue = new CauseQueue(() => performance.now());
  queue.add("refresh");
  queue.add("scan_timer");
  queue.add("refresh");
  expect([...(await queue.next())]).toEqual(["refresh", "scan_timer"]);
});

test("hints that a listing has answered cause no cycle of their own", async () => {
  const cycles = await cyclesDuring(async (queue) => {
    queue.hint();
    queue.dropHints();
    queue.add("refresh");
  });
  expect(cycles).toEqual([[0, ["refresh"]]]);
});
