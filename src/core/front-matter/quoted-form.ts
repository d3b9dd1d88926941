import { findUnfitCharacter } from "./write-text.ts";

/** A hint that is longer than this is not read, and nobody copies it. */
const SHOWN_LENGTH_LIMIT = 200;

/** The line to write so that YAML reads exactly this text: `title: "fix #42"`, or the same in words for a long one. */
export function quotedForm(key: string, text: string, quotes: "double" | "single" = "double"): string {
  if (
    text.length > SHOWN_LENGTH_LIMIT ||
    findUnfitCharacter(text) !== null ||
    /\s/.test(text.replaceAll(" ", ""))
  )
    return `the value of ${key} in ${quotes} quotes`;
  return `${key}: ${quotes === "double" ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`}`;
}
