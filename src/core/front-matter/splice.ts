// Changes to a text as replaced ranges, so that what is not in a range cannot change.

export type Splice = { readonly start: number; readonly end: number; readonly text: string };

/** The text with all of them done; they must not overlap. */
export function applySplices(source: string, splices: readonly Splice[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, text } of splices.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    result += source.slice(at, start) + text;
    at = end;
  }
  return result + source.slice(at);
}

/** The lines, each with its break, where a line begins; where a last line has no break, behind it and without one. */
export function insertLines(
  source: string,
  at: number,
  { lines, lineBreak }: { readonly lines: readonly string[]; readonly lineBreak: string },
): Splice {
  const isLineStart = at === 0 || source[at - 1] === "\n";
  const text = isLineStart
    ? lines.map((line) => line + lineBreak).join("")
    : lines.map((line) => lineBreak + line).join("");
  return { start: at, end: at, text };
}

/** Offset of the start of the line that the offset is in. */
export const lineStartAt = (source: string, offset: number): number =>
  offset === 0 ? 0 : source.lastIndexOf("\n", offset - 1) + 1;

/** Offset of the start of the next line, or the text's end. An offset at a line's start is that line's own. */
export function lineAfter(source: string, offset: number): number {
  if (offset > 0 && source[offset - 1] === "\n") return offset;
  const feed = source.indexOf("\n", offset);
  return feed === -1 ? source.length : feed + 1;
}

/** How the line before the offset ends, or the first line after it; line feed where there is neither. */
export function lineBreakAt(source: string, offset: number): string {
  const before = source.lastIndexOf("\n", offset - 1);
  const feed = before === -1 ? source.indexOf("\n", offset) : before;
  return feed > 0 && source[feed - 1] === "\r" ? "\r\n" : "\n";
}
