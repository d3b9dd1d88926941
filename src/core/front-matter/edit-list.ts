// Changes a list of texts entry by entry: what stays keeps its line, its quotes and its comment.

import type { FoundItem, FoundKey, FoundValue } from "./find-keys.ts";
import { insertLines, lineAfter, lineBreakAt, lineStartAt, type Splice } from "./splice.ts";
import { writeFlowText, writeText } from "./write-text.ts";

export type ListChange =
  | { readonly kind: "splices"; readonly splices: readonly Splice[] }
  /** `why` completes "The value of <key> ". */
  | { readonly kind: "refused"; readonly offset: number; readonly why: string };

/** Makes the list under `key` hold these entries, each once. `indent` is that of its keys. */
export function changeList(
  source: string,
  {
    key,
    items,
    indent,
  }: { readonly key: FoundKey; readonly items: readonly string[]; readonly indent: number },
): ListChange {
  const { value } = key;
  switch (value.kind) {
    case "none":
      return splices(...newList(source, { key, items, indent, behind: key.colonEnd }));
    case "text":
      return changeText(source, { key, value, items, indent });
    case "flow_list":
      return changeFlowList(source, value, items);
    case "block_list":
      return changeBlockList(source, { key, value, items });
    case "block_text":
      return { kind: "refused", offset: value.start, why: "is a text of several lines" };
    default:
      return { kind: "refused", offset: key.start, why: "is no list" };
  }
}

/** Entries as lines of a list. */
export function listLines(items: readonly string[], indent: number): readonly string[] {
  return items.map((item) => `${" ".repeat(indent)}- ${writeText(item)}`);
}

/** How much further a list is indented than the key it belongs to. */
export const LIST_INDENT = 2;

type NewList = {
  readonly key: FoundKey;
  readonly items: readonly string[];
  readonly indent: number;
  /** The list begins on the line after this offset. */
  readonly behind: number;
};

function newList(source: string, { key, items, indent, behind }: NewList): readonly Splice[] {
  if (items.length === 0) return [{ start: key.colonEnd, end: key.colonEnd, text: " []" }];
  const at = lineAfter(source, behind);
  const lines = listLines(items, indent + LIST_INDENT);
  return [insertLines(source, at, { lines, lineBreak: lineBreakAt(source, at) })];
}

type TextValue = Extract<FoundValue, { kind: "text" }>;

/** One text that stood for a list of one. */
function changeText(
  source: string,
  { key, value, items, indent }: Omit<NewList, "behind"> & { readonly value: TextValue },
): ListChange {
  if (source.slice(key.colonEnd, value.end).includes("\n")) {
    return { kind: "refused", offset: key.start, why: "is a text on a line of its own" };
  }
  const removed = { start: key.colonEnd, end: value.end, text: "" };
  if (items.length === 0) return splices({ ...removed, text: " []" });
  return splices(removed, ...newList(source, { key, items, indent, behind: value.end }));
}

function changeFlowList(
  source: string,
  { start, end, items: found, hasComment }: Extract<FoundValue, { kind: "flow_list" }>,
  items: readonly string[],
): ListChange {
  if (hasComment)
    return { kind: "refused", offset: start, why: "is a list in brackets with a comment in it" };
  const odd = found.find(({ text }) => text === null);
  if (odd !== undefined) return oddItem(odd);
  const { kept, added } = compare(found, items);
  const written = [...kept.map((item) => source.slice(item.start, item.end)), ...added.map(writeFlowText)];
  return splices({ start, end, text: `[${written.join(", ")}]` });
}

function changeBlockList(
  source: string,
  {
    key,
    value: { items: found, indent },
    items,
  }: {
    readonly key: FoundKey;
    readonly value: Extract<FoundValue, { kind: "block_list" }>;
    readonly items: readonly string[];
  },
): ListChange {
  const odd = found.find(({ text, isEmpty }) => text === null && !isEmpty);
  if (odd !== undefined) return oddItem(odd);
  const { kept, added } = compare(found, items);
  const removed = found
    .filter((item) => !kept.includes(item))
    .map((item) => ({ start: lineStartAt(source, item.start), end: lineAfter(source, item.end), text: "" }));
  if (items.length === 0) return splices(...newList(source, { key, items, indent, behind: 0 }), ...removed);
  const at = lineAfter(source, found.at(-1)?.end ?? key.colonEnd);
  const lines = listLines(added, indent);
  return splices(...removed, insertLines(source, at, { lines, lineBreak: lineBreakAt(source, at) }));
}

function oddItem({ start }: FoundItem): ListChange {
  return { kind: "refused", offset: start, why: "has an entry that is not one text" };
}

/** Entries of the file that stay, each text once, and those it does not have. */
function compare(found: readonly FoundItem[], items: readonly string[]) {
  const wanted = new Set(items);
  const kept: FoundItem[] = [];
  for (const item of found) {
    const text = item.text?.trim() ?? "";
    if (wanted.delete(text)) kept.push(item);
  }
  return { kept, added: [...wanted] };
}

function splices(...list: readonly Splice[]): ListChange {
  return { kind: "splices", splices: list };
}
