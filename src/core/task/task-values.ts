// From `key=value` as somebody types it to an edit of that key, checked as the reader of the file would check it.

import { type Refusal, refusal } from "../contract/refusal.ts";
import type { KeyEdit } from "../front-matter/edit-yaml.ts";
import { nearest } from "../text/nearest.ts";
import { quote } from "../text/quote.ts";
import { readTaskFields, TASK_KEYS } from "./read-task-fields.ts";

export type ReadValue = { readonly kind: "edit"; readonly edit: KeyEdit } | Refusal;

/** An empty value removes the key. `anyKey`: keys that nobody reads are taken as well. */
export function readValue(key: string, value: string, { anyKey }: { readonly anyKey: boolean }): ReadValue {
  const known: readonly string[] = TASK_KEYS;
  if (!known.includes(key) && !anyKey) return unknownKey(key);
  const text = value.trim();
  if (text === "") return { kind: "edit", edit: { kind: "remove", key } };
  if (key === "dependencies") return { kind: "edit", edit: { kind: "list", key, items: splitNames(text) } };
  const flaw = findFlaw(key, text) ?? findLineBreak(key, text);
  return flaw ?? { kind: "edit", edit: { kind: "text", key, text } };
}

/** `a, b` as names, each once. */
export function splitNames(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ""))];
}

/** What is missing beside it is another matter. */
const ABOUT_OTHER_KEYS: ReadonlySet<string> = new Set([
  "title_missing",
  "status_missing",
  "completed_by_missing",
  "completed_date_missing",
]);

function findFlaw(key: string, text: string): Refusal | null {
  const report = { file: "", problems: [] as Parameters<typeof readTaskFields>[1]["problems"] };
  readTaskFields([{ key, line: 1, value: text, written: null }], report);
  const flaw = report.problems.find(({ code }) => !ABOUT_OTHER_KEYS.has(code) && code !== "key_misspelt");
  return flaw === undefined ? null : refusal(flaw.message, flaw.hint);
}

/** Keys whose text may be a paragraph; every other known one is shown on one line. */
const MAY_HAVE_LINES: ReadonlySet<string> = new Set(["description", "gates_waived"]);

function findLineBreak(key: string, text: string): Refusal | null {
  const known: readonly string[] = TASK_KEYS;
  if (!known.includes(key) || MAY_HAVE_LINES.has(key) || !/[\n\r]/.test(text)) return null;
  return refusal(`The value of ${key} has more than one line.`, "Write it on one line.");
}

function unknownKey(key: string): Refusal {
  const meant = nearest(key, TASK_KEYS);
  const hint = `Keys are: ${TASK_KEYS.join(", ")}; with --any-key any other is written as well.`;
  return refusal(
    `Nobody reads a key ${quote(key)}.`,
    meant === null ? hint : `Did you mean ${meant}? ${hint}`,
  );
}
