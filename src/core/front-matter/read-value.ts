// Reads the value of a known key as a text or a list of texts; anything else becomes a problem.

import { problem } from "../problems/problem-table.ts";
import type { Report } from "../problems/report.ts";
import { isIsoDate } from "../text/iso-date.ts";
import { misreadValue } from "./changed-value.ts";
import type { FrontMatterEntry, ListValue, OddValue } from "./front-matter-entry.ts";

/** Pages show no more of a title or name, and every row of the snapshot carries them. */
const TEXT_LENGTH_LIMIT = 1_000;

/** Each entry is resolved in every cycle. */
const LIST_LENGTH_LIMIT = 200;

/** The trimmed text of an entry; null if it is empty or not a text. */
export function readText(
  entry: FrontMatterEntry,
  report: Report,
  lengthLimit = TEXT_LENGTH_LIMIT,
): string | null {
  const { key, line, value } = entry;
  if (entry.written !== null) reportChanged(entry, report);
  if (value === null) return null;
  if (typeof value !== "string") {
    reportOdd("found" in value ? value : LIST, { key, line }, report);
    return null;
  }
  const text = value.trim();
  if (text === "") return null;
  if (text.length <= lengthLimit) return text;
  report.problems.push(problem("value_too_long", { file: report.file, line }, { key, limit: lengthLimit }));
  return `${text.slice(0, lengthLimit).toWellFormed()}…`;
}

export type ReadTexts = { readonly texts: readonly string[]; readonly lines: readonly number[] };

/** The distinct texts of an entry, trimmed, and their 1-based lines; a single text is a list of one. */
export function readTexts(entry: FrontMatterEntry, report: Report): ReadTexts {
  const { key, line, value } = entry;
  if (value === null) {
    if (entry.written !== null) reportChanged(entry, report);
    return NO_TEXTS;
  }
  if (typeof value === "string") {
    const text = readText(entry, report);
    if (text === null) return NO_TEXTS;
    report.problems.push(problem("list_is_text", { file: report.file, line }, { key, value: text }));
    return { texts: [text], lines: [line] };
  }
  if ("found" in value) {
    reportOdd(value, { key, line }, report);
    return NO_TEXTS;
  }
  return "items" in value ? readItems(key, value, report) : value;
}

/** The date as written; null with a problem if it does not exist. */
export function readDate(entry: FrontMatterEntry, report: Report): string | null {
  const value = readText(entry, report);
  if (value === null || isIsoDate(value)) return value;
  const at = { file: report.file, line: entry.line };
  report.problems.push(problem("date_invalid", at, { key: entry.key, value }));
  return null;
}

function reportChanged(entry: FrontMatterEntry, report: Report): void {
  const changed = misreadValue(entry);
  if (changed === null) return;
  const value = typeof entry.value === "string" ? entry.value : "";
  const at = { file: report.file, line: entry.line };
  report.problems.push(problem("value_changed", at, { key: entry.key, value, ...changed }));
}

const NO_TEXTS: ReadTexts = { texts: [], lines: [] };
const LIST: OddValue = { kind: "list", found: "a list" };

function readItems(key: string, list: ListValue, report: Report): ReadTexts {
  const texts = new Map<string, number>();
  list.items.slice(0, LIST_LENGTH_LIMIT).forEach((item, index) => {
    const line = list.lines[index] ?? 0;
    const at = { file: report.file, line };
    if (item !== null && typeof item !== "string") {
      reportOdd(item, { key: `an entry of ${key}`, line }, report);
      return;
    }
    const text = item?.trim().slice(0, TEXT_LENGTH_LIMIT) ?? "";
    if (text === "") report.problems.push(problem("list_item_empty", at, { key }));
    else if (texts.has(text)) report.problems.push(problem("list_item_repeated", at, { key, value: text }));
    else texts.set(text, line);
  });
  if (list.items.length > LIST_LENGTH_LIMIT) {
    const at = { file: report.file, line: list.lines[LIST_LENGTH_LIMIT] ?? null };
    report.problems.push(problem("list_too_long", at, { key, limit: LIST_LENGTH_LIMIT }));
  }
  return { texts: [...texts.keys()], lines: [...texts.values()] };
}

/** A value that is not a text. Repeated keys have been reported before. */
function reportOdd(value: OddValue, place: { key: string; line: number | null }, report: Report): void {
  const at = { file: report.file, line: place.line };
  if (value.kind === "alias") report.problems.push(problem("yaml_alias", at, { key: place.key }));
  else if (value.kind !== "repeated") {
    report.problems.push(problem("value_not_text", at, { key: place.key, found: value.found }));
  }
}
