// Values that many tasks have in common, held once. Files that follow the template have the same headings at the same
// lines, and a few hundred names and sentences stand in all rows: at 100,000 tasks that is half of what they take.
// Nothing here changes a value; a pool that is full starts again, and then some values are held twice.

import type { Section, TaskSpec } from "../contract/task.ts";

/** A tree in which every file is different still has few pairs of heading and line. */
const SECTIONS_MAX = 50_000;
const LINES_MAX = 10_000;
const TEXTS_MAX = 20_000;
/** Counts below this make one number with a line; larger ones are rare enough to stay apart. */
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

/** Lines of the keys in a file's front matter. */
export function shareLines(lines: TaskSpec["lines"]): TaskSpec["lines"] {
  return share(lineTables, JSON.stringify(lines), lines, LINES_MAX);
}

/** For texts that come from a store or file and mostly are one of few. */
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
