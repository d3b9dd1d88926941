// The fast path: the part of YAML that task files use, read in one pass. `key: text`, quoted text on one line, lists
// of such texts, comments and blank lines. It declines (null) whatever it is not sure of, errors and repeated keys
// included, and the full parser decides; a property test holds that what it accepts, it reads like the full parser.

import { detach } from "./detach.ts";
import type { FrontMatterEntry, ListValue } from "./front-matter.ts";

export type PlainYaml = {
  readonly entries: readonly FrontMatterEntry[];
  /** 1-based line of whatever follows the block: its closing marker. */
  readonly lineAfter: number;
};

export type YamlPlace = { readonly start: number; readonly end: number; readonly line: number };

/** Entries with more keys go to the full parser, which looks repeated keys up instead of comparing them. */
const KEY_COUNT_LIMIT = 64;

/** Reads `text` from `start` to `end`, both at line boundaries; null when the full parser has to. */
export function readPlainYaml(text: string, place: YamlPlace): PlainYaml | null {
  const cursor: Cursor = {
    text,
    kept: detach(text.slice(0, place.end)),
    end: place.end,
    at: place.start,
    line: place.line,
  };
  const entries: FrontMatterEntry[] = [];
  while (cursor.at < cursor.end) {
    const entry = readEntry(cursor);
    if (entry === DECLINED || entries.length === KEY_COUNT_LIMIT) return null;
    if (entry === null) continue;
    for (let index = 0; index < entries.length; index++) if (entries[index]?.key === entry.key) return null;
    entries.push(entry);
  }
  return { entries, lineAfter: cursor.line };
}

const DECLINED = Symbol("declined");
type Declined = typeof DECLINED;

/**
 * `kept` is a copy of the same characters at the same offsets, which values are cut from: a value cut from `text`
 * would keep the whole file in memory.
 */
type Cursor = {
  readonly text: string;
  readonly kept: string;
  readonly end: number;
  at: number;
  line: number;
};

const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const DOUBLE_QUOTE = 34;
const HASH = 35;
const SINGLE_QUOTE = 39;
const COMMA = 44;
const DASH = 45;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;

/** What a character may be. Everything at 127 and above is looked at by `isPlainUnicode`. */
const IN_TEXT = 1;
const IN_KEY = 2;
const STARTS_TEXT = 4;
const IN_FLOW_TEXT = 8;

const CLASSES = classifyAscii();

function classifyAscii(): Uint8Array {
  const classes = new Uint8Array(128);
  for (let code = SPACE + 1; code < 127; code++) {
    const character = String.fromCharCode(code);
    let bits = IN_TEXT;
    if (/[A-Za-z0-9_-]/.test(character)) bits |= IN_KEY;
    if (!/[-?:,[\]{}#&*!|>'"%@`]/.test(character)) bits |= STARTS_TEXT;
    if (!/[,[\]{}:#]/.test(character)) bits |= IN_FLOW_TEXT;
    classes[code] = bits;
  }
  return classes;
}

const has = (code: number, bit: number) =>
  code < 127 ? ((CLASSES[code] ?? 0) & bit) !== 0 : isPlainUnicode(code) && bit !== IN_KEY;

/** Printable and visible; lone halves of pairs, direction marks and byte order marks are left to the full parser. */
const isPlainUnicode = (code: number) =>
  (code >= 0xa1 && code < 0x2000) ||
  (code >= 0x2010 && code < 0x2028) ||
  (code >= 0x2030 && code < 0x2060) ||
  (code >= 0x2070 && code < 0xd800) ||
  (code >= 0xe000 && code < 0xfe00);

/** One key with its value; null for a blank line or a comment. Leaves the cursor at the start of a line. */
function readEntry(cursor: Cursor): FrontMatterEntry | null | Declined {
  const { text, line } = cursor;
  const start = cursor.at;
  let at = start;
  while (has(text.charCodeAt(at), IN_KEY)) at++;
  if (at === start) return skipBlankLine(cursor) ? null : DECLINED;
  if (text.charCodeAt(at) !== COLON || text.charCodeAt(start) === DASH) return DECLINED;
  const after = text.charCodeAt(at + 1);
  if (after !== SPACE && after !== LINE_FEED && after !== CARRIAGE_RETURN) return DECLINED;
  const key = cursor.kept.slice(start, at);
  cursor.at = at + 1;
  if (endsLine(cursor)) {
    const list = readBlockList(cursor);
    return list === DECLINED ? DECLINED : { key, line, value: list };
  }
  const value = cursor.text.charCodeAt(cursor.at) === OPEN_BRACKET ? readFlowList(cursor) : readText(cursor);
  return value === DECLINED || !endsLine(cursor) ? DECLINED : { key, line, value };
}

/** Skips blanks, a comment and the line's end; false when something else stands there (the blanks stay skipped). */
function endsLine(cursor: Cursor): boolean {
  const { text } = cursor;
  let at = cursor.at;
  while (text.charCodeAt(at) === SPACE) at++;
  let code = text.charCodeAt(at);
  if (code === HASH && (text.charCodeAt(at - 1) === SPACE || text.charCodeAt(at - 1) === LINE_FEED)) {
    do code = text.charCodeAt(++at);
    while (code !== LINE_FEED && code !== CARRIAGE_RETURN && at < cursor.end);
  }
  if (code === CARRIAGE_RETURN) code = text.charCodeAt(++at);
  if (code !== LINE_FEED) {
    cursor.at = text.charCodeAt(at - 1) === CARRIAGE_RETURN ? at - 1 : at;
    return false;
  }
  cursor.at = at + 1;
  cursor.line++;
  return true;
}

/** True when the line was blank or a comment, and is behind the cursor now. */
const skipBlankLine = endsLine;

/** The list under a key that has no value on its line; null when there is none. */
function readBlockList(cursor: Cursor): ListValue | null | Declined {
  const { text } = cursor;
  const items: string[] = [];
  const lines: number[] = [];
  let indent = -1;
  while (cursor.at < cursor.end) {
    const lineStart = cursor.at;
    if (skipBlankLine(cursor)) continue;
    const found = cursor.at - lineStart;
    if (text.charCodeAt(cursor.at) !== DASH) {
      if (found > 0) return DECLINED;
      break;
    }
    if (indent === -1) indent = found;
    if (found !== indent || text.charCodeAt(cursor.at + 1) !== SPACE) return DECLINED;
    const line = cursor.line;
    cursor.at += 2;
    while (text.charCodeAt(cursor.at) === SPACE) cursor.at++;
    const item = readText(cursor);
    if (item === DECLINED || item === null || !endsLine(cursor)) return DECLINED;
    items.push(item);
    lines.push(line);
  }
  return indent === -1 ? null : { kind: "items", items, lines };
}

/** `[a, "b", c]` on one line. */
function readFlowList(cursor: Cursor): ListValue | Declined {
  const { text, line } = cursor;
  const items: string[] = [];
  const lines: number[] = [];
  cursor.at++;
  for (;;) {
    while (text.charCodeAt(cursor.at) === SPACE) cursor.at++;
    if (text.charCodeAt(cursor.at) === CLOSE_BRACKET) break;
    const item = readText(cursor, IN_FLOW_TEXT);
    if (item === DECLINED || item === null) return DECLINED;
    items.push(item);
    lines.push(line);
    while (text.charCodeAt(cursor.at) === SPACE) cursor.at++;
    if (text.charCodeAt(cursor.at) === COMMA) cursor.at++;
    else if (text.charCodeAt(cursor.at) !== CLOSE_BRACKET) return DECLINED;
  }
  cursor.at++;
  return { kind: "items", items, lines };
}

/** A plain or quoted text that ends on its line. Leaves the cursor behind it. */
function readText(cursor: Cursor, allowed: number = IN_TEXT): string | null | Declined {
  const code = cursor.text.charCodeAt(cursor.at);
  if (code === SINGLE_QUOTE || code === DOUBLE_QUOTE) return readQuoted(cursor, code);
  return has(code, STARTS_TEXT) ? readPlain(cursor, allowed) : DECLINED;
}

function readPlain(cursor: Cursor, allowed: number): string | null | Declined {
  const { text } = cursor;
  const start = cursor.at;
  let at = start;
  let end = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (has(code, allowed)) {
      if (code === COLON && isBlankOrEnd(text.charCodeAt(at + 1))) return DECLINED;
      if (code === HASH && text.charCodeAt(at - 1) === SPACE) break;
      end = ++at;
    } else if (code === SPACE) at++;
    else if (code === LINE_FEED || code === CARRIAGE_RETURN || allowed === IN_FLOW_TEXT) break;
    else return DECLINED;
  }
  cursor.at = end;
  const value = cursor.kept.slice(start, end);
  return isNull(value) ? null : value;
}

const isBlankOrEnd = (code: number) =>
  code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB;

const isNull = (value: string) =>
  value.length <= 4 && (value === "~" || value === "null" || value === "Null" || value === "NULL");

function readQuoted(cursor: Cursor, quote: number): string | Declined {
  const { text } = cursor;
  const start = cursor.at + 1;
  let doubled = false;
  for (let at = start; ; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      if (quote === DOUBLE_QUOTE || text.charCodeAt(at + 1) !== quote) {
        cursor.at = at + 1;
        const value = cursor.kept.slice(start, at);
        return doubled ? value.replaceAll("''", "'") : value;
      }
      doubled = true;
      at++;
    } else if ((code === BACKSLASH && quote === DOUBLE_QUOTE) || (code !== SPACE && !has(code, IN_TEXT)))
      return DECLINED;
  }
}
