// "Did you mean": the one candidate that is close enough to suggest, or the few names that are similar to a missing one.

import { compareText } from "./compare-text.ts";

/** Longer words are not compared: the cost grows with the square of the length. */
const COMPARED_LENGTH_LIMIT = 100;

/** One typo in short words, two in longer ones; more would be guessing. */
const typosAllowed = (length: number) => (length < 5 ? 1 : 2);

/** The candidate with the fewest typos (ignoring case, `-` and spaces), or null when none is close. */
export function nearest(written: string, candidates: Iterable<string>): string | null {
  if (written.length > COMPARED_LENGTH_LIMIT) return null;
  const asked = normalize(written);
  let best: string | null = null;
  let fewest = typosAllowed(asked.length) + 1;
  for (const candidate of candidates) {
    const typos = editDistance(asked, normalize(candidate), fewest);
    if (typos < fewest) {
      fewest = typos;
      best = candidate;
    }
  }
  return best;
}

const normalize = (word: string) =>
  word
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");

/** Levenshtein distance in which a swap of two neighbours counts as one; stops at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let older: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = nextRow({ a, b, row, previous, older });
    if (Math.min(...current) >= limit) return limit;
    older = previous;
    previous = current;
  }
  return cell(previous, b.length);
}

type Rows = { a: string; b: string; row: number; previous: readonly number[]; older: readonly number[] };

function nextRow({ a, b, row, previous, older }: Rows): number[] {
  const current = [row];
  for (let column = 1; column <= b.length; column++) {
    const replaced = cell(previous, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
    const typos = Math.min(replaced, cell(previous, column) + 1, cell(current, column - 1) + 1);
    const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
    current.push(swapped ? Math.min(typos, cell(older, column - 2) + 1) : typos);
  }
  return current;
}

const cell = (row: readonly number[], column: number) => row[column] ?? Number.POSITIVE_INFINITY;

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
