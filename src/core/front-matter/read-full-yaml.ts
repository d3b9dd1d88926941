// The full path: reads keys and texts from js-yaml's events. Nothing is constructed, so tags, merges, `__proto__` and
// nested aliases have no effect.

import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import type { Problem } from "../contract/problem.ts";
import { problem } from "../problems/problem-table.ts";
import { explainYamlError } from "./explain-yaml-error.ts";
import type { FrontMatterEntry, ListValue, OddValue } from "./front-matter-entry.ts";
import { writtenValue } from "./written-value.ts";

export type FullYaml =
  | {
      readonly kind: "read";
      readonly entries: readonly FrontMatterEntry[];
      readonly problems: readonly Problem[];
    }
  | { readonly kind: "unreadable"; readonly problem: Problem };

/** Keys of task files are not nested, and those of other tools stay far below this. */
const NESTING_LIMIT = 20;

/** Reads the YAML between the markers; it starts on line `firstLine` of the file. */
export function readFullYaml(file: string, yaml: string, firstLine: number): FullYaml {
  try {
    const events = parseEvents(yaml, { maxDepth: NESTING_LIMIT });
    return readEvents(file, { yaml, events, next: 0, line: firstLine, nextFeed: feedFrom(yaml, 0) });
  } catch (error) {
    // Whatever the parser throws, the text is not readable YAML.
    const { lineFeeds, ...details } = explainYamlError(error, yaml);
    return {
      kind: "unreadable",
      problem: problem("yaml_invalid", { file, line: firstLine + lineFeeds }, details),
    };
  }
}

/** A walk through the events that counts lines on the way. */
type Walk = {
  readonly yaml: string;
  readonly events: readonly Event[];
  next: number;
  line: number;
  /** Offset of the line feed that ends `line`; the text's end on its last line. */
  nextFeed: number;
};

function readEvents(file: string, walk: Walk): FullYaml {
  const firstLine = walk.line;
  if (take(walk)?.type !== EVENT_ID.DOCUMENT || isEmptyDocument(walk)) {
    return { kind: "read", entries: [], problems: [] };
  }
  if (take(walk)?.type !== EVENT_ID.MAPPING) {
    return { kind: "unreadable", problem: problem("front_matter_not_keys", { file, line: firstLine }, {}) };
  }
  const entries = new Map<string, FrontMatterEntry>();
  const problems: Problem[] = [];
  while (!isAtEnd(walk)) {
    const entry = takeEntry(walk);
    if (entry === null) continue;
    const { key, line } = entry;
    const first = entries.get(key);
    if (key === "<<") problems.push(problem("yaml_merge", { file, line }, {}));
    else if (first === undefined) entries.set(key, entry);
    else if (first.value !== REPEATED) {
      problems.push(problem("key_repeated", { file, line }, { key, firstLine: first.line }));
      entries.set(key, { ...first, value: REPEATED, written: null });
    }
  }
  const ended = endOfDocument(walk);
  if (ended !== null) problems.push(problem("front_matter_ended_early", { file, line: ended }, {}));
  return { kind: "read", entries: [...entries.values()], problems };
}

/** The line of a `...` or `---` that ends the document before the text ends; null if all was read. */
function endOfDocument(walk: Walk): number | null {
  // The ends of mapping and document.
  walk.next += 2;
  if (walk.events[walk.next] === undefined) return null;
  const at = walk.yaml.slice(walk.nextFeed).search(/^(?:\.{3}|---)/m);
  return lineAt(walk, walk.nextFeed + Math.max(0, at));
}

const KEYS: OddValue = { kind: "keys", found: "a group of keys" };
const LIST: OddValue = { kind: "list", found: "a list" };
const ALIAS: OddValue = { kind: "alias", found: "an alias" };
const REPEATED: OddValue = { kind: "repeated", found: "written twice" };

const take = (walk: Walk): Event | undefined => walk.events[walk.next++];

function isAtEnd({ events, next }: Walk): boolean {
  const event = events[next];
  return event === undefined || event.type === EVENT_ID.POP;
}

/** Only blanks and comments: the document is one scalar without a position. */
function isEmptyDocument({ events, next }: Walk): boolean {
  const event = events[next];
  return event === undefined || (event.type === EVENT_ID.SCALAR && event.valueStart === -1);
}

/** The next key with its value; null for a key that is not a text. */
function takeEntry(walk: Walk): FrontMatterEntry | null {
  const event = take(walk);
  if (event?.type !== EVENT_ID.SCALAR) {
    skip(walk, event);
    skip(walk, take(walk));
    return null;
  }
  const line = lineAt(walk, event.valueStart);
  const key = getScalarValue(walk.yaml, event);
  const next = take(walk);
  if (next?.type === EVENT_ID.SEQUENCE)
    return { key, line, value: takeList(walk, next.start), written: null };
  const value = valueFrom(walk, next);
  if (next?.type !== EVENT_ID.SCALAR) return { key, line, value, written: null };
  const keyEnd = event.valueEnd;
  lineAt(walk, next.valueEnd);
  return {
    key,
    line,
    value,
    written: writtenValue(walk.yaml, { event: next, keyEnd, lineEnd: walk.nextFeed }),
  };
}

function takeList(walk: Walk, start: number): ListValue {
  const items: (string | null | OddValue)[] = [];
  const lines: number[] = [];
  while (!isAtEnd(walk)) {
    const event = take(walk);
    const isFirst = items.length === 0;
    const offset = startOf(event);
    lines.push(lineAt(walk, offset !== -1 ? offset : isFirst ? start : nextDash(walk)));
    items.push(event?.type === EVENT_ID.SEQUENCE ? skipAs(walk, LIST, event) : valueFrom(walk, event));
  }
  take(walk);
  return { kind: "items", items, lines };
}

/** An empty item has no position, but its dash has: the next one that starts a line. */
function nextDash({ yaml, nextFeed }: Walk): number {
  for (let feed = nextFeed; feed < yaml.length; feed = feedFrom(yaml, feed + 1)) {
    let at = feed + 1;
    while (yaml[at] === " ") at++;
    if (yaml[at] === "-") return at;
  }
  return nextFeed;
}

function valueFrom(walk: Walk, event: Event | undefined): string | null | OddValue {
  if (event?.type === EVENT_ID.SCALAR) return textOf(walk.yaml, event);
  return skipAs(walk, event?.type === EVENT_ID.ALIAS ? ALIAS : KEYS, event);
}

const NULL_WORDS: ReadonlySet<string> = new Set(["", "~", "null", "Null", "NULL"]);

function textOf(yaml: string, event: ScalarEvent): string | null {
  const text = getScalarValue(yaml, event);
  const isBare = event.style === SCALAR_STYLE.PLAIN && event.tagStart === -1;
  return isBare && NULL_WORDS.has(text) ? null : text;
}

function skipAs(walk: Walk, value: OddValue, event: Event | undefined): OddValue {
  skip(walk, event);
  return value;
}

/** Skips the rest of a collection whose first event was taken. */
function skip(walk: Walk, event: Event | undefined): void {
  let depth = opens(event) ? 1 : 0;
  while (depth > 0) {
    const inner = take(walk);
    if (inner === undefined) return;
    if (opens(inner)) depth++;
    else if (inner.type === EVENT_ID.POP) depth--;
  }
}

const opens = (event: Event | undefined) =>
  event?.type === EVENT_ID.SEQUENCE || event?.type === EVENT_ID.MAPPING;

/** Offset of an event; -1 for an empty value. */
function startOf(event: Event | undefined): number {
  if (event === undefined) return -1;
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart;
  if ("valueStart" in event) return Math.max(event.valueStart, event.tagStart, event.anchorStart);
  return "start" in event ? event.start : -1;
}

/** Offsets only grow, so each line feed is searched for once. */
function lineAt(walk: Walk, offset: number): number {
  while (walk.nextFeed < offset) {
    walk.line++;
    walk.nextFeed = feedFrom(walk.yaml, walk.nextFeed + 1);
  }
  return walk.line;
}

function feedFrom(yaml: string, start: number): number {
  const at = yaml.indexOf("\n", start);
  return at === -1 ? yaml.length : at;
}
