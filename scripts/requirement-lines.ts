// The lines of docs/requirements.md: "| N12 | what must hold | tests |".

const LINE = /^\| ([A-Z]\d+) \|/;

/** Numbers that stand twice, in the order of the text: what merging two branches leaves. */
export function repeatedNumbers(text: string): readonly string[] {
  const numbers = text.split("\n").flatMap((line) => LINE.exec(line)?.[1] ?? []);
  return [...new Set(numbers.filter((number, at) => numbers.indexOf(number) !== at))];
}

/** Without lines that were there before, word for word. */
export function withoutRepeats(text: string): string {
  const seen = new Set<string>();
  const kept = text.split("\n").filter((line) => {
    if (!LINE.test(line)) return true;
    const isNew = !seen.has(line);
    seen.add(line);
    return isNew;
  });
  return kept.join("\n");
}
