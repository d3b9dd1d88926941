// Changes one setting in `tasks/config.yaml` and keeps every other byte: people keep their reasons there, as comments.

import type { EditedText } from "../core/front-matter/edit-refusal.ts";
import { type FoundKey, type FoundKeys, findKeys } from "../core/front-matter/find-keys.ts";
import {
  applySplices,
  insertLines,
  lineAfter,
  lineBreakAt,
  type Splice,
} from "../core/front-matter/splice.ts";
import { countLines } from "../core/text/count-lines.ts";
import { sameValue } from "../core/values/same-value.ts";
import { isMapping, parseConfigFile } from "./config-file.ts";

const INDENT = "  ";

/**
 * The text with that list in `section.key`, on one line in brackets. `text` must be a settings file that can be read.
 */
export function setListInConfig(
  text: string,
  {
    section,
    key,
    items,
  }: { readonly section: string; readonly key: string; readonly items: readonly string[] },
): EditedText {
  const change = changeOf(text, {
    section,
    key,
    written: `[${items.map((item) => JSON.stringify(item)).join(", ")}]`,
  });
  if (!("splices" in change)) {
    return { kind: "refused", line: lineAt(text, change.offset), why: change.why, remedy: BY_HAND };
  }
  const edited = applySplices(text, change.splices);
  return isAsWanted(text, edited, { section, key, items })
    ? { kind: "edited", text: edited }
    : { kind: "refused", line: null, why: "More of the settings would have changed.", remedy: BY_HAND };
}

const BY_HAND = "Write worker.command into the file by hand.";

type Wish = { readonly section: string; readonly key: string; readonly written: string };
type Change = { readonly splices: readonly Splice[] } | { readonly offset: number; readonly why: string };

function changeOf(text: string, { section, key, written }: Wish): Change {
  const found = findKeys(text);
  if (found.kind === "unfit")
    return { offset: found.offset, why: "The settings are not keys on lines of their own." };
  const [group, secondGroup] = keysNamed(found, section);
  if (secondGroup !== undefined)
    return { offset: secondGroup.start, why: `${section} is written more than once.` };
  if (group === undefined)
    return { splices: [addLines(text, text.length, [`${section}:`, `${INDENT}${key}: ${written}`])] };
  if (group.special !== null) return { offset: group.start, why: `${section} has ${group.special}.` };
  if (group.value.kind === "none") {
    return { splices: [addLines(text, lineAfter(text, group.colonEnd), [`${INDENT}${key}: ${written}`])] };
  }
  if (group.value.kind !== "keys" || group.value.found.kind !== "keys" || group.end === null) {
    return { offset: group.start, why: `${section} is no group of keys on lines of their own.` };
  }
  return changeKey(text, { group: group.value.found, end: group.end }, { section, key, written });
}

function changeKey(
  text: string,
  { group, end }: { readonly group: Extract<FoundKeys, { kind: "keys" }>; readonly end: number },
  { section, key, written }: Wish,
): Change {
  const [found, second] = keysNamed(group, key);
  if (second !== undefined)
    return { offset: second.start, why: `${section}.${key} is written more than once.` };
  if (found === undefined) {
    const line = `${" ".repeat(group.indent)}${key}: ${written}`;
    return { splices: [addLines(text, lineAfter(text, end), [line])] };
  }
  if (found.special !== null) return { offset: found.start, why: `${section}.${key} has ${found.special}.` };
  return changeValue(text, found, written);
}

/** What was there goes, whatever it was, up to the end of its last line's text; a comment behind the colon stays. */
function changeValue(text: string, { value, start, colonEnd, end }: FoundKey, written: string): Change {
  switch (value.kind) {
    case "none":
      return { splices: [{ start: colonEnd, end: colonEnd, text: ` ${written}` }] };
    case "text":
    case "flow_list":
      return { splices: [{ start: value.start, end: value.end, text: written }] };
    case "block_list": {
      const from = lineAfter(text, colonEnd);
      const to = lineAfter(text, end ?? colonEnd);
      return {
        splices: [
          { start: colonEnd, end: colonEnd, text: ` ${written}` },
          { start: from, end: to, text: "" },
        ],
      };
    }
    default:
      return { offset: start, why: "What stands there is no list." };
  }
}

function keysNamed(found: FoundKeys, name: string): readonly FoundKey[] {
  return found.kind === "keys" ? found.keys.filter((key) => key.name === name) : [];
}

function addLines(text: string, at: number, lines: readonly string[]): Splice {
  return insertLines(text, at, { lines, lineBreak: lineBreakAt(text, at) });
}

function lineAt(text: string, offset: number): number {
  return countLines(text, 0, offset) + 1;
}

/** Read again: that setting says what was wanted, every other one what it said. */
function isAsWanted(
  before: string,
  after: string,
  {
    section,
    key,
    items,
  }: { readonly section: string; readonly key: string; readonly items: readonly string[] },
): boolean {
  const old = parseConfigFile(before);
  const group = old[section];
  const wanted = { ...old, [section]: { ...(isMapping(group) ? group : {}), [key]: items } };
  return sameValue(parseConfigFile(after), wanted);
}
