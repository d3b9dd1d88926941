// Writes a text as a YAML scalar: bare where YAML reads it back as that very text, in quotes where it would not.

export type QuoteStyle = "plain" | "single" | "double";

/** The text in the style asked for, or in double quotes where that style cannot hold it. */
export function writeText(text: string, style: QuoteStyle = "plain"): string {
  if (style === "plain" && isPlain(text)) return text;
  if (style === "single" && !LINE_BREAK.test(text)) return `'${text.replaceAll("'", "''")}'`;
  return JSON.stringify(text);
}

/** The same for an entry of a list in brackets, where commas and brackets mean something. */
export function writeFlowText(text: string): string {
  return FLOW_INDICATORS.test(text) ? JSON.stringify(text) : writeText(text);
}

/**
 * Why a text cannot stand in front matter at all, or null: characters that do not show and can change how it reads,
 * control characters, halves of surrogate pairs. Line breaks and tabs are fine, in quotes.
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

/** On one line, no blank at either end, and no indicator in front. */
const PLAIN = /^[^\s\-?:,[\]{}#&*!|>'"%@`](?:[^\n\r\t]*\S)?$/u;
/** Where a colon would begin a value, or a hash a comment. */
const SEPARATORS = /:(?:\s|$)|\s#/;
const NULL_WORDS: ReadonlySet<string> = new Set(["~", "null", "Null", "NULL"]);
