// "Did you mean": names close to one that was not found.

/** Edits (a character added, dropped or changed) up to which a name is taken for a misspelling. */
const MAX_EDITS = 2;

/** Suggestions beyond these no longer help anybody. */
const MAX_SUGGESTIONS = 3;

/** A finder of names within two edits of the one asked for, nearest first, at most three. */
export function nearMissFinder(names: readonly string[]): (asked: string) => readonly string[] {
  const letters = names.map(letterSet);
  return (asked) => {
    const wanted = letterSet(asked);
    const found: { name: string; edits: number }[] = [];
    for (const [position, name] of names.entries()) {
      if (Math.abs(name.length - asked.length) > MAX_EDITS) continue;
      // One edit changes at most two letters of the set, which rules out nearly every name without comparing it.
      if (bitCount((letters[position] ?? 0) ^ wanted) > 2 * MAX_EDITS) continue;
      const edits = editDistance(name, asked);
      if (edits <= MAX_EDITS) found.push({ name, edits });
    }
    return found
      .sort((a, b) => a.edits - b.edits)
      .slice(0, MAX_SUGGESTIONS)
      .map(({ name }) => name);
  };
}

/** Which characters occur, folded into 32 bits. */
function letterSet(text: string): number {
  let set = 0;
  for (let position = 0; position < text.length; position++) set |= 1 << (text.charCodeAt(position) & 31);
  return set;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const changed = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(changed, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
