// Words that a native engineer would not write, or that say less than the field's own word. `npm run check` fails on each in
// src, scripts, bench, tests and docs: in comments, texts and names alike. A stored or foreign name that contains one is
// written with `words-ok: reason` on its line.

/** The word as a pattern, and what to write. */
const INSTEAD: readonly (readonly [string, string])[] = [
  ["told", "reported, shown, or say who says it"],
  ["wish(es|ed|ing)?", "request, option"],
  ["anew", "again"],
  ["who(m)?(so)?ever", "name who"],
  ["somebody", "name who: a person, a process, another command"],
  ["nobody", "no one, or say what is missing"],
  ["see(s|ing|n)? to (it|all|what|that|this|them)", "handle"],
  ["tend(s|ed|ing)?", "recover, maintain"],
  ["whatsoever|thereof|whence|hitherto", "leave it out"],
  ["shall", "must, will"],
  ["by (it|them)sel(f|ves)", "automatically"],
  ["glance(s|d)?", "look, check"],
  ["in vain", "without success"],
  ["com(e|es|ing) to nothing|came to nothing", "fails, has no effect"],
  ["perceive(s|d)?|senses", "observe"],
  ["witness(es|ed)?", "probe"],
  ["sighting(s)?", "observation"],
  ["flaws?", "problem"],
  ["mend(s|ed|ing)?", "fix"],
  ["begun", "started"],
  ["dear(er|est)", "expensive"],
  ["looks up|look-ups?", "sync, for pull requests"],
  ["(goes|went) on", "continue"],
  ["any ?body|every ?body", "anyone, everyone"],
  ["for ever", "forever, again and again"],
  ["under way", "running, in progress"],
];

const pattern = new RegExp(`\\b(${INSTEAD.map(([word]) => `(?:${word})`).join("|")})\\b`, "i");

/** Names are taken apart: `toldSource` holds a word too. */
export function wordsIn(line: string): string[] {
  if (line.includes("words-ok:")) return [];
  const found = pattern.exec(line.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " "));
  return found === null ? [] : [found[0]];
}

export function instead(word: string): string {
  return INSTEAD.find(([pattern]) => new RegExp(`^(?:${pattern})$`, "i").test(word))?.[1] ?? "";
}
