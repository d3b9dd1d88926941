// Interns values that many tasks share. Files from the template have the same headings on the same lines, and all rows
// together have a few hundred names and sentences: at 100,000 tasks that halves their memory. A full pool is cleared, and
// then some values exist twice.

import type { Section, TaskSpec } from "../contract/task.ts";

const SECTIONS_MAX = 50_000;
const LINES_MAX = 10_000;
const TEXTS_MAX = 20_000;
/** Counts below this are combined with the line to one number; larger ones are not shared. */
const COUNT_BASE = 1_000;

const sections = new Map<string, Map<number, Section>>();
let sectionCount = 0;
const lineTables = new Map<string, TaskSpec["lines"]>();
const texts = new Map<string, string>();

export function shareSections(list: readonly Section[]): readonly Section[] {
  return list.map(shareSection);
}

function shareSection(section: Section): Section {
  const { heading, line, ticked, dropped, total } = section;
  if (total >= COUNT_BASE) return section;
  const place = ((line * COUNT_BASE + ticked) * COUNT_BASE + dropped) * COUNT_BASE + total;
  if (sectionCount >= SECTIONS_MAX) {
    sections.clear();
    sectionCount = 0;
  }
  let byPlace = sections.get(heading);
  if (byPlace === undefined) {
    byPlace = new Map();
    sections.set(heading, byPlace);
  }
  const known = byPlace.get(place);
  if (known !== undefined) return known;
  byPlace.set(place, section);
  sectionCount += 1;
  return section;
}

export function shareLines(lines: TaskSpec["lines"]): TaskSpec["lines"] {
  return share(lineTables, JSON.stringify(lines), lines, LINES_MAX);
}

/** For texts from a store or file that are mostly among few. */
export function shareText<Text extends string | null>(text: Text): Text {
  if (text === null) return text;
  return share(texts as Map<string, Text>, text, text, TEXTS_MAX);
}

function share<Value>(pool: Map<string, Value>, key: string, value: Value, most: number): Value {
  const known = pool.get(key);
  if (known !== undefined) return known;
  if (pool.size >= most) pool.clear();
  pool.set(key, value);
  return value;
}
