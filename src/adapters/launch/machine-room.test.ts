import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createMachineRoom } from "./machine-room.ts";

test("N50: disk space and inodes are those of the file system, memory what the system says is available", async () => {
  const root = await mkdtemp(join(tmpdir(), "room-"));
  const meminfo = join(root, "meminfo");
  await writeFile(
    meminfo,
    "MemTotal:       24000000 kB\nMemFree:          100000 kB\nMemAvailable:    2000000 kB\n",
  );
  const measured = await createMachineRoom({ root, meminfo }).measure();
  expect(measured.memoryBytes).toBe(2_000_000 * 1024);
  expect(measured.diskBytes).toBeGreaterThan(0);
  if (measured.inodesPercent !== null) expect(measured.inodesPercent).toBeLessThanOrEqual(100);
});

test("N50: what the system does not say is unknown, not zero", async () => {
  const gone = join(tmpdir(), "no such folder", "at all");
  const measured = await createMachineRoom({ root: gone, meminfo: join(gone, "meminfo") }).measure();
  expect(measured).toEqual({ diskBytes: null, inodesPercent: null, memoryBytes: null, usedBytes: null });
});
