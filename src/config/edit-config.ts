// Changes single settings in `tasks/config.yaml` and keeps every other byte, comments above all.

import { isCollection, isMap, isScalar, isSeq, type ParsedNode } from "yaml";
import { type EditedText, refuseEdit } from "../core/front-matter/edit-front-matter.ts";
import {
  applySplices,
  insertLines,
  lineAfter,
  lineBreakAt,
  lineStartAt,
  type Splice,
} from "../core/front-matter/splice.ts";
import {
  findKeys,
  isBlockText,
  keysOf,
  type YamlKey,
  type YamlKeys,
} from "../core/front-matter/yaml-keys.ts";
import { countLines } from "../core/text/count-lines.ts";
import { sameValue } from "../core/values/same-value.ts";
import { isMapping, parseConfigFile } from "./config-file.ts";

/** `path`: `["workers", "careful", "kind"]`. */
export type SettingEdit = {
  readonly path: readonly [string, ...string[]];
  /** Null: the key goes, with what belongs to it. */
  readonly value: string | boolean | readonly string[] | null;
};

const INDENT = "  ";

/** The text with these values, one after the other; lists in brackets. `text` must be a settings file that can be read. */
export function setInConfig(text: string, edits: readonly SettingEdit[]): EditedText {
  let edited = text;
  for (const edit of edits) {
    const result = setOne(edited, edit);
    if (result.kind === "refused") return result;
    edited = result.text;
  }
  return { kind: "edited", text: edited };
}

function setOne(text: string, edit: SettingEdit): EditedText {
  if (sameValue(valueAt(parseConfigFile(text), edit.path) ?? null, edit.value))
    return { kind: "edited", text };
  const byHand = `Write ${edit.path.join(".")} into the file by hand.`;
  const change = changeIn({ text, keys: findKeys(text), insertAt: text.length }, edit, edit.path, "");
  if (!Array.isArray(change))
    return refuseEdit(change.message, byHand, countLines(text, 0, change.offset) + 1);
  const edited = applySplices(text, change);
  if (isAsWanted(text, edited, edit)) return { kind: "edited", text: edited };
  return refuseEdit("More of the settings would have changed.", byHand);
}

type Obstacle = { readonly offset: number; readonly message: string };

/** A group of keys; a new key is added at `insertAt`. */
type Group = { readonly text: string; readonly keys: YamlKeys; readonly insertAt: number };

/** Follows the path down to the value. `above`: "workers." */
function changeIn(
  group: Group,
  edit: SettingEdit,
  [name, ...below]: readonly string[],
  above: string,
): Splice[] | Obstacle {
  const { text, keys, insertAt } = group;
  const path = `${above}${name}`;
  if (keys.kind === "unfit") {
    const subject = above === "" ? "The settings" : above.slice(0, -1);
    return { offset: keys.offset, message: `${subject}: these are not keys on lines of their own.` };
  }
  const key = keyNamed(keys.keys, name ?? "", path);
  if (key === null) return addLines(text, insertAt, keys.indent, [name ?? "", ...below], edit);
  if ("message" in key) return key;
  const { value } = key;
  if (below.length === 0 && edit.value === null)
    return [{ start: lineStartAt(text, key.start), end: lineAfter(text, key.end), text: "" }];
  if (below.length === 0) return replaceValue(text, key, written(edit.value), path);
  if (value === null)
    return addLines(text, lineAfter(text, key.colonEnd), keys.indent + INDENT.length, below, edit);
  if (below.length === 1 && isMap(value) && value.flow) return extendFlow(text, value, edit);
  const inner = keysOf(text, value);
  return changeIn({ text, keys: inner, insertAt: lineAfter(text, key.end) }, edit, below, `${path}.`);
}

function addLines(
  text: string,
  at: number,
  indent: number,
  path: readonly string[],
  { value }: SettingEdit,
): Splice[] {
  const last = path.length - 1;
  const lines = path.map((name, depth) => {
    const margin = " ".repeat(indent) + INDENT.repeat(depth);
    return depth === last ? `${margin}${name}: ${written(value)}` : `${margin}${name}:`;
  });
  return [insertLines(text, at, { lines, lineBreak: lineBreakAt(text, at) })];
}

/** The one key of that name, null without one, or what keeps it from being changed. */
function keyNamed(keys: readonly YamlKey[], name: string, path: string): YamlKey | Obstacle | null {
  const key = keys.find((one) => one.name === name);
  if (key === undefined) return null;
  return key.special === null ? key : { offset: key.start, message: `${path} has ${key.special}.` };
}

/** What was there goes, whatever it was, up to the end of its last line's text; a comment behind the colon stays. */
function replaceValue(
  text: string,
  { value, start, colonEnd, end }: YamlKey,
  replacement: string,
  path: string,
): Splice[] | Obstacle {
  const inserted = { start: colonEnd, end: colonEnd, text: ` ${replacement}` };
  if (value === null) return [inserted];
  if (isMap(value) || isBlockText(value) || (!isScalar(value) && !isSeq(value)))
    return { offset: start, message: `${path} is neither a list nor a text on one line.` };
  if (!isCollection(value) || value.flow)
    return [{ start: value.range[0], end: value.range[1], text: replacement }];
  return [inserted, { start: lineAfter(text, colonEnd), end: lineAfter(text, end), text: "" }];
}

/** Keys in braces are written again as a whole, in their order. */
function extendFlow(text: string, { range }: ParsedNode, { path, value }: SettingEdit): Splice[] | Obstacle {
  const [start, end] = range;
  const group = valueAt(parseConfigFile(text), path.slice(0, -1));
  const isPlain = isMapping(group) && !text.slice(start, end).includes("#");
  if (!isPlain) return { offset: start, message: "What stands in braces there has a comment." };
  const keys = Object.entries({ ...group, [path.at(-1) ?? ""]: value }).filter(([, one]) => one !== null);
  const inner = keys.map(([key, one]) => `${written(key)}: ${written(one)}`).join(", ");
  return [{ start, end, text: inner === "" ? "{}" : `{ ${inner} }` }];
}

/** Texts that YAML reads as themselves, and no reader as a number or a switch. */
const PLAIN = /^(?!(?:true|false|null|yes|no|on|off|y|n)$)[A-Za-z][\w-]*$/i;

/** A value as YAML on one line. */
function written(value: unknown): string {
  if (typeof value === "string" && PLAIN.test(value)) return value;
  if (Array.isArray(value)) return `[${value.map((item) => JSON.stringify(item)).join(", ")}]`;
  if (!isMapping(value)) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)}: ${written(one)}`)
    .join(", ")} }`;
}

function valueAt(settings: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isMapping(value) ? value[name] : undefined), settings);
}

/** Read again: that setting says what was wanted, every other one what it said. */
function isAsWanted(before: string, after: string, { path, value }: SettingEdit): boolean {
  const wanted = withoutEmpty(withValue(parseConfigFile(before), path, value));
  return sameValue(withoutEmpty(parseConfigFile(after)), wanted);
}

/** A group without keys, and a key without a value, say nothing. */
function withoutEmpty(value: unknown): unknown {
  if (!isMapping(value)) return value;
  const kept = Object.entries(value)
    .map(([name, one]) => [name, withoutEmpty(one)] as const)
    .filter(([, one]) => one !== null);
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

function withValue(group: unknown, [name, ...below]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  const old = isMapping(group) ? group : {};
  return { ...old, [name]: withValue(old[name], below, value) };
}
