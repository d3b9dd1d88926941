// Changes one setting in `tasks/config.yaml` and keeps every other byte, comments above all.

import { isCollection, isMap, isScalar, isSeq } from "yaml";
import { type EditedText, refuseEdit } from "../core/front-matter/edit-front-matter.ts";
import {
  applySplices,
  insertLines,
  lineAfter,
  lineBreakAt,
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

type ListSetting = { readonly section: string; readonly key: string; readonly items: readonly string[] };

const INDENT = "  ";

/** The text with that list in `section.key`, on one line in brackets. `text` must be a settings file that can be read. */
export function setListInConfig(text: string, setting: ListSetting): EditedText {
  const change = changeOf(text, setting);
  if (!Array.isArray(change))
    return refuseEdit(change.message, BY_HAND, countLines(text, 0, change.offset) + 1);
  const edited = applySplices(text, change);
  if (isAsWanted(text, edited, setting)) return { kind: "edited", text: edited };
  return refuseEdit("More of the settings would have changed.", BY_HAND);
}

const BY_HAND = "Write worker.command into the file by hand.";

type Obstacle = { readonly offset: number; readonly message: string };

function changeOf(text: string, { section, key, items }: ListSetting): Splice[] | Obstacle {
  const written = `[${items.map((item) => JSON.stringify(item)).join(", ")}]`;
  const add = (at: number, ...lines: readonly string[]) => [
    insertLines(text, at, { lines, lineBreak: lineBreakAt(text, at) }),
  ];
  const group = keyNamed(findKeys(text), section, section);
  if (group === null) return add(text.length, `${section}:`, `${INDENT}${key}: ${written}`);
  if ("message" in group) return group;
  if (group.value === null) return add(lineAfter(text, group.colonEnd), `${INDENT}${key}: ${written}`);
  const inner = keysOf(text, group.value);
  if (inner.kind === "unfit")
    return { offset: group.start, message: `${section} is no group of keys on lines of their own.` };
  const found = keyNamed(inner, key, `${section}.${key}`);
  if (found === null) return add(lineAfter(text, group.end), `${" ".repeat(inner.indent)}${key}: ${written}`);
  return "message" in found ? found : replaceValue(text, found, written);
}

/** The one key of that name, null without one, or what keeps it from being changed. */
function keyNamed(found: YamlKeys, name: string, path: string): YamlKey | Obstacle | null {
  if (found.kind === "unfit")
    return { offset: found.offset, message: "The settings are not keys on lines of their own." };
  const [key, second] = found.keys.filter((one) => one.name === name);
  if (second !== undefined) return { offset: second.start, message: `${path} is written more than once.` };
  if (key === undefined) return null;
  return key.special === null ? key : { offset: key.start, message: `${path} has ${key.special}.` };
}

/** What was there goes, whatever it was, up to the end of its last line's text; a comment behind the colon stays. */
function replaceValue(
  text: string,
  { value, start, colonEnd, end }: YamlKey,
  written: string,
): Splice[] | Obstacle {
  const inserted = { start: colonEnd, end: colonEnd, text: ` ${written}` };
  if (value === null) return [inserted];
  if (isMap(value) || isBlockText(value) || (!isScalar(value) && !isSeq(value)))
    return { offset: start, message: "What stands there is no list." };
  if (!isCollection(value) || value.flow)
    return [{ start: value.range[0], end: value.range[1], text: written }];
  return [inserted, { start: lineAfter(text, colonEnd), end: lineAfter(text, end), text: "" }];
}

/** Read again: that setting says what was wanted, every other one what it said. */
function isAsWanted(before: string, after: string, { section, key, items }: ListSetting): boolean {
  const old = parseConfigFile(before);
  const group = old[section];
  const wanted = { ...old, [section]: { ...(isMapping(group) ? group : {}), [key]: items } };
  return sameValue(parseConfigFile(after), wanted);
}
