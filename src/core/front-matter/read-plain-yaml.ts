// The fast path reads the part of YAML that task files use in one pass: `key: text`, quoted text on one line, lists of such
// texts, comments and blank lines. It declines (null) everything else, including errors and repeated keys, and the full
// parser decides. A property test checks that both read alike whatever this one accepts.

import { detach } from "../text/detach.ts";
import type { FrontMatterEntry, TextList } from "./front-matter-entry.ts";

export type PlainYaml = {
  readonly entries: readonly FrontMatterEntry[];
  /** 1-based line of the closing marker. */
  readonly lineAfter: number;
};

export type YamlPlace = { readonly start: number; readonly end: number; readonly line: number };

/** Files with more keys go to the full parser, which finds repeated keys without comparing them all. */
const KEY_COUNT_LIMIT = 64;

/**
 * Reads `text` from `start` to `end`, both at line boundaries; null if the full parser must. It is fast because `indexOf`
 * finds line ends, colons and hashes, and only the first characters of lines and values are examined.
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

/** Tabs and other control characters, carriage returns inside a line, lone surrogates, direction and byte order marks. */
const ODD_CHARACTERS =
  /[^\x20-\x7e\n\r\xa1-\u1fff\u2010-\u2027\u2030-\u205f\u2070-\ud7ff\ue000-\ufdff]|\r(?!\n|$)/;

const DECLINED = Symbol("declined");
type Declined = typeof DECLINED;

/**
 * `kept` is a copy with the same offsets, from which values are sliced: a slice of `text` would keep the whole file in
 * memory. `colon` and `hash` are the offsets of the next ones.
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

const KEY_LENGTH_LIMIT = 100;

/** One key with its value, from the start of a line to the start of another. */
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

/** The value with the comment after it, as written; null without a comment or with an empty one. */
function writtenOf(cursor: Cursor, start: number, valueEnd: number, lineEnd: number): string | null {
  const { kept } = cursor;
  // Without a comment only blanks and a carriage return can follow.
  if (nextHash(cursor, start) > lineEnd || !/\S/.test(kept.slice(valueEnd, lineEnd))) return null;
  const written = kept.slice(start, lineEnd).trimEnd();
  return written === "#" ? null : written;
}

/** A plain text that starts with a letter or digit and ends at the first colon, without a comment before it. */
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

/** Offset of the next one, or the text's end. */
function find(text: string, character: string, from: number): number {
  const at = text.indexOf(character, from);
  return at === -1 ? text.length : at;
}

/** Offset after the value, without blanks and comment; -1 if a `#` may or may not start a comment. */
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

/** The list below a key without a value on its line; null if there is none. */
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
  // Copies, because arrays that grew keep spare capacity.
  return indent === -1 ? null : { kind: "texts", texts: items.slice(), lines: lines.slice() };
}

function readItem(cursor: Cursor, start: number): string | Declined {
  const lineEnd = cursor.text.indexOf("\n", start);
  const end = endOfValue(cursor, start, lineEnd);
  goBehind(cursor, lineEnd);
  return end <= start ? DECLINED : (readText(cursor, start, end) ?? DECLINED);
}

/** Longer lists go to the full parser: comparing all items with each other would take too long. */
const ITEM_COUNT_LIMIT = 64;

/** The full parser cuts longer ones. */
const ITEM_LENGTH_LIMIT = 1_000;

const isNew = (item: string, items: readonly string[]) =>
  item !== "" &&
  item.length <= ITEM_LENGTH_LIMIT &&
  item.trim().length === item.length &&
  items.length < ITEM_COUNT_LIMIT &&
  !items.includes(item);

/** An item of a flow list: quoted without quotes or escapes inside, or plain without special characters. */
const FLOW_ITEM = /^(?:"([^"\\]*)"|'([^']*)'|([^-?:,[\]{}#&*!|>'"%@` ][^,[\]{}:#]*))$/;

/** `[a, "b", c]` on one line; a trailing comma is allowed. */
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

/** 1 for characters that a plain text may not start with, or that have a meaning there. */
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
