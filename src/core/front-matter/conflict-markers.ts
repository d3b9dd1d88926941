// Finds an unresolved git merge conflict: <<<<<<< at the start of a line, and a later line of ======= or >>>>>>>. Text
// about conflicts has them indented or inside a line.

import { countLines } from "../text/count-lines.ts";

/** One short of git's seven: `indexOf` is much faster with six characters. */
const SEARCHED = "<<<<<<";

/** The 1-based line of the first conflict, or null. */
export function findConflictLine(text: string): number | null {
  let at = text.indexOf(SEARCHED);
  while (at !== -1 && !isOpening(text, at)) at = text.indexOf(SEARCHED, at + SEARCHED.length);
  if (at === -1) return null;
  // If nothing follows the first opening, nothing follows a later one.
  const isConflict = text.indexOf("\n=======", at) !== -1 || text.indexOf("\n>>>>>>>", at) !== -1;
  return isConflict ? countLines(text, 0, at) + 1 : null;
}

const isOpening = (text: string, at: number) =>
  (at === 0 || text[at - 1] === "\n") && /^<{7}(?:[ \r\n]|$)/.test(text.slice(at, at + 8));
