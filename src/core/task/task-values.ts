// Turns a typed `key=value` into an edit of that key, with the checks of the file's reader.

import { type Refusal, refusal } from "../contract/refusal.ts";
import type { KeyEdit } from "../front-matter/edit-yaml.ts";
import { nearest } from "../text/nearest.ts";
import { quote } from "../text/quote.ts";
import { readTaskFields, TASK_KEYS } from "./read-task-fields.ts";

export type ReadValue = { readonly kind: "edit"; readonly edit: KeyEdit } | Refusal;

/** An empty value removes the key. `anyKey`: unknown keys are accepted. */
export function readValue(key: string, value: string, { anyKey }: { readonly anyKey: boolean }): ReadValue {
  const known: readonly string[] = TASK_KEYS;
  if (!known.includes(key) && !anyKey) return unknownKey(key);
  const text = value.trim();
  if (text === "") return { kind: "edit", edit: { kind: "remove", key } };
  if (key === "dependencies") return { kind: "edit", edit: { kind: "list", key, items: splitNames(text) } };
  const refused = refuseValue(key, text) ?? refuseLineBreak(key, text);
  return refused ?? { kind: "edit", edit: { kind: "text", key, text } };
}

/** `a, b` as distinct names. */
export function splitNames(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ""))];
}

const ABOUT_OTHER_KEYS: ReadonlySet<string> = new Set([
  "title_missing",
  "status_missing",
  "completed_by_missing",
  "completed_date_missing",
]);

function refuseValue(key: string, text: string): Refusal | null {
  const report = { file: "", problems: [] as Parameters<typeof readTaskFields>[1]["problems"] };
  readTaskFields([{ key, line: 1, value: text, written: null }], report);
  const found = report.problems.find(({ code }) => !ABOUT_OTHER_KEYS.has(code) && code !== "key_misspelt");
  return found === undefined ? null : refusal(found.message, found.hint);
}

/** Keys whose text may have several lines. */
const MAY_HAVE_LINES: ReadonlySet<string> = new Set(["description", "gates_waived"]);

function refuseLineBreak(key: string, text: string): Refusal | null {
  const known: readonly string[] = TASK_KEYS;
  if (!known.includes(key) || MAY_HAVE_LINES.has(key) || !/[\n\r]/.test(text)) return null;
  return refusal(`The value of ${key} has more than one line.`, "Write it on one line.");
}

function unknownKey(key: string): Refusal {
  const meant = nearest(key, TASK_KEYS);
  const hint = `Keys are: ${TASK_KEYS.join(", ")}; --any-key accepts any other.`;
  return refusal(`Unknown key ${quote(key)}.`, meant === null ? hint : `Did you mean ${meant}? ${hint}`);
}
