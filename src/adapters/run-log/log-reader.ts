// Reads the end of a run's log, or what follows an offset, across its two files. One read is bounded; the next one
// continues.

import { type BigIntStats, closeSync, fstatSync, lstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { plainOutput, visibleOutput } from "../../core/text/plain-output.ts";
import { redactSecrets } from "../../core/text/redact-secrets.ts";
import type { LogTail } from "../../ports/runs/run-files.ts";
import { retryInterrupted, unlessMissing } from "../file-system/file-error.ts";
import { OPEN_SAFELY } from "../file-system/opened-file.ts";
import { beginningOf, fileName, LINE_FEED, LOG_FILE, OLDER_LOG_FILE, readLogStart } from "./run-folder.ts";

/** Shown by one read: about 3,000 lines, prepared in a few milliseconds. */
const READ_BYTES_MAX = 256 * 1024;
/** Read before what is shown: longer than any private key. */
const BEFORE_BYTES_MAX = 16 * 1024;
/** A line without an end is still being written, or is a prompt that waits for an answer. */
const UNFINISHED_MS = 1_000;
/** The log may be rotated while it is opened. */
const OPEN_ATTEMPTS = 5;

export type LogQuery = { readonly lines: number; readonly afterByte?: number; readonly nowMs: number };

/** Null when there is no log. Throws what the file system throws. */
export function readLogTail(folder: string, query: LogQuery): LogTail | null {
  const log = openLog(folder);
  if (log === null) return null;
  try {
    const { afterByte } = query;
    const isAfter = afterByte !== undefined && afterByte >= 0 && afterByte <= log.endByte;
    return isAfter ? readAfter(log, afterByte, query) : readEnd(log, query);
  } finally {
    for (const { descriptor } of log.parts) closeSync(descriptor);
  }
}

/** A file of the log, with its offsets in the whole output. */
type Part = { readonly descriptor: number; readonly startByte: number; readonly endByte: number };

type Log = {
  readonly parts: readonly Part[];
  readonly startByte: number;
  readonly endByte: number;
  readonly changedMs: number;
};

function openLog(folder: string): Log | null {
  for (let attempt = 1; ; attempt += 1) {
    const log = openParts(folder);
    if (log !== "rotated") return log;
    if (attempt === OPEN_ATTEMPTS) return null;
  }
}

function openParts(folder: string): Log | null | "rotated" {
  const newest = openFile(join(folder, LOG_FILE));
  if (newest === null) return null;
  const older = openOlder(folder, newest.descriptor);
  const name = fileName(newest.stats);
  const olderBytes = Number(older?.stats.size ?? 0);
  const startByte = beginningOf(name, readLogStart(folder), olderBytes);
  const now = lstatSync(join(folder, LOG_FILE), { bigint: true, throwIfNoEntry: false });
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

function openOlder(folder: string, newest: number): ReturnType<typeof openFile> {
  try {
    return openFile(join(folder, OLDER_LOG_FILE));
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

function readEnd(log: Log, query: LogQuery): LogTail {
  const fromByte = Math.max(log.startByte, log.endByte - READ_BYTES_MAX);
  const bytes = readBytes(log, fromByte, log.endByte);
  const shownBytes = finishedLength(bytes, isAbandoned(log, query));
  // Half a line at the beginning is skipped, unless there is nothing else.
  const whole = fromByte === log.startByte ? 0 : bytes.indexOf(LINE_FEED) + 1;
  const at = Math.max(
    whole < shownBytes ? whole : 0,
    lastLinesAt(bytes.subarray(0, shownBytes), query.lines),
  );
  const startByte = fromByte + at;
  return {
    lines: linesOf(log, startByte, bytes.subarray(at, shownBytes)),
    cut: startByte > 0,
    endByte: fromByte + shownBytes,
  };
}

function readAfter(log: Log, afterByte: number, query: LogQuery): LogTail {
  const fromByte = Math.max(log.startByte, afterByte);
  const toByte = Math.min(log.endByte, fromByte + READ_BYTES_MAX);
  const bytes = readBytes(log, fromByte, toByte);
  const shownBytes = finishedLength(bytes, toByte === log.endByte && isAbandoned(log, query));
  return {
    lines: linesOf(log, fromByte, bytes.subarray(0, shownBytes)),
    cut: fromByte > afterByte,
    endByte: fromByte + shownBytes,
  };
}

/** Up to the last line feed, unless the rest is no longer being written, or one line fills the whole read. */
function finishedLength(bytes: Buffer, isComplete: boolean): number {
  const finished = bytes.lastIndexOf(LINE_FEED) + 1;
  const isEndless = finished === 0 && bytes.length === READ_BYTES_MAX;
  return isComplete || isEndless ? bytes.length : finished;
}

function isAbandoned({ changedMs }: Log, { nowMs }: LogQuery): boolean {
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

function linesOf(log: Log, startByte: number, bytes: Buffer): readonly string[] {
  if (bytes.length === 0) return [];
  const before = readBytes(log, Math.max(log.startByte, startByte - BEFORE_BYTES_MAX), startByte);
  const shown = bytes.at(-1) === LINE_FEED ? bytes.subarray(0, -1) : bytes;
  return outputLines(before.toString("utf8"), shown.toString("utf8"));
}

/** The bytes between two offsets; fewer if a file was truncated meanwhile. */
function readBytes({ parts }: Log, fromByte: number, toByte: number): Buffer {
  const pieces = parts.map(({ descriptor, startByte, endByte }) => {
    const from = Math.max(fromByte, startByte);
    const buffer = Buffer.alloc(Math.max(0, Math.min(toByte, endByte) - from));
    const read = buffer.length === 0 ? 0 : readSync(descriptor, buffer, 0, buffer.length, from - startByte);
    return buffer.subarray(0, read);
  });
  return Buffer.concat(pieces);
}

/** Longer lines are mostly files printed by mistake. */
const LINE_LENGTH_MAX = 2_000;
const REDACTED = "[redacted]";

/**
 * A piece of a worker's raw output as lines for people: terminal commands and secrets are removed, other control and
 * invisible characters are made visible, and long lines are cut. `before`: some of the text before `text`, not shown,
 * since a secret may begin there. Without the line feed at the end of `text`.
 */
function outputLines(before: string, text: string): readonly string[] {
  const [started, ...whole] = writtenLines(before).map(plainOutput).reverse();
  const lead = [...whole.reverse(), ""].join("\n");
  const written = writtenLines(text);
  const plain = written.map(plainOutput);
  const [first = "", ...others] = plain;
  // If the piece continues a line, the whole line is redacted, and its new part shown.
  const lines = hidden(lead, [`${started ?? ""}${first}`, ...others]);
  const shown = started ? [continuation(started, lines[0] ?? ""), ...lines.slice(1)] : lines;
  // A line without secrets is shown with its control characters visible.
  return shown.map((line, at) => cut(line === plain[at] ? visibleOutput(written[at] ?? "") : line));
}

/** Secrets may span several lines, or be named on the line before. */
function hidden(lead: string, lines: readonly string[]): readonly string[] {
  const text = lines.join("\n");
  if (isInsideKey(lead)) return redactSecrets(`${KEY_BEGIN}\n${text}`).split("\n");
  const lastLine = lead.slice(0, -1).split("\n").at(-1) ?? "";
  // No rule removes a line end, except the one for keys, which was handled above.
  return redactSecrets(`${lastLine}\n${text}`).split("\n").slice(1);
}

const KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
const KEY_EDGE = /-----(BEGIN|END) [A-Z ]{0,40}PRIVATE KEY-----/g;

function isInsideKey(text: string): boolean {
  return [...text.matchAll(KEY_EDGE)].at(-1)?.[1] === "BEGIN";
}

function continuation(started: string, whole: string): string {
  const shown = redactSecrets(started);
  return whole.startsWith(shown) ? whole.slice(shown.length) : REDACTED;
}

function writtenLines(text: string): string[] {
  return text.split("\n").map(lastWriting);
}

/** A progress bar returns to the start of its line and overwrites it: only the last version counts. */
function lastWriting(line: string): string {
  const written = line.replace(/\r+$/, "");
  return written.slice(written.lastIndexOf("\r") + 1);
}

function cut(line: string): string {
  return line.length > LINE_LENGTH_MAX ? `${line.slice(0, LINE_LENGTH_MAX - 1)}…` : line;
}
