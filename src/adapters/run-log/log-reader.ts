// A run's log as lines for people: its end, or what follows an offset.

import { plainOutput, visibleOutput } from "../../core/text/plain-output.ts";
import { redactSecrets } from "../../core/text/redact-secrets.ts";
import type { LogTail } from "../../ports/runs/run-files.ts";
import { readOutput } from "./output-reader.ts";
import { LINE_FEED, LOG } from "./run-folder.ts";

/** Shown by one read: about 3,000 lines, prepared in a few milliseconds. */
const READ_BYTES_MAX = 256 * 1024;
/** Read before what is shown: longer than any private key. */
const BEFORE_BYTES_MAX = 16 * 1024;

export type LogQuery = { readonly lines: number; readonly afterByte?: number; readonly nowMs: number };

/** Null when there is no log. Throws what the file system throws. */
export function readLogTail(folder: string, query: LogQuery): LogTail | null {
  const limits = { bytesMax: READ_BYTES_MAX, beforeBytesMax: BEFORE_BYTES_MAX };
  const read = readOutput(folder, { ...query, ...limits, files: LOG });
  if (read === null) return null;
  const { bytes, before, cut, endByte } = read;
  return { lines: linesOf(before, bytes), cut, endByte };
}

function linesOf(before: Buffer, bytes: Buffer): readonly string[] {
  if (bytes.length === 0) return [];
  const shown = bytes.at(-1) === LINE_FEED ? bytes.subarray(0, -1) : bytes;
  return outputLines(before.toString("utf8"), shown.toString("utf8"));
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
