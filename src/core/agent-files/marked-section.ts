// A section of ours in a file of other people: two marks, each a line, with our lines between them. Putting it in and taking
// it out again changes no other byte.
//
// Two facts about the file before are kept in the section's surroundings, so that taking it out restores them: text without a
// line break at its end gets a section without one, and a file that did not exist begins with the section at its first byte.

import { type Refusal, refusal } from "../contract/refusal.ts";
import { lineBreakAt } from "../front-matter/splice.ts";

const BEGIN_MARK =
  "<!-- tasks:begin (written by `tasks agents install`, removed by `tasks agents uninstall`) -->";
const END_MARK = "<!-- tasks:end -->";
/** An earlier or later version may say something else in the parentheses. */
const BEGIN = /^<!-- tasks:begin\b.*$/gm;
const END = /^<!-- tasks:end -->/gm;

/** `text`: of the whole file; null: there is no such file, or none any more. */
export type EditedFile = { readonly kind: "edited"; readonly text: string | null } | Refusal;

/** Adds the section at the end, or replaces what is between its marks. `before` is null where there is no file. */
export function putSection(before: string | null, lines: readonly string[]): EditedFile {
  const text = before ?? "";
  const place = findSection(text);
  if (place === "damaged") return DAMAGED;
  const lineBreak = place === null ? lineBreakAt(text, 0) : lineBreakIn(text, place);
  const section = [BEGIN_MARK, ...lines, END_MARK].join(lineBreak);
  if (place !== null) return edited(text.slice(0, place.start) + section + text.slice(place.end));
  if (before === null) return edited(section + lineBreak);
  const endsLine = text === "" || text.endsWith("\n");
  return edited(endsLine ? text + lineBreak + section + lineBreak : text + lineBreak + lineBreak + section);
}

/** The file without the section; null where nothing else is in it and it did not exist before. */
export function takeSection(text: string): EditedFile {
  const place = findSection(text);
  if (place === null) return edited(text);
  if (place === "damaged") return DAMAGED;
  const lineBreak = lineBreakIn(text, place);
  const before = text.slice(0, place.start);
  const after = text.slice(place.end);
  if (after.startsWith(lineBreak)) {
    const rest = withoutBlankLine(before, lineBreak) + after.slice(lineBreak.length);
    return edited(rest === "" && before === "" ? null : rest);
  }
  const joined = lineBreak + lineBreak;
  return edited((before.endsWith(joined) ? before.slice(0, -joined.length) : before) + after);
}

/** The blank line before the section is ours. */
function withoutBlankLine(before: string, lineBreak: string): string {
  const isBlank = before === lineBreak || before.endsWith(`\n${lineBreak}`);
  return isBlank ? before.slice(0, -lineBreak.length) : before;
}

const edited = (text: string | null): EditedFile => ({ kind: "edited", text });

const DAMAGED = refusal(
  "It does not have exactly one line <!-- tasks:begin … --> and one line <!-- tasks:end --> after it.",
  "Delete these lines, and what `tasks agents install` wrote between them, by hand; then try again.",
  "edit_refused",
);

type Place = { readonly start: number; readonly end: number };

/** The one after its first mark: other parts of the text may have others. */
const lineBreakIn = (text: string, { start }: Place): string =>
  lineBreakAt(text, text.indexOf("\n", start) + 1);

function findSection(text: string): Place | "damaged" | null {
  const begins = [...text.matchAll(BEGIN)];
  const ends = [...text.matchAll(END)];
  const [begin] = begins;
  const [end] = ends;
  if (begin === undefined && end === undefined) return null;
  if (begin === undefined || end === undefined || begins.length + ends.length > 2) return "damaged";
  if (end.index < begin.index) return "damaged";
  return { start: begin.index, end: end.index + end[0].length };
}
