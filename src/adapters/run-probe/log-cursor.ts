// Reads a growing log on from where the last look ended.

import { closeSync, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { NO_OUTPUT, type OutputMemory, readOutput } from "../../core/worker/output-novelty.ts";
import { errorCode } from "../file-system/file-error.ts";
import { OPEN_SAFELY } from "../file-system/opened-file.ts";

export type LogCursor = {
  /** Of the file that was read (`fileOf`). */
  readonly file: string;
  /** Up to here it has been read. */
  readonly endByte: number;
  /** Holds the first bytes of a character whose others have not been written yet. */
  readonly decoder: StringDecoder;
  readonly output: OutputMemory;
};

/** Read per look: some 400 lines, twice what is compared, and under a millisecond to judge. */
const READ_BYTES_MAX = 32 * 1024;

/** Which file it is, however it is called now. A number alone is used again once its file is gone. */
export function fileOf({ ino, birthtimeMs }: Stats): string {
  return `${ino}:${birthtimeMs}`;
}

/** From the cursor on; of another file than the cursor's, or one that was cut, from its beginning. Null when it is gone. */
export function readOn(
  path: string,
  known: LogCursor | null,
): { readonly cursor: LogCursor; readonly isNews: boolean; readonly changedMs: number } | null {
  const descriptor = openIfThere(path);
  if (descriptor === null) return null;
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return null;
    const from = known !== null && continues(known, stats) ? known : beginningOf(stats, known);
    const skippedBytes = Math.max(0, stats.size - from.endByte - READ_BYTES_MAX);
    const bytes = readBytes(descriptor, from.endByte + skippedBytes, stats.size);
    const start = skippedBytes === 0 ? from : beginningOf(stats, from);
    const decoded = start.decoder.write(bytes);
    const { memory: output, isNews } = readOutput(
      start.output,
      skippedBytes === 0 ? decoded : wholeLines(decoded),
    );
    const endByte = from.endByte + skippedBytes + bytes.length;
    return { cursor: { ...start, endByte, output }, isNews, changedMs: stats.mtimeMs };
  } finally {
    closeSync(descriptor);
  }
}

function continues({ file, endByte }: LogCursor, stats: Stats): boolean {
  return file === fileOf(stats) && endByte <= stats.size;
}

/** The lines that came before are still remembered; half a line or character of them is of no use. */
function beginningOf(stats: Stats, known: LogCursor | null): LogCursor {
  const output = { ...(known?.output ?? NO_OUTPUT), rest: "" };
  return { file: fileOf(stats), endByte: 0, decoder: new StringDecoder("utf8"), output };
}

/** Without the end of a line whose beginning was skipped. */
function wholeLines(text: string): string {
  return text.slice(text.search(/[\r\n]/) + 1);
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, OPEN_SAFELY);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

function readBytes(descriptor: number, fromByte: number, toByte: number): Buffer {
  const buffer = Buffer.allocUnsafe(toByte - fromByte);
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(descriptor, buffer, length, buffer.length - length, fromByte + length);
    if (read === 0) break;
    length += read;
  }
  return buffer.subarray(0, length);
}
