// "Did you mean": the one candidate that is close enough to suggest.

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
export function editDistance(a: string, b: string, limit: number): number {
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
