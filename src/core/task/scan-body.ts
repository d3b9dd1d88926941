// One pass over a task's body: its sections, and the check boxes in each. Only the starts of lines are looked at, and
// nothing of the text is kept but headings. Boxes in fenced code and in HTML comments are not boxes.

import { detach } from "../front-matter/detach.ts";
import { type GateName, gateNamed, gatesOf } from "./gates.ts";
import type { GateState, Gates, Section } from "./task.ts";

export type ScannedBody = {
  readonly sections: readonly Section[];
  readonly gates: Gates;
  /** Gates with an open box, and its 1-based line. */
  readonly openGates: readonly { readonly gate: GateName; readonly line: number }[];
  /** Line of the first heading past the limit; null when all are listed. */
  readonly tooManySectionsLine: number | null;
};

/** A page lists this many; a file with more is a log. */
export const SECTION_COUNT_LIMIT = 200;

/** A heading is a name, not a paragraph. */
const HEADING_LENGTH_LIMIT = 200;

/** What boxes above the first heading are counted under. */
export const TOP_OF_BODY = "Before the first section";

/** The template's sections in its spelling, whatever the file's capitals; other headings stay as written. */
const TEMPLATE_SECTIONS: ReadonlyMap<string, string> = new Map(
  [
    "Problem",
    "Context",
    "Possible Solutions",
    "Plan",
    "Implementation Progress",
    "QA Exploration",
    "Review Feedback",
  ].flatMap((heading) => [
    [heading, heading],
    [heading.toLowerCase(), heading],
  ]),
);

type OpenSection = { heading: string; line: number; ticked: number; total: number };

/** What the scan knows so far. `hiddenUntil` is the marker that ends a fence or comment it is inside of. */
type Scan = {
  readonly text: string;
  readonly sections: OpenSection[];
  readonly openGates: { gate: GateName; line: number }[];
  qa: GateState;
  review: GateState;
  hiddenUntil: string | null;
  tooManySectionsLine: number | null;
};

/** Scans `text` from the offset `start`, which is the start of the 1-based line `line`. */
export function scanBody(text: string, start: number, line: number): ScannedBody {
  const scan: Scan = {
    text,
    sections: [],
    openGates: [],
    qa: "absent",
    review: "absent",
    hiddenUntil: null,
    tooManySectionsLine: null,
  };
  for (let at = start, current = line; at < text.length; current++) {
    const lineStart = at;
    let code = text.charCodeAt(at);
    while (code === SPACE || code === TAB) code = text.charCodeAt(++at);
    const feed = code === LINE_FEED ? at : text.indexOf("\n", at);
    const end = feed === -1 ? text.length : feed;
    if (scan.hiddenUntil !== null) takeHiddenLine(scan, at, end);
    else if (STARTS_MARKUP[code] === 1)
      takeMarkup(scan, { code, indent: at - lineStart, at, end, line: current });
    at = end + 1;
  }
  const { sections, openGates, tooManySectionsLine } = scan;
  return { sections, gates: gatesOf(scan.qa, scan.review), openGates, tooManySectionsLine };
}

const TAB = 9;
const LINE_FEED = 10;
const SPACE = 32;
const HASH = 35;
const LESS = 60;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const BACKTICK = 96;
const TILDE = 126;

/** 1 for characters that can begin a heading, a box's list item, a fence or a comment. */
const STARTS_MARKUP = new Uint8Array(65_536);
for (const character of "#<`~-*+0123456789") STARTS_MARKUP[character.charCodeAt(0)] = 1;

type Line = {
  readonly code: number;
  readonly indent: number;
  readonly at: number;
  readonly end: number;
  readonly line: number;
};

function takeMarkup(scan: Scan, line: Line): void {
  if (line.code === HASH) takeHeading(scan, line);
  else if (line.code === BACKTICK || line.code === TILDE) takeFence(scan, line);
  else if (line.code === LESS) takeComment(scan, line);
  else takeBox(scan, line);
}

/** `## Heading`, indented by at most three blanks; closing hashes do not belong to it. */
function takeHeading(scan: Scan, { at, end, indent, line }: Line): void {
  const { text } = scan;
  if (indent > 3 || text.charCodeAt(at + 1) !== HASH || text.charCodeAt(at + 2) === HASH) return;
  const written = text.slice(at + 2, Math.min(end, at + 2 + HEADING_LENGTH_LIMIT));
  if (written !== "" && !/^\s/.test(written)) return;
  const heading = written.replace(/(?:\s#+)?\s*$/, "").trim();
  if (scan.sections.length >= SECTION_COUNT_LIMIT) scan.tooManySectionsLine ??= line;
  else scan.sections.push({ heading: nameOf(heading), line, ticked: 0, total: 0 });
}

function nameOf(heading: string): string {
  const known = TEMPLATE_SECTIONS.get(heading) ?? TEMPLATE_SECTIONS.get(heading.toLowerCase());
  return known ?? detach(heading.toWellFormed());
}

/** Three or more backticks or tildes; with backticks, none may follow on the line (that is code within a text). */
function takeFence(scan: Scan, { at, end, code }: Line): void {
  const { text } = scan;
  let after = at;
  while (text.charCodeAt(after) === code) after++;
  if (after - at < 3) return;
  if (code === BACKTICK && text.slice(after, end).includes("`")) return;
  scan.hiddenUntil = text.slice(at, after);
}

function takeComment(scan: Scan, { at, end }: Line): void {
  if (!scan.text.startsWith("<!--", at)) return;
  if (!scan.text.slice(at + 4, end).includes("-->")) scan.hiddenUntil = "-->";
}

/** A fence ends with a line of its own marker, at least as long; a comment ends wherever `-->` stands. */
function takeHiddenLine(scan: Scan, at: number, end: number): void {
  const marker = scan.hiddenUntil ?? "";
  const line = scan.text.slice(at, end);
  if (marker === "-->") {
    if (line.includes(marker)) scan.hiddenUntil = null;
    return;
  }
  if (line.startsWith(marker) && line.replaceAll(marker.charAt(0), "").trim() === "") scan.hiddenUntil = null;
}

/** `- [ ] text`, `* [x] text`, `1. [X] text` at any indent. */
function takeBox(scan: Scan, { at, end, line }: Line): void {
  const { text } = scan;
  const box = boxAt(text, at);
  if (box === -1) return;
  const mark = text.charCodeAt(box + 1) | 0x20;
  const ticked = mark === 0x78;
  if (!ticked && mark !== SPACE) return;
  if (text.charCodeAt(box + 2) !== CLOSE_BRACKET || (box + 3 < end && !isBlank(text.charCodeAt(box + 3))))
    return;
  const section = scan.sections.at(-1) ?? openTop(scan, line);
  section.total++;
  if (ticked) section.ticked++;
  takeGate(scan, box + 4, end, line, ticked);
}

const isBlank = (code: number) => code === SPACE || code === TAB || code === 13;

/** Offset of the `[` behind a list marker, or -1. */
function boxAt(text: string, start: number): number {
  let at = start;
  if (isDigit(text.charCodeAt(at))) {
    while (isDigit(text.charCodeAt(at))) at++;
    const delimiter = text.charCodeAt(at);
    if (delimiter !== 0x2e && delimiter !== 0x29) return -1;
  }
  at++;
  if (!isBlank(text.charCodeAt(at))) return -1;
  while (isBlank(text.charCodeAt(at))) at++;
  return text.charCodeAt(at) === OPEN_BRACKET ? at : -1;
}

const isDigit = (code: number) => code >= 0x30 && code <= 0x39;

function openTop(scan: Scan, line: number): OpenSection {
  const top = { heading: TOP_OF_BODY, line, ticked: 0, total: 0 };
  scan.sections.push(top);
  return top;
}

/** A gate that stands twice is open as long as one of its boxes is. */
function takeGate(scan: Scan, at: number, end: number, line: number, ticked: boolean): void {
  const gate = gateNamed(scan.text, at, end);
  if (gate === null) return;
  const before = gate === "qa_exploration" ? scan.qa : scan.review;
  const state = ticked && before !== "open" ? "ticked" : "open";
  if (gate === "qa_exploration") scan.qa = state;
  else scan.review = state;
  if (!ticked) scan.openGates.push({ gate, line });
}
