// Turns a piece of a worker's raw output into lines for people: terminal commands and secrets are removed, other
// control and invisible characters are made visible, and long lines are cut. The text before the piece matters, since a
// secret may begin there.

import { plainOutput, visibleOutput } from "../../core/text/plain-output.ts";
import { redactSecrets } from "../../core/text/redact-secrets.ts";

/** Longer lines are mostly files printed by mistake. */
const LINE_LENGTH_MAX = 2_000;
const REDACTED = "[redacted]";

/** `before`: some of the text before `text`, not shown. Without the line feed at the end of `text`. */
export function outputLines(before: string, text: string): readonly string[] {
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
