// Changes one key of a YAML mapping by replacing exactly the characters that say it. Serves front matter and the
// settings file; what it cannot be sure of it refuses.

import { inSentence } from "../text/listed.ts";
import { quote } from "../text/quote.ts";
import { changeList, LIST_INDENT, listLines } from "./edit-list.ts";
import type { FoundKey, FoundKeys, FoundValue } from "./find-keys.ts";
import { insertLines, lineAfter, lineStartAt, type Splice } from "./splice.ts";
import { findUnfitCharacter, writeText } from "./write-text.ts";

export type KeyEdit =
  | { readonly kind: "text"; readonly key: string; readonly text: string }
  /** In any order: what stays keeps its place, what is new goes to the end. */
  | { readonly kind: "list"; readonly key: string; readonly items: readonly string[] }
  /** No error when there is no such key. */
  | { readonly kind: "remove"; readonly key: string };

export type Mapping = {
  readonly source: string;
  readonly found: FoundKeys;
  /** Where a new key goes, and how it is set. */
  readonly addAt: number;
  readonly indent: number;
  readonly lineBreak: string;
};

export type MappingChange =
  | { readonly kind: "splices"; readonly splices: readonly Splice[] }
  | {
      readonly kind: "refused";
      readonly offset: number | null;
      readonly why: string;
      readonly remedy: string;
    };

/** The ranges to replace in the mapping's source. */
export function changeMapping(mapping: Mapping, edit: KeyEdit): MappingChange {
  const { found, source } = mapping;
  if (found.kind === "unfit") return refused(found.offset, NOT_ON_LINES);
  const loneReturn = source.search(/\r(?!\n)/);
  if (loneReturn !== -1) return refused(loneReturn, LONE_RETURN);
  const unfit = unfitText(edit);
  if (unfit !== null) return unfit;
  const [key, second] = found.kind === "keys" ? found.keys.filter(({ name }) => name === edit.key) : [];
  if (second !== undefined) return refused(second.start, twice(edit.key));
  if (key === undefined) return edit.kind === "remove" ? splices() : addKey(mapping, edit);
  if (key.special !== null)
    return refused(key.start, byHand(`The key ${inSentence(edit.key)} has ${key.special}.`));
  switch (edit.kind) {
    case "remove":
      return removeKey(source, key);
    case "text":
      return changeText(source, key, edit.text);
    case "list": {
      const change = changeList(source, { key, items: edit.items, indent: mapping.indent });
      if (change.kind === "splices") return change;
      return refused(change.offset, byHand(`The value of ${inSentence(edit.key)} ${change.why}.`));
    }
  }
}

/** Keys are names: what is longer or stranger is a slip. */
const KEY_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,99}$/u;

function unfitText(edit: KeyEdit): MappingChange | null {
  if (!KEY_NAME.test(edit.key)) {
    const why = `${quote(edit.key)} cannot be a key.`;
    return refused(null, { why, remedy: "Use letters, digits, _ and - for the key." });
  }
  const texts = edit.kind === "text" ? [edit.text] : edit.kind === "list" ? edit.items : [];
  for (const text of texts) {
    const character = findUnfitCharacter(text);
    if (character === null) continue;
    const why = `The new value of ${inSentence(edit.key)} holds a character that does not show (${character}).`;
    return refused(null, { why, remedy: "Leave the character out." });
  }
  return null;
}

function addKey({ source, addAt, indent, lineBreak }: Mapping, edit: Exclude<KeyEdit, { kind: "remove" }>) {
  const name = " ".repeat(indent) + edit.key;
  const lines =
    edit.kind === "text"
      ? [`${name}: ${writeText(edit.text)}`]
      : edit.items.length === 0
        ? [`${name}: []`]
        : [`${name}:`, ...listLines(edit.items, indent + LIST_INDENT)];
  return splices(insertLines(source, addAt, { lines, lineBreak }));
}

function removeKey(source: string, key: FoundKey): MappingChange {
  if (key.end === null) return refused(key.start, byHand(`The value of ${inSentence(key.name)} is unusual.`));
  return splices({ start: lineStartAt(source, key.start), end: lineAfter(source, key.end), text: "" });
}

function changeText(source: string, { name, start, colonEnd, value }: FoundKey, text: string): MappingChange {
  switch (value.kind) {
    case "none":
      return splices({ start: colonEnd, end: colonEnd, text: ` ${writeText(text)}` });
    case "text":
      return splices({ start: value.start, end: value.end, text: writeText(text, value.style) });
    case "block_text": {
      // In quotes, a comment behind it cannot be taken for a part of it.
      const hasComment = source.slice(value.headerEnd, value.linesStart).includes("#");
      return splices(
        { start: value.start, end: value.headerEnd, text: writeText(text, hasComment ? "double" : "plain") },
        { start: value.linesStart, end: value.end, text: "" },
      );
    }
    default:
      return refused(start, byHand(`The value of ${inSentence(name)} is ${nameValue(value)}.`));
  }
}

function nameValue(
  value: Extract<FoundValue, { kind: "block_list" | "flow_list" | "keys" | "other" }>,
): string {
  if (value.kind === "other") return value.found;
  return value.kind === "keys" ? "a group of keys" : "a list";
}

type Reason = { readonly why: string; readonly remedy: string };

const NOT_ON_LINES: Reason = {
  why: "The keys do not each begin a line of their own.",
  remedy: "Write each key on a line of its own, as name, colon, space and value.",
};

const LONE_RETURN: Reason = {
  why: "A carriage return stands without a line feed, so lines cannot be told apart.",
  remedy: "Save the file with one kind of line ending.",
};

const twice = (key: string): Reason => ({
  why: `The key ${inSentence(key)} is written more than once.`,
  remedy: "Delete one of the two, then try again.",
});

const byHand = (why: string): Reason => ({ why, remedy: "Change this line by hand." });

function refused(offset: number | null, { why, remedy }: Reason): MappingChange {
  return { kind: "refused", offset, why, remedy };
}

function splices(...list: readonly Splice[]): MappingChange {
  return { kind: "splices", splices: list };
}
