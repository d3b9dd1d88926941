// The full path: js-yaml finds the structure, this file reads keys and texts off its events. Nothing is constructed,
// so tags, merges, `__proto__` and nests of aliases have nothing to act on.

import {
  EVENT_ID,
  type Event,
  getScalarValue,
  parseEvents,
  SCALAR_STYLE,
  type ScalarEvent,
  YAMLException,
} from "js-yaml";
import type { Problem } from "../problem.ts";
import { problem } from "../problem-table.ts";
import { explainYamlError } from "./explain-yaml-error.ts";
import type { FrontMatter, FrontMatterEntry, FrontMatterValue, ListValue, OddValue } from "./front-matter.ts";
import { countLines } from "./lines.ts";

export type FullYaml =
  | {
      readonly kind: "read";
      readonly entries: readonly FrontMatterEntry[];
      readonly problems: readonly Problem[];
    }
  | Extract<FrontMatter, { kind: "unreadable" }>;

/** Keys of task files are not nested; what other tools keep in theirs stays far below this. */
const NESTING_LIMIT = 20;

/** Reads the YAML between the markers; `firstLine` is the line of the file it begins on. */
export function readFullYaml(file: string, yaml: string, firstLine: number): FullYaml {
  try {
    return readEvents(file, yaml, firstLine, parseEvents(yaml, { maxDepth: NESTING_LIMIT }));
  } catch (error) {
    // Whatever the parser throws means the same here: this text is not YAML that can be read.
    const line = firstLine + (error instanceof YAMLException ? (error.mark?.line ?? 0) : 0);
    return {
      kind: "unreadable",
      problem: problem("yaml_invalid", { file, line }, explainYamlError(error, yaml)),
    };
  }
}

function readEvents(file: string, yaml: string, firstLine: number, events: readonly Event[]): FullYaml {
  const reader = new EventReader(yaml, firstLine, events);
  if (reader.take()?.type !== EVENT_ID.DOCUMENT || reader.isEmptyDocument())
    return { kind: "read", entries: [], problems: [] };
  if (reader.take()?.type !== EVENT_ID.MAPPING) {
    return { kind: "unreadable", problem: problem("front_matter_not_keys", { file, line: firstLine }, {}) };
  }
  const entries = new Map<string, FrontMatterEntry>();
  const problems: Problem[] = [];
  while (!reader.isAtEnd()) {
    const entry = reader.takeEntry();
    if (entry === null) continue;
    const { key, line } = entry;
    const first = entries.get(key);
    if (key === "<<") problems.push(problem("yaml_merge", { file, line }, {}));
    else if (first === undefined) entries.set(key, entry);
    else {
      problems.push(problem("key_repeated", { file, line }, { key, firstLine: first.line }));
      entries.set(key, { ...first, value: { kind: "repeated", found: "written twice" } });
    }
  }
  return { kind: "read", entries: [...entries.values()], problems };
}

const NULL_WORDS: ReadonlySet<string> = new Set(["", "~", "null", "Null", "NULL"]);

const KEYS: OddValue = { kind: "keys", found: "a group of keys" };
const LIST: OddValue = { kind: "list", found: "a list" };
const ALIAS: OddValue = { kind: "alias", found: "an alias" };

/** Walks the events once, front to back; lines are counted along the way. */
class EventReader {
  readonly #yaml: string;
  readonly #events: readonly Event[];
  #next = 0;
  #line: number;
  #lineKnownAt = 0;

  constructor(yaml: string, firstLine: number, events: readonly Event[]) {
    this.#yaml = yaml;
    this.#events = events;
    this.#line = firstLine;
  }

  take(): Event | undefined {
    return this.#events[this.#next++];
  }

  isAtEnd(): boolean {
    const event = this.#events[this.#next];
    return event === undefined || event.type === EVENT_ID.POP;
  }

  /** True for blanks and comments only: the document is one scalar that stands nowhere. */
  isEmptyDocument(): boolean {
    const event = this.#events[this.#next];
    return event === undefined || (event.type === EVENT_ID.SCALAR && event.valueStart === -1);
  }

  /** The next key with its value; null for a key that is not a text, which nothing here can be called by. */
  takeEntry(): FrontMatterEntry | null {
    const event = this.take();
    if (event?.type !== EVENT_ID.SCALAR) {
      this.#skip(event);
      this.#skip(this.take());
      return null;
    }
    const line = this.#lineAt(event.valueStart);
    const key = getScalarValue(this.#yaml, event);
    return { key, line, value: this.#takeValue() };
  }

  #takeValue(): FrontMatterValue {
    const event = this.take();
    if (event?.type === EVENT_ID.SEQUENCE) return this.#takeList(event.start);
    return this.#valueOf(event);
  }

  #takeList(start: number): ListValue {
    const items: (string | null | OddValue)[] = [];
    const lines: number[] = [];
    let line = this.#lineAt(start);
    while (!this.isAtEnd()) {
      const event = this.take();
      line = startOf(event) === -1 ? line : this.#lineAt(startOf(event));
      items.push(event?.type === EVENT_ID.SEQUENCE ? this.#skipAs(LIST, event) : this.#valueOf(event));
      lines.push(line);
    }
    this.take();
    return { kind: "items", items, lines };
  }

  #valueOf(event: Event | undefined): string | null | OddValue {
    if (event?.type === EVENT_ID.SCALAR) return textOf(this.#yaml, event);
    return this.#skipAs(event?.type === EVENT_ID.ALIAS ? ALIAS : KEYS, event);
  }

  #skipAs(value: OddValue, event: Event | undefined): OddValue {
    this.#skip(event);
    return value;
  }

  /** Skips the rest of a collection whose first event was just taken. */
  #skip(event: Event | undefined): void {
    let depth = opens(event) ? 1 : 0;
    while (depth > 0) {
      const inner = this.take();
      if (inner === undefined) return;
      if (opens(inner)) depth++;
      else if (inner.type === EVENT_ID.POP) depth--;
    }
  }

  /** Offsets only grow, so each line feed is counted once. */
  #lineAt(offset: number): number {
    if (offset > this.#lineKnownAt) {
      this.#line += countLines(this.#yaml, this.#lineKnownAt, offset);
      this.#lineKnownAt = offset;
    }
    return this.#line;
  }
}

const opens = (event: Event | undefined) =>
  event?.type === EVENT_ID.SEQUENCE || event?.type === EVENT_ID.MAPPING;

function startOf(event: Event | undefined): number {
  if (event === undefined) return -1;
  if ("valueStart" in event) return event.valueStart;
  return "start" in event ? event.start : -1;
}

function textOf(yaml: string, event: ScalarEvent): string | null {
  const text = getScalarValue(yaml, event);
  const isBare = event.style === SCALAR_STYLE.PLAIN && event.tagStart === -1;
  return isBare && NULL_WORDS.has(text) ? null : text;
}
