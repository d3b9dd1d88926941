// Whether a worker printed something new. Spinners, counters and repeated lines make output grow without progress, so lines
// are compared by their words with the latest ones.

import { plainOutput, shownOutput } from "../text/plain-output.ts";
import { REDACTED } from "../text/redact-secrets.ts";

/** What is remembered of a worker's output between observations. */
export type OutputMemory = {
  /** Words of the latest distinct lines, oldest first. */
  readonly lines: ReadonlySet<string>;
  /** The beginning of a line whose end has not come yet. */
  readonly rest: string;
  /** For people: cleaned, without secrets, cut; null before anything was said. */
  readonly lastLine: string | null;
  /** The output is in the middle of a private key, none of whose lines may be shown. */
  readonly inKey: boolean;
};

export const NO_OUTPUT: OutputMemory = { lines: new Set(), rest: "", lastLine: null, inKey: false };

/** A loop of more different lines than this counts as progress: no spinner has so many, and it bounds what is kept. */
const LINES_REMEMBERED = 200;
/** Lines that agree so far are the same: what follows is data, and it bounds what is kept. */
const WORDS_CHARACTERS_MAX = 120;
/** A line that does not end within this length is judged in pieces, so that one without any end can be news. */
const REST_CHARACTERS_MAX = 1_000;
/** What fits on a row of the page. */
const LAST_LINE_CHARACTERS_MAX = 200;

/** Takes what was appended; `isNews` when a line in it was not among the latest ones. */
export function readOutput(
  before: OutputMemory,
  appended: string,
): { readonly memory: OutputMemory; readonly isNews: boolean } {
  const pieces = (before.rest + appended).split(LINE_END);
  const open = pieces.pop() ?? "";
  const isLong = open.length > REST_CHARACTERS_MAX;
  const complete = isLong ? [...pieces, open] : pieces;
  const lines = new Set(before.lines);
  // Each is looked up, also after the first that is news: all of them are what the next ones are compared with.
  const isNews = complete.map((line) => remember(lines, wordsOf(line))).includes(true);
  const shown = lastShown(before, isLong ? complete : [...complete, open]);
  return { memory: { lines, rest: isLong ? "" : open, ...shown }, isNews };
}

/** Carriage returns too: that is how a line is written over itself. */
const LINE_END = /\r\n|\n|\r/;

/** True when the words are new. Those that come again become the latest. */
function remember(lines: Set<string>, words: string): boolean {
  if (words === "") return false;
  const isKnown = lines.delete(words);
  lines.add(words);
  const [oldest] = lines;
  if (lines.size > LINES_REMEMBERED && oldest !== undefined) lines.delete(oldest);
  return !isKnown;
}

/** Only letters distinguish lines: numbers, times, bars, spinners, colours and hashes change without progress. */
function wordsOf(line: string): string {
  return plainOutput(line.slice(0, REST_CHARACTERS_MAX))
    .toLowerCase()
    .replace(HEX_WORD, " ")
    .replace(NOT_A_LETTER, " ")
    .trim()
    .slice(0, WORDS_CHARACTERS_MAX);
}

/** Ids and hashes; at least one digit tells a short one from a word. */
const HEX_WORD = /\b(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-f]*\d)[0-9a-f]{6,})\b/g;
const NOT_A_LETTER = /[^\p{L}]+/gu;

/** The last line with anything to show, and whether a private key continues after it. */
function lastShown(
  { lastLine, inKey }: OutputMemory,
  lines: readonly string[],
): Pick<OutputMemory, "lastLine" | "inKey"> {
  let within = inKey;
  const shown = lines.map((line) => {
    within = KEY_BEGIN.test(line) || (within && !PROSE.test(line));
    const isSecret = within || KEY_ROW.test(line);
    if (KEY_END.test(line)) within = false;
    return isSecret ? REDACTED : line;
  });
  const last = shown.findLast((line) => plainOutput(line).trim() !== "");
  return { lastLine: last === undefined ? lastLine : cleanLine(last), inKey: within };
}

const KEY_BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/;
const KEY_END = /-----END [A-Z ]{0,40}PRIVATE KEY-----/;
/** Three words: the key has ended without saying so, or was none. */
const PROSE = /\S\s+\S+\s+\S/;
/** A row of a key whose first line was missed, or other encoded data. */
const KEY_ROW = /^\s*[A-Za-z0-9+/=]{60,}\s*$/;

function cleanLine(line: string): string {
  const clean = shownOutput(line).trim();
  return clean.length > LAST_LINE_CHARACTERS_MAX ? `${clean.slice(0, LAST_LINE_CHARACTERS_MAX - 1)}…` : clean;
}
