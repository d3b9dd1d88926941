// Text from a file, a branch name or an error must not act on a terminal (S19): escape sequences could rewrite what was
// printed before, set the clipboard or the title, and direction marks can make one word read as another.

import { escapeCharacter } from "../../core/text/plain-output.ts";

/** `text` on one line: every character that acts rather than shows becomes a visible `\xNN` or `\uNNNN`. */
export function terminalText(text: string): string {
  return text.replace(ACTING, escapeCharacter);
}

/** The same for text of several lines: line ends stay (CRLF as LF), tabs become spaces. */
export function terminalBlock(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) => terminalText(line.replaceAll("\t", "    ")))
    .join("\n");
}

/** JSON for a terminal or a program: two spaces, and no acting character raw (JSON itself leaves C1 and bidi alone). */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(ACTING_IN_JSON, jsonEscape);
}

/** The same on one line. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(ACTING_IN_JSON, jsonEscape);
}

/** Controls C0 and C1 with DEL, line and paragraph separators, bidi marks, zero-width and other invisible characters. */
const ACTING_RANGES =
  "\\u0000-\\u001F\\u007F-\\u009F\\u00AD\\u061C\\u180E\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\uFEFF\\uFFF9-\\uFFFB\\u{E0000}-\\u{E007F}\\uD800-\\uDFFF";
const ACTING = new RegExp(`[${ACTING_RANGES}]`, "gu");
/** In JSON text the line ends are JSON's own layout; a raw one inside a string does not exist. */
const ACTING_IN_JSON = new RegExp(`(?!\\n)[${ACTING_RANGES}]`, "gu");

function jsonEscape(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join(
    "",
  );
}

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, "0");
