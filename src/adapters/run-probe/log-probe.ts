// Probes the output of a run: whether its log grew since the last probe, and whether that was new output. One stat per
// probe; only what was appended is read, and of a lot only the end.

import { closeSync, fstatSync, openSync, type Stats } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { RunObservation } from "../../core/run/observation.ts";
import { NO_OUTPUT, type OutputMemory, readOutput } from "../../core/worker/output-novelty.ts";
import { unlessMissing } from "../file-system/file-error.ts";
import { OPEN_SAFELY, readFully } from "../file-system/opened-file.ts";
import { look } from "../file-system/read-small-file.ts";
import { type Moment, noLaterThan, timeOfChange } from "./moment.ts";

/** Null before there is a log. A new `attempt` may repeat the output of the one before. Throws what the disk throws. */
type LogProbe = (attempt: number, moment: Moment) => RunObservation["log"];

type LogMemory = {
  readonly attempt: number;
  readonly lookedAtMs: number;
  readonly cursor: LogCursor;
  readonly observation: NonNullable<RunObservation["log"]>;
};

/** `folder` has the run's files: output goes to `log`, which is rotated to `log.1`. */
export function createLogProbe(folder: string): LogProbe {
  let memory: LogMemory | null = null;
  return (attempt, moment) => {
    // There is also no log for a moment while it is rotated.
    memory = lookAtLog(folder, { attempt, moment, before: memory }) ?? memory;
    return memory?.observation ?? null;
  };
}

type Look = { readonly attempt: number; readonly moment: Moment; readonly before: LogMemory | null };

function lookAtLog(folder: string, { attempt, moment, before }: Look): LogMemory | null {
  const stats = look(join(folder, "log"));
  if (stats === null) return null;
  const known = before === null ? null : carryOver(before, attempt, moment);
  if (known !== null && fileOf(stats) === known.cursor.file && stats.size === known.cursor.endByte)
    return known;
  const read = readAppended(folder, known?.cursor ?? null);
  if (read === null) return null;
  const { cursor, isNews, changedMs } = read;
  // Without memory, the file's time is all there is, and its content is what later output is compared with.
  const grewAtMs = timeOfChange(changedMs, before?.lookedAtMs ?? 0, moment);
  const changedAtMs = known === null || isNews ? grewAtMs : known.observation.changedAtMs;
  const sizeBytes = (look(join(folder, "log.1"))?.size ?? 0) + cursor.endByte;
  const { lastLine } = cursor.output;
  const observation = { changedAtMs, grewAtMs, sizeBytes, lastLine };
  return { attempt, lookedAtMs: moment.wallMs, cursor, observation };
}

/** The memory, as of now and for this attempt. */
function carryOver(
  { cursor, observation, ...before }: LogMemory,
  attempt: number,
  moment: Moment,
): LogMemory {
  const { lastLine } = cursor.output;
  const output = attempt === before.attempt ? cursor.output : { ...NO_OUTPUT, lastLine };
  const changedAtMs = noLaterThan(observation.changedAtMs, moment);
  const grewAtMs = noLaterThan(observation.grewAtMs, moment);
  return {
    attempt,
    lookedAtMs: moment.wallMs,
    cursor: { ...cursor, output },
    observation: { ...observation, changedAtMs, grewAtMs },
  };
}

/** What was written since, including the end of a log that was rotated meanwhile. Null when there is no log. */
function readAppended(folder: string, known: LogCursor | null): ReturnType<typeof readNew> {
  const older = look(join(folder, "log.1"));
  const isRotated = known !== null && older !== null && fileOf(older) === known.file;
  const rotated = isRotated ? readNew(join(folder, "log.1"), known) : null;
  const read = readNew(join(folder, "log"), rotated?.cursor ?? known);
  return read === null ? null : { ...read, isNews: read.isNews || (rotated?.isNews ?? false) };
}

/** Where the last read of a growing log ended. */
type LogCursor = {
  /** The file that was read (`fileOf`). */
  readonly file: string;
  /** Read up to here. */
  readonly endByte: number;
  /** Holds the first bytes of a character that is not completely written yet. */
  readonly decoder: StringDecoder;
  readonly output: OutputMemory;
};

/** Per read: about 400 lines, twice as many as are compared, and under a millisecond of work. */
const READ_BYTES_MAX = 32 * 1024;

/** Identifies a file, whatever its name. An inode number alone is reused once its file is gone. */
function fileOf({ ino, birthtimeMs }: Stats): string {
  return `${ino}:${birthtimeMs}`;
}

/** From the cursor on; from the beginning if the file is another one or was truncated. Null when it is gone. */
function readNew(
  path: string,
  known: LogCursor | null,
): { readonly cursor: LogCursor; readonly isNews: boolean; readonly changedMs: number } | null {
  const descriptor = unlessMissing(() => openSync(path, OPEN_SAFELY), null);
  if (descriptor === null) return null;
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return null;
    const from = known !== null && continues(known, stats) ? known : beginningOf(stats, known);
    const skippedBytes = Math.max(0, stats.size - from.endByte - READ_BYTES_MAX);
    const fromByte = from.endByte + skippedBytes;
    const buffer = Buffer.allocUnsafe(stats.size - fromByte);
    const bytes = buffer.subarray(0, readFully(descriptor, buffer, fromByte));
    const start = skippedBytes === 0 ? from : beginningOf(stats, from);
    const decoded = start.decoder.write(bytes);
    const { memory: output, isNews } = readOutput(
      start.output,
      skippedBytes === 0 ? decoded : wholeLines(decoded),
    );
    const endByte = fromByte + bytes.length;
    return { cursor: { ...start, endByte, output }, isNews, changedMs: stats.mtimeMs };
  } finally {
    closeSync(descriptor);
  }
}

function continues({ file, endByte }: LogCursor, stats: Stats): boolean {
  return file === fileOf(stats) && endByte <= stats.size;
}

/** Remembers the lines before, without an incomplete line or character. */
function beginningOf(stats: Stats, known: LogCursor | null): LogCursor {
  const output = { ...(known?.output ?? NO_OUTPUT), rest: "" };
  return { file: fileOf(stats), endByte: 0, decoder: new StringDecoder("utf8"), output };
}

/** Drops the end of a line whose beginning was skipped. */
function wholeLines(text: string): string {
  return text.slice(text.search(/[\r\n]/) + 1);
}
