// How much disk space each worktree uses, measured seldom and beside the cycles, one folder at a time: a live worker's after
// its first minutes and then every half hour, the others' a few times a day.

import { megabytes } from "../../core/hold/room.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../core/values/durations.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { DiskUse } from "../../ports/system/disk-use.ts";
import type { Log } from "../../ports/system/log.ts";

export type DiskMeter = {
  /** Megabytes by worktree, as far as they are known. Begins to measure what is due. `live`: worktrees of live runs. */
  read(live: ReadonlySet<string>): ReadonlyMap<string, number>;
  /** Of all of them and the run files, in bytes; null for nothing, and until each was measured once. */
  usedBytes(): number | null;
  /** Safe to call twice. */
  stop(): void;
};

type Measured = { readonly bytes: number | null; readonly atMs: number; readonly times: number };

/** Between two folders, so that reading them never takes more than a small part of the disk's time. */
const PAUSE_MS = 5 * SECOND_MS;
/** Packages are installed by then. */
const SECOND_TIME_MS = 3 * MINUTE_MS;
const LIVE_EVERY_MS = 30 * MINUTE_MS;
const EVERY_MS = 6 * HOUR_MS;
/** A change by less than this part shows nothing new. */
const SAME_WITHIN = 0.05;

export type DiskMeterContext = {
  readonly disk: DiskUse;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly log: Log;
};

export function createDiskMeter({ disk, clock, log }: DiskMeterContext): DiskMeter {
  const measured = new Map<string, Measured>();
  const shown = new Map<string, number>();
  const stopping = new AbortController();
  let listed: readonly string[] = [];
  let running = false;
  let endedMs = Number.NEGATIVE_INFINITY;

  async function measureNext(live: ReadonlySet<string>): Promise<void> {
    listed = await disk.folders();
    for (const folder of measured.keys()) if (!listed.includes(folder)) forget(folder);
    const due = listed.find((folder) => isDue(measured.get(folder), live.has(folder), clock.monotonicMs()));
    if (due === undefined) return;
    const bytes = await disk.sizeOf(due, stopping.signal);
    if (stopping.signal.aborted) return;
    measured.set(due, { bytes, atMs: clock.monotonicMs(), times: (measured.get(due)?.times ?? 0) + 1 });
    if (bytes !== null && !isSame(shown.get(due), megabytes(bytes))) shown.set(due, megabytes(bytes));
  }

  function forget(folder: string): void {
    measured.delete(folder);
    shown.delete(folder);
  }

  return {
    read(live) {
      if (running || stopping.signal.aborted || clock.monotonicMs() - endedMs < PAUSE_MS) return shown;
      running = true;
      void measureNext(live)
        .catch((error: unknown) => log.warn({ error }, "the disk use could not be measured"))
        .finally(() => {
          running = false;
          endedMs = clock.monotonicMs();
        });
      return shown;
    },
    usedBytes() {
      if (listed.length === 0 || !listed.every((folder) => measured.has(folder))) return null;
      const used = [...measured.values()].reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
      return megabytes(used) === 0 ? null : used;
    },
    stop: () => stopping.abort(),
  };
}

function isDue(before: Measured | undefined, isLive: boolean, nowMs: number): boolean {
  if (before === undefined) return true;
  const everyMs = isLive ? (before.times === 1 ? SECOND_TIME_MS : LIVE_EVERY_MS) : EVERY_MS;
  return nowMs - before.atMs >= everyMs;
}

function isSame(before: number | undefined, now: number): boolean {
  return before !== undefined && Math.abs(now - before) <= before * SAME_WITHIN;
}
