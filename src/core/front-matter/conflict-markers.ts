// Finds the merge conflict that git leaves in a file: <<<<<<< at the start of a line, and a later line of ======= or
// >>>>>>>. A page that only talks about conflicts shows them indented or in one line.

import { countLines } from "../text/count-lines.ts";

/** One short of git's seven: search engines of strings look for six characters much faster than for seven. */
const SEARCHED = "<<<<<<";

/** The 1-based line of the first conflict, or null. */
export function findConflictLine(text: string): number | null {
  let at = text.indexOf(SEARCHED);
  while (at !== -1 && !isOpening(text, at)) at = text.indexOf(SEARCHED, at + SEARCHED.length);
  if (at === -1) return null;
  // What does not follow the first opening follows no later one either.
  const isConflict = text.indexOf("\n=======", at) !== -1 || text.indexOf("\n>>>>>>>", at) !== -1;
  return isConflict ? countLines(text, 0, at) + 1 : null;
}

const isOpening = (text: string, at: number) =>
  (at === 0 || text[at - 1] === "\n") && /^<{7}(?:[ \r\n]|$)/.test(text.slice(at, at + 8));
