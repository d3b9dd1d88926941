// "Did you mean": names similar to one that was not found.

import { compareText } from "../text/compare-text.ts";
import { editDistance } from "../text/nearest.ts";

/** A name with up to this many edits (a character added, dropped or changed, or two swapped) counts as misspelt. */
const MAX_EDITS = 2;

const MAX_SUGGESTIONS = 3;

/** Fewer for short names, which are all similar to each other. */
function editsAllowed({ length }: string): number {
  return length < 3 ? 0 : length < 6 ? 1 : MAX_EDITS;
}

/** Finds at most three similar names, nearest first. */
export function nearMissFinder(names: readonly string[]): (asked: string) => readonly string[] {
  const letters = Int32Array.from(names, letterSet);
  return (asked) => {
    const wanted = letterSet(asked);
    const allowed = editsAllowed(asked);
    const found: { name: string; edits: number }[] = [];
    for (let position = 0; position < names.length; position++) {
      // One edit changes at most two letters of the set, which rules out nearly every name.
      if (bitCount((letters[position] ?? 0) ^ wanted) > 2 * allowed) continue;
      const name = names[position] ?? "";
      const edits = editDistance(name, asked, allowed + 1);
      if (edits <= allowed) found.push({ name, edits });
    }
    return found
      .sort((a, b) => a.edits - b.edits || compareText(a.name, b.name))
      .slice(0, MAX_SUGGESTIONS)
      .map(({ name }) => name);
  };
}

/** The characters of a text, folded into 32 bits. */
function letterSet(text: string): number {
  let set = 0;
  for (let position = 0; position < text.length; position++) set |= 1 << (text.charCodeAt(position) & 31);
  return set;
}

/** Adds up the bits in parallel, several times as fast as a loop. */
function bitCount(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
