// One pass over a task's body for its sections and the check boxes in each. It examines only the starts of lines and keeps
// only headings. Boxes in fenced code and in HTML comments do not count.

import type { GateState, Gates, Section } from "../contract/task.ts";
import { detach } from "../text/detach.ts";
import { type GateName, gateNamed, gatesOf } from "./gates.ts";

export type ScannedBody = {
  readonly sections: readonly Section[];
  readonly gates: Gates;
  /** Gates that are not ticked, with line and mark (null for a blank). */
  readonly openGates: readonly OpenGate[];
  /** Line of the first heading past the limit, if any. */
  readonly tooManySectionsLine: number | null;
};

/** Pages list this many; a file with more is a log. */
export const SECTION_COUNT_LIMIT = 200;

const HEADING_LENGTH_LIMIT = 200;

/** The section of boxes above the first heading. */
export const TOP_OF_BODY = "Before the first section";

/**
 * The template's sections, which are read ignoring case; other headings stay as written. The store keeps indexes into this
 * list, so a new section goes to the end.
 */
export const TEMPLATE_SECTIONS: readonly string[] = [
  "Problem",
  "Context",
  "Possible Solutions",
  "Plan",
  "Implementation Progress",
  "QA Exploration",
  "Review Feedback",
];

export type OpenGate = { readonly gate: GateName; readonly line: number; readonly mark: string | null };

type OpenSection = { heading: string; line: number; ticked: number; dropped: number; total: number };

/** State of the scan. `hiddenUntil` is the marker that ends the current fence or comment. */
type Scan = {
  readonly text: string;
  /** The current line: its 1-based number, its indent, the offset of its end. */
  line: number;
  indent: number;
  end: number;
  hiddenUntil: string | null;
  readonly sections: OpenSection[];
  readonly openGates: OpenGate[];
  qa: GateState;
  review: GateState;
  tooManySectionsLine: number | null;
};

/** Scans `text` from the offset `start`, which is the start of the 1-based line `line`. */
export function scanBody(text: string, start: number, line: number): ScannedBody {
  const scan: Scan = {
    text,
    line,
    indent: 0,
    end: 0,
    hiddenUntil: null,
    sections: [],
    openGates: [],
    qa: "absent",
    review: "absent",
    tooManySectionsLine: null,
  };
  scanLines(scan, start);
  const { sections, openGates, tooManySectionsLine } = scan;
  // A copy, because an array that grew keeps spare capacity.
  return { sections: sections.slice(), gates: gatesOf(scan.qa, scan.review), openGates, tooManySectionsLine };
}

/** The hot loop over all lines: most are skipped after their first character. */
function scanLines(scan: Scan, start: number): void {
  const { text } = scan;
  let line = scan.line;
  for (let lineStart = start; lineStart < text.length; line++) {
    let at = lineStart;
    let code = text.charCodeAt(at);
    while (code === SPACE || code === TAB) code = text.charCodeAt(++at);
    const feed = code === LINE_FEED ? at : text.indexOf("\n", at);
    const end = feed === -1 ? text.length : feed;
    if (scan.hiddenUntil !== null || (code < 127 && STARTS_MARKUP[code] === 1)) {
      scan.line = line;
      scan.indent = at - lineStart;
      scan.end = end;
      if (scan.hiddenUntil === null) takeMarkup(scan, at, code);
      else takeHiddenLine(scan, at);
    }
    lineStart = end + 1;
  }
}

const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const HASH = 35;
const LESS = 60;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const BACKTICK = 96;
const LETTER_X = 120;
const TILDE = 126;

/** 1 for characters that can start a heading, a list item, a fence or a comment. */
const STARTS_MARKUP = new Uint8Array(127);
for (const character of "#<`~-*+0123456789") STARTS_MARKUP[character.charCodeAt(0)] = 1;

function takeMarkup(scan: Scan, at: number, code: number): void {
  if (code === HASH) takeHeading(scan, at);
  else if (code === BACKTICK || code === TILDE) takeFence(scan, at, code);
  else if (code === LESS) takeComment(scan, at);
  else takeBox(scan, at, code);
}

/** `## Heading`, indented by at most three blanks. */
function takeHeading(scan: Scan, at: number): void {
  const { text, end, line } = scan;
  if (scan.indent > 3 || text.charCodeAt(at + 1) !== HASH || text.charCodeAt(at + 2) === HASH) return;
  if (at + 2 < end && !isBlank(text.charCodeAt(at + 2))) return;
  if (scan.sections.length >= SECTION_COUNT_LIMIT) scan.tooManySectionsLine ??= line;
  else scan.sections.push({ heading: headingAt(scan, at + 3), line, ticked: 0, dropped: 0, total: 0 });
}

/** Tries the template's next heading first. */
function headingAt({ text, end, sections }: Scan, start: number): string {
  const expected = TEMPLATE_SECTIONS[sections.length];
  if (expected !== undefined && isNamed(expected, text, start, end)) return expected;
  for (const name of TEMPLATE_SECTIONS) if (isNamed(name, text, start, end)) return name;
  return unusualHeading(text.slice(start, Math.min(end, start + HEADING_LENGTH_LIMIT)));
}

const isNamed = (name: string, text: string, start: number, end: number) =>
  name.length === end - start && text.startsWith(name, start);

function unusualHeading(written: string): string {
  const heading = written
    .trim()
    .replace(/(?:^|\s)#+$/, "")
    .trim();
  const lowered = heading.toLowerCase();
  const known = TEMPLATE_SECTIONS.find((name) => name.toLowerCase() === lowered);
  return known ?? detach(heading.toWellFormed());
}

/** Three or more backticks or tildes; backticks may not recur on the line (that is inline code). */
function takeFence(scan: Scan, at: number, code: number): void {
  const { text, end } = scan;
  let after = at;
  while (text.charCodeAt(after) === code) after++;
  if (after - at < 3) return;
  if (code === BACKTICK && text.slice(after, end).includes("`")) return;
  scan.hiddenUntil = text.slice(at, after);
}

function takeComment(scan: Scan, at: number): void {
  const { text, end } = scan;
  if (text.startsWith("<!--", at) && !text.slice(at + 4, end).includes("-->")) scan.hiddenUntil = "-->";
}

/** A fence ends with a line of the same marker, at least as long; a comment ends at `-->`. */
function takeHiddenLine(scan: Scan, at: number): void {
  const marker = scan.hiddenUntil ?? "";
  const line = scan.text.slice(at, scan.end);
  const ends =
    marker === "-->"
      ? line.includes(marker)
      : line.startsWith(marker) && line.replaceAll(marker.charAt(0), "").trim() === "";
  if (ends) scan.hiddenUntil = null;
}

/**
 * Marks other than a blank and `x`. `[-]` and `[~]` (GitLab: inapplicable) are dropped. `[/]` (started), `[>]` and `[<]`
 * (postponed or moved), `[?]` and `[!]` are not done. Other characters make no box, since `- [1] Knuth` is a reference; but
 * a gate is a gate with any mark.
 */
const OTHER_MARKS: ReadonlyMap<string, "open" | "dropped"> = new Map([
  ...["/", ">", "<", "?", "!"].map((mark) => [mark, "open"] as const),
  ...["-", "~"].map((mark) => [mark, "dropped"] as const),
]);

/** `- [ ] text`, `* [x] text`, `1. [-] text` at any indent. */
function takeBox(scan: Scan, at: number, marker: number): void {
  const { text, end, line } = scan;
  const box = boxBehind(text, isDigit(marker) ? numberEnd(text, at) : at + 1);
  if (box === -1 || box + 3 > end) return;
  if (box + 3 < end && !isBlank(text.charCodeAt(box + 3))) return;
  const gate = gateNamed(text, box + 4, end);
  const code = text.charCodeAt(box + 1);
  const ticked = (code | 0x20) === LETTER_X;
  const mark = ticked || code === SPACE ? null : text.charAt(box + 1);
  const says = ticked ? "ticked" : mark === null ? "open" : (OTHER_MARKS.get(mark) ?? (gate && "open"));
  if (says === null) return;
  const section = scan.sections.at(-1) ?? openTop(scan);
  section.total++;
  if (says !== "open") section[says]++;
  if (gate === null) return;
  if (!ticked) scan.openGates.push({ gate, line, mark });
  if (gate === "qa_exploration") scan.qa = withBox(scan.qa, ticked);
  else scan.review = withBox(scan.review, ticked);
}

const isBlank = (code: number) => code === SPACE || code === TAB || code === CARRIAGE_RETURN;
const isDigit = (code: number) => code >= 0x30 && code <= 0x39;

/** Offset after `1.` or `1)`; the number's own offset if it is not a list marker. */
function numberEnd(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at))) at++;
  const delimiter = text.charCodeAt(at);
  return delimiter === 0x2e || delimiter === 0x29 ? at + 1 : start;
}

/** Offset of a `[?]` that follows a list marker and blanks, or -1. */
function boxBehind(text: string, markerEnd: number): number {
  let at = markerEnd;
  while (isBlank(text.charCodeAt(at))) at++;
  const isBox = text.charCodeAt(at) === OPEN_BRACKET && text.charCodeAt(at + 2) === CLOSE_BRACKET;
  return isBox && at > markerEnd ? at : -1;
}

function openTop(scan: Scan): OpenSection {
  const top = { heading: TOP_OF_BODY, line: scan.line, ticked: 0, dropped: 0, total: 0 };
  scan.sections.push(top);
  return top;
}

/** A repeated gate is open as long as one of its boxes is. */
const withBox = (before: GateState, ticked: boolean): GateState =>
  ticked && before !== "open" ? "ticked" : "open";
