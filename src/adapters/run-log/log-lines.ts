// Makes lines for people out of a piece of a worker's raw output: commands to a terminal and secrets are taken out, other
// characters that act or hide become visible, and long lines are cut. What stood before the piece is looked at too, since a secret may have begun there.

import { plainOutput, visibleOutput } from "../../core/text/plain-output.ts";
import { redactSecrets } from "../../core/text/redact-secrets.ts";

/** More of one line is a file that was printed by mistake: nobody reads on. */
const LINE_LENGTH_MAX = 2_000;
const REDACTED = "[redacted]";

/** `before`: some of what comes before `text`; nothing of it is shown. Without the line feed at the end of `text`. */
export function outputLines(before: string, text: string): readonly string[] {
  const [begun, ...whole] = writtenLines(before).map(plainOutput).reverse();
  const lead = [...whole.reverse(), ""].join("\n");
  const written = writtenLines(text);
  const plain = written.map(plainOutput);
  const [first = "", ...others] = plain;
  // The piece may go on with a line: then that line is judged as a whole, and what is new of it shown.
  const lines = hidden(lead, [`${begun ?? ""}${first}`, ...others]);
  const shown = begun ? [continuation(begun, lines[0] ?? ""), ...lines.slice(1)] : lines;
  // Of a line in which nothing was hidden everything is shown.
  return shown.map((line, at) => cut(line === plain[at] ? visibleOutput(written[at] ?? "") : line));
}

/** A secret over several lines, or one that is named on the line before, is one to whoever prints it. */
function hidden(lead: string, lines: readonly string[]): readonly string[] {
  const text = lines.join("\n");
  if (isInsideKey(lead)) return redactSecrets(`${KEY_BEGIN}\n${text}`).split("\n");
  const lastLine = lead.slice(0, -1).split("\n").at(-1) ?? "";
  // None of the rules takes the end of a line away, but that for keys, which was asked above.
  return redactSecrets(`${lastLine}\n${text}`).split("\n").slice(1);
}

const KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
const KEY_EDGE = /-----(BEGIN|END) [A-Z ]{0,40}PRIVATE KEY-----/g;

function isInsideKey(text: string): boolean {
  return [...text.matchAll(KEY_EDGE)].at(-1)?.[1] === "BEGIN";
}

function continuation(begun: string, whole: string): string {
  const shown = redactSecrets(begun);
  return whole.startsWith(shown) ? whole.slice(shown.length) : REDACTED;
}

function writtenLines(text: string): string[] {
  return text.split("\n").map(lastWriting);
}

/** A progress bar goes back to the start of its line and writes it anew: only the last writing counts. */
function lastWriting(line: string): string {
  const written = line.replace(/\r+$/, "");
  return written.slice(written.lastIndexOf("\r") + 1);
}

function cut(line: string): string {
  return line.length > LINE_LENGTH_MAX ? `${line.slice(0, LINE_LENGTH_MAX - 1)}…` : line;
}
