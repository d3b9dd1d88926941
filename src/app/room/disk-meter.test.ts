import { expect, test } from "vitest";
import { SILENT_LOG } from "../../../test/support/app-world.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../core/values/durations.ts";
import { createDiskMeter } from "./disk-meter.ts";

const A = ".worktrees/a";
const B = ".worktrees/b";
const MB = 1e6;

function world(sizes: Record<string, number | null>) {
  let nowMs = 0;
  const asked: string[] = [];
  const meter = createDiskMeter({
    clock: { monotonicMs: () => nowMs },
    log: SILENT_LOG,
    disk: {
      folders: async () => Object.keys(sizes),
      sizeOf: async (folder) => {
        asked.push(folder);
        const bytes = sizes[folder] ?? null;
        return bytes === null ? null : bytes * MB;
      },
    },
  });
  /** A cycle each five seconds for so long; which folders were measured. */
  const cycles = async (ms: number, live: readonly string[] = []): Promise<readonly string[]> => {
    asked.length = 0;
    for (const endMs = nowMs + ms; nowMs < endMs; nowMs += 5 * SECOND_MS) {
      meter.read(new Set(live));
      await new Promise((resolve) => setImmediate(resolve));
    }
    return [...asked];
  };
  const shown = (): object => Object.fromEntries(meter.read(new Set()));
  return { meter, sizes, cycles, shown };
}

test("N62: one folder at a time is measured, and then seldom: a live worker's more often", async () => {
  const { cycles, shown } = world({ [A]: 10, [B]: 20 });
  expect(await cycles(5 * SECOND_MS)).toEqual([A]);
  expect(await cycles(5 * SECOND_MS)).toEqual([B]);
  expect(shown()).toEqual({ [A]: 10, [B]: 20 });
  expect(await cycles(5 * MINUTE_MS, [A])).toEqual([A]);
  expect(await cycles(HOUR_MS, [A])).toEqual([A, A]);
  expect(await cycles(6 * HOUR_MS)).toEqual([B, A]);
});

test("N62: the sum is known once each folder was measured, and what is gone does not count", async () => {
  const { meter, sizes, cycles } = world({ [A]: 10, [B]: 20 });
  await cycles(5 * SECOND_MS);
  expect(meter.usedBytes()).toBe(null);
  await cycles(5 * SECOND_MS);
  expect(meter.usedBytes()).toBe(30 * MB);
  delete sizes[A];
  await cycles(5 * SECOND_MS);
  expect(meter.usedBytes()).toBe(20 * MB);
});

test("N62: small changes show nothing new, and what cannot be counted is not shown", async () => {
  const { sizes, cycles, shown } = world({ [A]: 1_000, [B]: null });
  await cycles(10 * SECOND_MS, [A]);
  sizes[A] = 1_040;
  await cycles(4 * MINUTE_MS, [A]);
  expect(shown()).toEqual({ [A]: 1_000 });
  sizes[A] = 1_200;
  await cycles(31 * MINUTE_MS, [A]);
  expect(shown()).toEqual({ [A]: 1_200 });
});

test("N62: nothing begins once it was stopped", async () => {
  const { meter, cycles } = world({ [A]: 1 });
  meter.stop();
  expect(await cycles(HOUR_MS)).toEqual([]);
});
