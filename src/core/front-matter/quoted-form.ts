import { findUnfitCharacter } from "./write-text.ts";

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
