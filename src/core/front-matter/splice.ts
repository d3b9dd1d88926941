// Edits of a text as replaced ranges: nothing outside a range can change.

export type Splice = { readonly start: number; readonly end: number; readonly text: string };

/** Applies all of them; they must not overlap. */
export function applySplices(source: string, splices: readonly Splice[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, text } of splices.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    result += source.slice(at, start) + text;
    at = end;
  }
  return result + source.slice(at);
}

/** Inserts lines at the start of a line, or after a last line without a line break, which then stays without one. */
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

/** Start of the line that contains the offset. */
export const lineStartAt = (source: string, offset: number): number =>
  offset === 0 ? 0 : source.lastIndexOf("\n", offset - 1) + 1;

/** Start of the next line, or the text's end; an offset at the start of a line stays. */
export function lineAfter(source: string, offset: number): number {
  if (offset > 0 && source[offset - 1] === "\n") return offset;
  const feed = source.indexOf("\n", offset);
  return feed === -1 ? source.length : feed + 1;
}

/** The line break before the offset, else after it, else a line feed. */
export function lineBreakAt(source: string, offset: number): string {
  const before = source.lastIndexOf("\n", offset - 1);
  const feed = before === -1 ? source.indexOf("\n", offset) : before;
  return feed > 0 && source[feed - 1] === "\r" ? "\r\n" : "\n";
}
