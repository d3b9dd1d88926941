// Writes a text as a YAML scalar: plain if YAML reads back the same text, else in quotes.

export type QuoteStyle = "plain" | "single" | "double";

/** In the requested style, or in double quotes if that style cannot express the text. */
export function writeText(text: string, style: QuoteStyle = "plain"): string {
  if (style === "plain" && isPlain(text)) return text;
  if (style === "single" && !LINE_BREAK.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text);
}

/** For an entry of a list in brackets, where commas and brackets are special. */
export function writeFlowText(text: string): string {
  return FLOW_INDICATORS.test(text) ? JSON.stringify(text) : writeText(text);
}

/** Entries as lines of a list. */
export function listLines(items: readonly string[], indent: number): readonly string[] {
  return items.map((item) => `${" ".repeat(indent)}- ${writeText(item)}`);
}

/** How much further a list is indented than the key it belongs to. */
export const LIST_INDENT = 2;

/**
 * The first character that may not be in front matter, as `U+202E`: invisible ones that change how text reads, control
 * characters, lone surrogates. Line breaks and tabs are fine, in quotes.
 */
export function findUnfitCharacter(text: string): string | null {
  const [hit] = UNFIT.exec(text) ?? [];
  if (hit === undefined) return null;
  return `U+${(hit.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Controls, lone surrogates, line separators, direction overrides, zero-width characters, byte order marks. */
const UNFIT = /(?![\n\r\t])[\p{Cc}\p{Cs}\u200B\u2028-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\uFFFE\uFFFF]/u;
const LINE_BREAK = /[\n\r\t]/;
const FLOW_INDICATORS = /[,[\]{}]/;

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !SEPARATORS.test(text) && !NULL_WORDS.has(text);
}

/** On one line, without a blank at either end or an indicator at the start. */
const PLAIN = /^[^\s\-?:,[\]{}#&*!|>'"%@`](?:[^\n\r\t]*\S)?$/u;
/** A colon that would start a value, or a hash that would start a comment. */
const SEPARATORS = /:(?:\s|$)|\s#/;
const NULL_WORDS: ReadonlySet<string> = new Set(["~", "null", "Null", "NULL"]);

/** Longer hints are not worth copying. */
const SHOWN_LENGTH_LIMIT = 200;

/** The line that YAML reads as exactly this text: `title: "fix #42"`; for a long text in words. */
export function quotedForm(key: string, text: string, quotes: "double" | "single" = "double"): string {
  if (
    text.length > SHOWN_LENGTH_LIMIT ||
    findUnfitCharacter(text) !== null ||
    /\s/.test(text.replaceAll(" ", ""))
  )
    return `the value of ${key} in ${quotes} quotes`;
  return `${key}: ${quotes === "double" ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`}`;
}
