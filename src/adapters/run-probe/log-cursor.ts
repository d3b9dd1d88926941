// Reads a growing log from where the last read ended.

import { closeSync, fstatSync, openSync, type Stats } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { NO_OUTPUT, type OutputMemory, readOutput } from "../../core/worker/output-novelty.ts";
import { unlessMissing } from "../file-system/file-error.ts";
import { OPEN_SAFELY, readFully } from "../file-system/opened-file.ts";

export type LogCursor = {
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
export function fileOf({ ino, birthtimeMs }: Stats): string {
  return `${ino}:${birthtimeMs}`;
}

/** From the cursor on; from the beginning if the file is another one or was truncated. Null when it is gone. */
export function readNew(
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
