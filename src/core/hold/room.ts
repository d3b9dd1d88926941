// Room for workers on this machine: disk space, inodes and memory. Nothing starts while there is less than the settings ask
// for; starts go on when there is a tenth more, so that a machine at the edge does not start and stop in turns.
//
// What is shown moves only with a real change: an idle repository would otherwise publish a snapshot for each megabyte.

import type { Dispatch, DispatchHold } from "../contract/run-view.ts";
import { fileSize } from "../text/file-size.ts";
import { isoTime } from "../text/iso-time.ts";

/** Null: the system does not say. */
export type MeasuredRoom = {
  /** Where the worktrees are. */
  readonly diskBytes: number | null;
  readonly inodesPercent: number | null;
  /** That programs could get without swapping. */
  readonly memoryBytes: number | null;
  /** Of all worktrees and run files; measured seldom. */
  readonly usedBytes: number | null;
};

export type Room = NonNullable<Dispatch["room"]>;

/** Zero asks for nothing. */
export type RoomLimits = {
  readonly min_free_gb: number;
  readonly min_free_inodes_percent: number;
  readonly min_free_memory_gb: number;
};

type Kind = Room["lacking"][number];
type FreeKey = "free_gb" | "free_inodes_percent" | "free_memory_gb";

const KINDS: readonly {
  readonly kind: Kind;
  readonly free: FreeKey;
  readonly limit: keyof RoomLimits;
  readonly words: (free: string, limit: string) => string;
}[] = [
  {
    kind: "disk",
    free: "free_gb",
    limit: "min_free_gb",
    words: (free, limit) => `${free} GB free, ${limit} GB needed`,
  },
  {
    kind: "inodes",
    free: "free_inodes_percent",
    limit: "min_free_inodes_percent",
    words: (free, limit) => `${free} % of inodes free, ${limit} % needed`,
  },
  {
    kind: "memory",
    free: "free_memory_gb",
    limit: "min_free_memory_gb",
    words: (free, limit) => `${free} GB of memory available, ${limit} GB needed`,
  },
];

/** What is shown now, the room before itself where nothing changed that matters. */
export function judgeRoom(
  before: Room | null,
  measured: MeasuredRoom,
  limits: RoomLimits,
  nowMs: number,
): Room {
  const exact = {
    free_gb: inGb(measured.diskBytes),
    free_inodes_percent: measured.inodesPercent,
    free_memory_gb: inGb(measured.memoryBytes),
  };
  const lacking = KINDS.filter(({ kind, free, limit }) =>
    isLacking(exact[free], limits[limit], before?.lacking.includes(kind) ?? false),
  ).map(({ kind }) => kind);
  const now: Room = {
    free_gb: rounded(exact.free_gb),
    free_inodes_percent: rounded(exact.free_inodes_percent),
    free_memory_gb: rounded(exact.free_memory_gb),
    disk_used_mb:
      measured.usedBytes === null ? (before?.disk_used_mb ?? null) : megabytes(measured.usedBytes),
    lacking,
    at: isoTime(nowMs),
  };
  return before !== null && looksSame(before, now, limits) ? before : now;
}

/** Starts that wait for room go on with a tenth more than is needed. */
const RESUMES_AT = 1.1;

function isLacking(free: number | null, limit: number, wasLacking: boolean): boolean {
  if (free === null || limit === 0) return false;
  return free < (wasLacking ? limit * RESUMES_AT : limit);
}

export function roomHold(room: Room | null, limits: RoomLimits): DispatchHold | null {
  const lacks = KINDS.filter(({ kind }) => room?.lacking.includes(kind) ?? false);
  if (room === null || lacks.length === 0) return null;
  const reasons = lacks.map(({ free, limit, words }) => {
    const wanted = (room[free] ?? 0) < limits[limit] ? limits[limit] : limits[limit] * RESUMES_AT;
    return words(String(room[free] ?? 0), String(roundedUp(wanted)));
  });
  return {
    code: "room",
    sentence: `holds: ${reasons.join("; ")}`,
    applies: "all",
    worker: null,
    until: null,
  };
}

/** How much more disk space starts need to go on. */
export function missingBytes({ free_gb: free }: Room, { min_free_gb: limit }: RoomLimits): number {
  return Math.max(0, limit * RESUMES_AT - (free ?? 0)) * BYTES_PER_GB;
}

/** "41 GB free, 12 GB of memory available; worktrees and run files use 3.1 GB"; null for nothing known. */
export function roomWords({
  free_gb: disk,
  free_memory_gb: memory,
  disk_used_mb: used,
}: Room): string | null {
  const free = [
    ...(disk === null ? [] : [`${disk} GB free`]),
    ...(memory === null ? [] : [`${memory} GB of memory available`]),
  ];
  const uses = used === null ? [] : [`worktrees and run files use ${fileSize(used * BYTES_PER_MB)}`];
  const words = [...(free.length === 0 ? [] : [free.join(", ")]), ...uses];
  return words.length === 0 ? null : words.join("; ");
}

/** A change by less than this part of what was shown is not shown; far above the limit only halving and doubling are. */
const NEAR = 1.15;
const WHILE_LACKING = 1.05;
const FAR = 2;
/** Times the limit. */
const FAR_FROM = 4;

function looksSame(before: Room, now: Room, limits: RoomLimits): boolean {
  return (
    before.lacking.join() === now.lacking.join() &&
    isNear(before.disk_used_mb, now.disk_used_mb, NEAR) &&
    KINDS.every(({ kind, free, limit }) => {
      const far = limits[limit] * FAR_FROM;
      const isFar = (before[free] ?? 0) > far && (now[free] ?? 0) > far;
      const factor = now.lacking.includes(kind) ? WHILE_LACKING : isFar ? FAR : NEAR;
      return isNear(before[free], now[free], factor);
    })
  );
}

function isNear(before: number | null, now: number | null, factor: number): boolean {
  if (before === null || now === null) return before === now;
  return now === before || (now < before * factor && before < now * factor);
}

const BYTES_PER_GB = 1e9;
export const BYTES_PER_MB = 1e6;

const inGb = (bytes: number | null): number | null => (bytes === null ? null : bytes / BYTES_PER_GB);

export const megabytes = (bytes: number): number => Math.round(bytes / BYTES_PER_MB);

/** Down: what is shown as free is free. Ten and more without decimals. */
function rounded(value: number | null): number | null {
  if (value === null) return null;
  return value >= 10 ? Math.floor(value) : Math.floor(value * 10) / 10;
}

const roundedUp = (value: number): number => Math.ceil(Number((value * 10).toFixed(6))) / 10;
