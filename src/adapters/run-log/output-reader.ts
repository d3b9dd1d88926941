// Reads the end of a run's output, or what follows an offset, across its two files, in whole lines. One read is bounded;
// the next one continues.

import { type BigIntStats, closeSync, fstatSync, lstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { retryInterrupted, unlessMissing } from "../file-system/file-error.ts";
import { OPEN_SAFELY } from "../file-system/opened-file.ts";
import { beginningOf, fileName, LINE_FEED, type OutputFiles, readOutputStart } from "./run-folder.ts";

/** A line without an end is still being written, or is a prompt that waits for an answer. */
const UNFINISHED_MS = 1_000;
/** The output may be rotated while it is opened. */
const OPEN_ATTEMPTS = 5;

export type OutputQuery = {
  readonly files: OutputFiles;
  readonly lines: number;
  readonly afterByte?: number;
  readonly nowMs: number;
  /** Of what is returned; a longer line comes in pieces. */
  readonly bytesMax: number;
  /** Of what comes before it: `before`. */
  readonly beforeBytesMax: number;
};

export type OutputRead = {
  /** Whole lines; the last one may lack its end if it is no longer written. */
  readonly bytes: Buffer;
  readonly before: Buffer;
  /** There is more before the first line. */
  readonly cut: boolean;
  /** The cursor for what comes after. */
  readonly endByte: number;
};

/** Null when there is no output. Throws what the file system throws. */
export function readOutput(folder: string, query: OutputQuery): OutputRead | null {
  const output = openOutput(folder, query.files);
  if (output === null) return null;
  try {
    const { afterByte } = query;
    const isAfter = afterByte !== undefined && afterByte >= 0 && afterByte <= output.endByte;
    return isAfter ? readAfter(output, afterByte, query) : readEnd(output, query);
  } finally {
    for (const { descriptor } of output.parts) closeSync(descriptor);
  }
}

/** One of the files, with its offsets in the whole output. */
type Part = { readonly descriptor: number; readonly startByte: number; readonly endByte: number };

type Output = {
  readonly parts: readonly Part[];
  readonly startByte: number;
  readonly endByte: number;
  readonly changedMs: number;
};

function openOutput(folder: string, files: OutputFiles): Output | null {
  for (let attempt = 1; ; attempt += 1) {
    const output = openParts(folder, files);
    if (output !== "rotated") return output;
    if (attempt === OPEN_ATTEMPTS) return null;
  }
}

function openParts(folder: string, files: OutputFiles): Output | null | "rotated" {
  const newest = openFile(join(folder, files.newest));
  if (newest === null) return null;
  const older = openOlder(join(folder, files.older), newest.descriptor);
  const name = fileName(newest.stats);
  const olderBytes = Number(older?.stats.size ?? 0);
  const startByte = beginningOf(name, readOutputStart(folder, files), olderBytes);
  const now = lstatSync(join(folder, files.newest), { bigint: true, throwIfNoEntry: false });
  if (now === undefined || fileName(now) !== name) {
    for (const opened of [newest, older]) if (opened !== null) closeSync(opened.descriptor);
    return "rotated";
  }
  const endByte = startByte + Number(newest.stats.size);
  const parts: Part[] = [{ descriptor: newest.descriptor, startByte, endByte }];
  if (older !== null) {
    parts.unshift({ descriptor: older.descriptor, startByte: startByte - olderBytes, endByte: startByte });
  }
  return {
    parts,
    startByte: Math.max(0, startByte - olderBytes),
    endByte,
    changedMs: Number(newest.stats.mtimeMs),
  };
}

function openOlder(path: string, newest: number): ReturnType<typeof openFile> {
  try {
    return openFile(path);
  } catch (error) {
    closeSync(newest);
    throw error;
  }
}

/** Null when there is no such file. */
function openFile(path: string): { readonly descriptor: number; readonly stats: BigIntStats } | null {
  const open = () => retryInterrupted(() => openSync(path, OPEN_SAFELY));
  const descriptor = unlessMissing(open, null, ["ENOENT", "ELOOP"]);
  if (descriptor === null) return null;
  const stats = fstatSync(descriptor, { bigint: true });
  if (stats.isFile()) return { descriptor, stats };
  closeSync(descriptor);
  return null;
}

function readEnd(output: Output, query: OutputQuery): OutputRead {
  const fromByte = Math.max(output.startByte, output.endByte - query.bytesMax);
  const bytes = readBytes(output, fromByte, output.endByte);
  const shownBytes = finishedLength(bytes, isAbandoned(output, query), query);
  // Half a line at the beginning is skipped, unless there is nothing else.
  const whole = fromByte === output.startByte ? 0 : bytes.indexOf(LINE_FEED) + 1;
  const at = Math.max(
    whole < shownBytes ? whole : 0,
    lastLinesAt(bytes.subarray(0, shownBytes), query.lines),
  );
  const startByte = fromByte + at;
  return {
    bytes: bytes.subarray(at, shownBytes),
    before: readBefore(output, startByte, query),
    cut: startByte > 0,
    endByte: fromByte + shownBytes,
  };
}

function readAfter(output: Output, afterByte: number, query: OutputQuery): OutputRead {
  const fromByte = Math.max(output.startByte, afterByte);
  const toByte = Math.min(output.endByte, fromByte + query.bytesMax);
  const bytes = readBytes(output, fromByte, toByte);
  const isComplete = toByte === output.endByte && isAbandoned(output, query);
  const shownBytes = finishedLength(bytes, isComplete, query);
  return {
    bytes: bytes.subarray(0, shownBytes),
    before: readBefore(output, fromByte, query),
    cut: fromByte > afterByte,
    endByte: fromByte + shownBytes,
  };
}

/** Up to the last line feed, unless the rest is no longer being written, or one line fills the whole read. */
function finishedLength(bytes: Buffer, isComplete: boolean, { bytesMax }: OutputQuery): number {
  const finished = bytes.lastIndexOf(LINE_FEED) + 1;
  const isEndless = finished === 0 && bytes.length === bytesMax;
  return isComplete || isEndless ? bytes.length : finished;
}

function isAbandoned({ changedMs }: Output, { nowMs }: OutputQuery): boolean {
  return Math.abs(nowMs - changedMs) >= UNFINISHED_MS;
}

/** Where the last `lines` lines begin. */
function lastLinesAt(bytes: Buffer, lines: number): number {
  let at = bytes.at(-1) === LINE_FEED ? bytes.length - 1 : bytes.length;
  for (let found = 0; found < lines; found += 1) {
    if (at <= 0) return 0;
    at = bytes.lastIndexOf(LINE_FEED, at - 1);
    if (at < 0) return 0;
  }
  return Math.min(at + 1, bytes.length);
}

function readBefore(output: Output, startByte: number, { beforeBytesMax }: OutputQuery): Buffer {
  return readBytes(output, Math.max(output.startByte, startByte - beforeBytesMax), startByte);
}

/** The bytes between two offsets; fewer if a file was truncated meanwhile. */
function readBytes({ parts }: Output, fromByte: number, toByte: number): Buffer {
  const pieces = parts.map(({ descriptor, startByte, endByte }) => {
    const from = Math.max(fromByte, startByte);
    const buffer = Buffer.alloc(Math.max(0, Math.min(toByte, endByte) - from));
    const read = buffer.length === 0 ? 0 : readSync(descriptor, buffer, 0, buffer.length, from - startByte);
    return buffer.subarray(0, read);
  });
  return Buffer.concat(pieces);
}
