// Finds the merge conflict that git leaves in a file: <<<<<<< at the start of a line, and a later line of ======= or
// >>>>>>>. A page that only talks about conflicts shows them indented or in one line.

import { countLines } from "./lines.ts";

/** One short of git's seven: search engines of strings look for six characters much faster than for seven. */
const SEARCHED = "<<<<<<";

/** The 1-based line of the first conflict, or null. */
export function findConflictLine(text: string): number | null {
  for (let at = text.indexOf(SEARCHED); at !== -1; at = text.indexOf(SEARCHED, at + SEARCHED.length)) {
    if (opensConflict(text, at)) return countLines(text, 0, at) + 1;
  }
  return null;
}

function opensConflict(text: string, at: number): boolean {
  const opens = (at === 0 || text[at - 1] === "\n") && /^<{7}(?:[ \r\n]|$)/.test(text.slice(at, at + 8));
  return opens && (text.indexOf("\n=======", at) !== -1 || text.indexOf("\n>>>>>>>", at) !== -1);
}
