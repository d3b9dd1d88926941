// Changes one key of a YAML mapping by replacing exactly the characters that say it; refuses what it cannot be sure of.

import { isScalar, isSeq, type ParsedNode } from "yaml";
import { type Refusal, refusal } from "../contract/refusal.ts";
import { inSentence } from "../text/listed.ts";
import { quote } from "../text/quote.ts";
import { insertLines, lineAfter, lineBreakAt, lineStartAt, type Splice } from "./splice.ts";
import {
  findUnfitCharacter,
  LIST_INDENT,
  listLines,
  type QuoteStyle,
  writeFlowText,
  writeText,
} from "./write-text.ts";
import {
  blockTextOf,
  isBlockText,
  itemsOf,
  type ListItem,
  nameValue,
  type YamlKey,
  type YamlKeys,
} from "./yaml-keys.ts";

export type KeyEdit =
  | { readonly kind: "text"; readonly key: string; readonly text: string }
  /** In any order: entries that stay keep their position, new ones go to the end. */
  | { readonly kind: "list"; readonly key: string; readonly items: readonly string[] }
  /** No error when there is no such key. */
  | { readonly kind: "remove"; readonly key: string };

export type Mapping = {
  readonly source: string;
  readonly found: YamlKeys;
  /** The line break of a key that is added at the end. */
  readonly lineBreak: string;
};

/** The ranges to replace in the mapping's source. `offset` is where the obstacle is; null where there is no one place. */
export type MappingChange = readonly Splice[] | (Refusal & { readonly offset: number | null });

export function changeMapping({ source, found, lineBreak }: Mapping, edit: KeyEdit): MappingChange {
  if (found.kind === "unfit") return refused(found.offset, ...NOT_ON_LINES);
  const loneReturn = source.search(/\r(?!\n)/);
  if (loneReturn !== -1) return refused(loneReturn, ...LONE_RETURN);
  const unfit = unfitText(edit);
  if (unfit !== null) return unfit;
  const [key, second] = found.keys.filter(({ name }) => name === edit.key);
  if (second !== undefined)
    return refused(second.start, `The key ${inSentence(edit.key)} is written more than once.`, DELETE_ONE);
  if (key === undefined) {
    if (edit.kind === "remove") return [];
    return [insertLines(source, source.length, { lines: newKey(edit, found.indent), lineBreak })];
  }
  if (key.special !== null) return byHand(key.start, `The key ${inSentence(edit.key)} has ${key.special}.`);
  switch (edit.kind) {
    case "remove":
      return [{ start: lineStartAt(source, key.start), end: lineAfter(source, key.end), text: "" }];
    case "text":
      return changeText(source, key, edit.text);
    case "list":
      return changeList({ source, key, items: edit.items, indent: found.indent + LIST_INDENT });
  }
}

/** Keys are names: anything longer or stranger is a slip. */
const KEY_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,99}$/u;

function unfitText(edit: KeyEdit): MappingChange | null {
  if (!KEY_NAME.test(edit.key))
    return refused(null, `${quote(edit.key)} cannot be a key.`, "Use letters, digits, _ and - for the key.");
  const texts = edit.kind === "text" ? [edit.text] : edit.kind === "list" ? edit.items : [];
  for (const text of texts) {
    const character = findUnfitCharacter(text);
    if (character === null) continue;
    const message = `The new value of ${inSentence(edit.key)} contains an invisible character (${character}).`;
    return refused(null, message, "Remove the character.");
  }
  return null;
}

function newKey(edit: Exclude<KeyEdit, { kind: "remove" }>, indent: number): readonly string[] {
  const name = " ".repeat(indent) + edit.key;
  if (edit.kind === "text") return [`${name}: ${writeText(edit.text)}`];
  if (edit.items.length === 0) return [`${name}: []`];
  return [`${name}:`, ...listLines(edit.items, indent + LIST_INDENT)];
}

const STYLES: Readonly<Record<string, QuoteStyle>> = { QUOTE_SINGLE: "single", QUOTE_DOUBLE: "double" };

function changeText(source: string, { name, start, colonEnd, value }: YamlKey, text: string): MappingChange {
  if (value === null) return [{ start: colonEnd, end: colonEnd, text: ` ${writeText(text)}` }];
  const [from, to] = value.range;
  if (isBlockText(value)) {
    const { headerEnd, linesStart, end } = blockTextOf(source, value);
    // In quotes, a comment after it cannot become a part of it.
    const hasComment = source.slice(headerEnd, linesStart).includes("#");
    return [
      { start: from, end: headerEnd, text: writeText(text, hasComment ? "double" : "plain") },
      { start: linesStart, end, text: "" },
    ];
  }
  if (isScalar(value)) return [{ start: from, end: to, text: writeText(text, STYLES[value.type ?? ""]) }];
  return byHand(start, `The value of ${inSentence(name)} is ${nameValue(value)}.`);
}

type ListChange = {
  readonly source: string;
  readonly key: YamlKey;
  readonly items: readonly string[];
  /** Of the entries of a new list. */
  readonly indent: number;
};

function changeList(change: ListChange): MappingChange {
  const { source, key, items } = change;
  const { value } = key;
  const unfit = (offset: number, what: string) =>
    byHand(offset, `The value of ${inSentence(key.name)} ${what}.`);
  if (value === null) return newList(change, key.colonEnd);
  if (isBlockText(value)) return unfit(value.range[0], "is a text of several lines");
  if (isScalar(value)) {
    // A single text is a list of one.
    if (source.slice(key.colonEnd, key.end).includes("\n"))
      return unfit(key.start, "is a text on a separate line");
    const removed = { start: key.colonEnd, end: key.end, text: "" };
    return items.length === 0 ? [{ ...removed, text: " []" }] : [removed, ...newList(change, key.end)];
  }
  if (!isSeq<ParsedNode>(value)) return unfit(key.start, "is not a list");
  const { items: found, indent } = itemsOf(source, value as ParsedNode & { items: ParsedNode[] });
  if (value.flow && hasComment(source, value.range, found))
    return unfit(value.range[0], "is a list in brackets with a comment in it");
  const odd = found.find(({ text }) => text === null);
  if (odd !== undefined) return unfit(odd.start, "has an entry that is not one text");
  const { kept, added } = compare(found, items);
  if (value.flow) {
    const written = [...kept.map(({ start, end }) => source.slice(start, end)), ...added.map(writeFlowText)];
    return [{ start: value.range[0], end: value.range[1], text: `[${written.join(", ")}]` }];
  }
  const removed = found
    .filter((item) => !kept.includes(item))
    .map(({ start, end }) => ({ start: lineStartAt(source, start), end: lineAfter(source, end), text: "" }));
  const isDone = items.length > 0 && added.length === 0;
  return isDone ? removed : [...removed, ...newList({ ...change, items: added, indent }, key.end)];
}

/** Entries on the lines after an offset; `[]` after the colon if there are none. */
function newList({ source, key, items, indent }: ListChange, after: number): readonly Splice[] {
  if (items.length === 0) return [{ start: key.colonEnd, end: key.colonEnd, text: " []" }];
  const at = lineAfter(source, after);
  return [insertLines(source, at, { lines: listLines(items, indent), lineBreak: lineBreakAt(source, at) })];
}

function hasComment(source: string, [start, end]: readonly number[], items: readonly ListItem[]): boolean {
  const gaps = [start, ...items.map((item) => item.end)].map((from, at) =>
    source.slice(from, items[at]?.start ?? end),
  );
  return gaps.join("").includes("#");
}

/** Entries of the file that stay, each text once, and those it does not have. */
function compare(found: readonly ListItem[], items: readonly string[]) {
  const wanted = new Set(items);
  const kept = found.filter(({ text }) => wanted.delete(text?.trim() ?? ""));
  return { kept, added: [...wanted] };
}

const NOT_ON_LINES = [
  "The keys are not on separate lines.",
  "Write each key on a separate line, as name, colon, space and value.",
] as const;

const LONE_RETURN = [
  "A carriage return has no line feed, so it is unclear where lines end.",
  "Save the file with one kind of line ending.",
] as const;

const DELETE_ONE = "Delete one of the two, then try again.";

const byHand = (offset: number, message: string) => refused(offset, message, "Change this line by hand.");

function refused(offset: number | null, message: string, hint: string): MappingChange {
  return { ...refusal(message, hint), offset };
}
