// The fast path: the part of YAML that task files use, read in one pass. `key: text`, quoted text on one line, lists
// of such texts, comments and blank lines. It declines (null) whatever it is not sure of, errors and repeated keys
// included, and the full parser decides; a property test holds that what it accepts, it reads like the full parser.

import { detach } from "../text/detach.ts";
import type { FrontMatterEntry, TextList } from "./front-matter.ts";

export type PlainYaml = {
  readonly entries: readonly FrontMatterEntry[];
  /** 1-based line of whatever follows the block: its closing marker. */
  readonly lineAfter: number;
};

export type YamlPlace = { readonly start: number; readonly end: number; readonly line: number };

/** Files with more keys go to the full parser, which looks repeated keys up instead of comparing them. */
const KEY_COUNT_LIMIT = 64;

/**
 * Reads `text` from `start` to `end`, both at line boundaries; null when the full parser has to. Line ends, colons and
 * hashes are found by `indexOf`, and only the first characters of lines and values are looked at: that is the speed.
 */
export function readPlainYaml(text: string, place: YamlPlace): PlainYaml | null {
  const kept = detach(text.slice(0, place.end));
  if (ODD_CHARACTERS.test(kept)) return null;
  const cursor = { text, kept, end: place.end, at: place.start, line: place.line, colon: -1, hash: -1 };
  const entries: FrontMatterEntry[] = [];
  while (cursor.at < cursor.end) {
    if (skipsLine(cursor)) continue;
    const entry = readEntry(cursor);
    if (entry === DECLINED || entries.length === KEY_COUNT_LIMIT || hasKey(entries, entry.key)) return null;
    entries.push(entry);
  }
  return { entries, lineAfter: cursor.line };
}

/**
 * Tabs and other control characters, carriage returns inside a line, halves of pairs, direction and byte order marks:
 * the full parser knows what to make of each.
 */
const ODD_CHARACTERS =
  /[^\x20-\x7e\n\r\xa1-\u1fff\u2010-\u2027\u2030-\u205f\u2070-\ud7ff\ue000-\ufdff]|\r(?!\n|$)/;

const DECLINED = Symbol("declined");
type Declined = typeof DECLINED;

/**
 * `kept` is a copy of the same characters at the same offsets, which values are cut from: a value cut from `text`
 * would keep the whole file in memory. `colon` and `hash` are where the next ones were found.
 */
type Cursor = {
  readonly text: string;
  readonly kept: string;
  readonly end: number;
  at: number;
  line: number;
  colon: number;
  hash: number;
};

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const DOUBLE_QUOTE = 34;
const HASH = 35;
const SINGLE_QUOTE = 39;
const DASH = 45;
const OPEN_BRACKET = 91;

function hasKey(entries: readonly FrontMatterEntry[], key: string): boolean {
  for (const entry of entries) if (entry.key === key) return true;
  return false;
}

/** Skips a blank line or a comment, if the cursor is at one. */
function skipsLine(cursor: Cursor): boolean {
  const at = skipSpaces(cursor.text, cursor.at);
  const code = cursor.text.charCodeAt(at);
  if (code !== LINE_FEED && code !== CARRIAGE_RETURN && code !== HASH) return false;
  goBehind(cursor, cursor.text.indexOf("\n", at));
  return true;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at++;
  return at;
}

function goBehind(cursor: Cursor, lineFeed: number): void {
  cursor.at = lineFeed + 1;
  cursor.line++;
}

/** Longer keys are none that anybody reads. */
const KEY_LENGTH_LIMIT = 100;

/** One key with its value, at the start of a line. Leaves the cursor at the start of a line. */
function readEntry(cursor: Cursor): FrontMatterEntry | Declined {
  const { text, kept, at: start, line } = cursor;
  const lineEnd = text.indexOf("\n", start);
  const colon = nextColon(cursor, start);
  if (colon > lineEnd || !isKey(cursor, start, colon)) return DECLINED;
  const valueStart = skipSpaces(text, colon + 1);
  const valueEnd = endOfValue(cursor, valueStart, lineEnd);
  if (valueEnd === -1) return DECLINED;
  goBehind(cursor, lineEnd);
  const key = kept.slice(start, colon);
  if (valueStart >= valueEnd) {
    const written = writtenOf(cursor, valueStart, valueEnd, lineEnd);
    const list = readBlockList(cursor);
    if (list === DECLINED) return DECLINED;
    return { key, line, value: list, written: list === null ? written : null };
  }
  if (valueStart === colon + 1) return DECLINED;
  if (text.charCodeAt(valueStart) === OPEN_BRACKET) {
    const list = readFlowList(kept.slice(valueStart, valueEnd), line);
    return list === DECLINED ? DECLINED : { key, line, value: list, written: null };
  }
  const value = readText(cursor, valueStart, valueEnd);
  if (value === DECLINED) return DECLINED;
  return { key, line, value, written: writtenOf(cursor, valueStart, valueEnd, lineEnd) };
}

/** The value with the comment behind it, as it stands in the file; null when there is no comment, or nothing in it. */
function writtenOf(cursor: Cursor, start: number, valueEnd: number, lineEnd: number): string | null {
  const { kept } = cursor;
  // Blanks and a carriage return are all that can follow a value without a comment.
  if (nextHash(cursor, start) > lineEnd || !/\S/.test(kept.slice(valueEnd, lineEnd))) return null;
  const written = kept.slice(start, lineEnd).trimEnd();
  return written === "#" ? null : written;
}

/** A plain text that begins with a letter or digit and reaches up to the first colon, with no comment before it. */
function isKey(cursor: Cursor, start: number, colon: number): boolean {
  const { text } = cursor;
  const code = text.charCodeAt(start) | 0x20;
  const startsLikeKey = (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
  return (
    startsLikeKey &&
    colon - start <= KEY_LENGTH_LIMIT &&
    text.charCodeAt(colon - 1) !== SPACE &&
    nextHash(cursor, start) > colon
  );
}

function nextHash(cursor: Cursor, from: number): number {
  if (cursor.hash < from) cursor.hash = find(cursor.text, "#", from);
  return cursor.hash;
}

function nextColon(cursor: Cursor, from: number): number {
  if (cursor.colon < from) cursor.colon = find(cursor.text, ":", from);
  return cursor.colon;
}

/** Offset of the next one, or of the text's end: one kind of number, which the engine keeps unboxed. */
function find(text: string, character: string, from: number): number {
  const at = text.indexOf(character, from);
  return at === -1 ? text.length : at;
}

/** Offset behind the value, blanks and a comment left out; -1 when a `#` stands where it may or may not begin one. */
function endOfValue(cursor: Cursor, start: number, lineEnd: number): number {
  const { text } = cursor;
  let end = lineEnd;
  if (nextHash(cursor, start) < lineEnd) {
    const first = text.charCodeAt(start);
    if (first === SINGLE_QUOTE || first === DOUBLE_QUOTE || first === OPEN_BRACKET) return -1;
    const comment = text.indexOf(" #", start - 1);
    if (comment !== -1 && comment < lineEnd) end = comment;
  }
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}

const isBlank = (code: number) => code === SPACE || code === CARRIAGE_RETURN;

/** The list under a key that has no value on its line; null when there is none. */
function readBlockList(cursor: Cursor): TextList | null | Declined {
  const { text } = cursor;
  const items: string[] = [];
  const lines: number[] = [];
  let indent = -1;
  while (cursor.at < cursor.end) {
    const dash = skipSpaces(text, cursor.at);
    if (text.charCodeAt(dash) !== DASH) {
      if (skipsLine(cursor)) continue;
      if (dash > cursor.at) return DECLINED;
      break;
    }
    if (indent === -1) indent = dash - cursor.at;
    if (dash - cursor.at !== indent || text.charCodeAt(dash + 1) !== SPACE) return DECLINED;
    lines.push(cursor.line);
    const item = readItem(cursor, skipSpaces(text, dash + 1));
    if (item === DECLINED || !isNew(item, items)) return DECLINED;
    items.push(item);
  }
  // Copies are as long as they have to be; arrays that grew keep room for more.
  return indent === -1 ? null : { kind: "texts", texts: items.slice(), lines: lines.slice() };
}

function readItem(cursor: Cursor, start: number): string | Declined {
  const lineEnd = cursor.text.indexOf("\n", start);
  const end = endOfValue(cursor, start, lineEnd);
  goBehind(cursor, lineEnd);
  return end <= start ? DECLINED : (readText(cursor, start, end) ?? DECLINED);
}

/** Longer lists go to the full parser as well: comparing each item to all before it would take too long. */
const ITEM_COUNT_LIMIT = 64;

/** What is longer is no name; the full path cuts it. */
const ITEM_LENGTH_LIMIT = 1_000;

const isNew = (item: string, items: readonly string[]) =>
  item !== "" &&
  item.length <= ITEM_LENGTH_LIMIT &&
  item.trim().length === item.length &&
  items.length < ITEM_COUNT_LIMIT &&
  !items.includes(item);

/** A text of a flow list: quoted without quotes or escapes inside, or plain without any character that YAML might mean. */
const FLOW_ITEM = /^(?:"([^"\\]*)"|'([^']*)'|([^-?:,[\]{}#&*!|>'"%@` ][^,[\]{}:#]*))$/;

/** `[a, "b", c]` on one line; a comma may follow the last. */
function readFlowList(written: string, line: number): TextList | Declined {
  if (!written.endsWith("]")) return DECLINED;
  const parts = written.slice(1, -1).split(",");
  if (parts.at(-1)?.trim() === "") parts.pop();
  const items: string[] = [];
  for (const part of parts) {
    const [, double, single, plain] = FLOW_ITEM.exec(part.trim()) ?? [];
    const item = double ?? single ?? plain;
    if (item === undefined || (plain !== undefined && isNull(plain)) || !isNew(item, items)) return DECLINED;
    items.push(item);
  }
  return { kind: "texts", texts: items, lines: items.map(() => line) };
}

/** 1 for what a plain text cannot begin with, or begins with only where YAML means something by it. */
const INDICATORS = new Uint8Array(128);
for (const character of "-?:,[]{}#&*!|>'\"%@`") INDICATORS[character.charCodeAt(0)] = 1;

/** The plain or quoted text that fills the range. */
function readText(cursor: Cursor, start: number, end: number): string | null | Declined {
  const code = cursor.text.charCodeAt(start);
  if (code === SINGLE_QUOTE || code === DOUBLE_QUOTE) return readQuoted(cursor.kept.slice(start, end));
  if (code < 128 && INDICATORS[code] === 1) return DECLINED;
  for (let colon = nextColon(cursor, start); colon < end; colon = nextColon(cursor, colon + 1)) {
    if (colon + 1 === end || cursor.text.charCodeAt(colon + 1) === SPACE) return DECLINED;
  }
  const value = cursor.kept.slice(start, end);
  return isNull(value) ? null : value;
}

const isNull = (value: string) =>
  value.length <= 4 && (value === "~" || value === "null" || value === "Null" || value === "NULL");

const QUOTED = /^(?:"([^"\\]*)"|'((?:[^']|'')*)')$/;

function readQuoted(written: string): string | Declined {
  const [, double, single] = QUOTED.exec(written) ?? [];
  return double ?? single?.replaceAll("''", "'") ?? DECLINED;
}
