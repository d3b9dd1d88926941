// Where the keys of a YAML mapping stand, to the character: what an edit needs that reading does not. Tokens come from
// `yaml`, which keeps every one of them; what a value means is still decided by the reader of the file.

import { CST, Parser } from "yaml";

export type FoundKeys =
  | { readonly kind: "keys"; readonly keys: readonly FoundKey[]; readonly indent: number }
  /** Blanks and comments only. */
  | { readonly kind: "empty" }
  /** No keys on lines of their own, or not one document. */
  | { readonly kind: "unfit"; readonly offset: number };

export type FoundKey = {
  readonly name: string;
  /** Offset of the key itself. */
  readonly start: number;
  /** Behind its colon. */
  readonly colonEnd: number;
  /** Behind the last character of its value; of the colon where there is none. Null where that cannot be told. */
  readonly end: number | null;
  /** An anchor, a tag or the long form (`? key`): what it says cannot be replaced without touching that. */
  readonly special: string | null;
  readonly value: FoundValue;
};

export type FoundValue =
  | { readonly kind: "none" }
  | {
      readonly kind: "text";
      readonly start: number;
      readonly end: number;
      readonly style: "plain" | "single" | "double";
    }
  /** `|` or `>`: the text begins behind the line of its header. */
  | {
      readonly kind: "block_text";
      readonly start: number;
      readonly headerEnd: number;
      readonly linesStart: number;
      readonly end: number;
    }
  | { readonly kind: "block_list"; readonly indent: number; readonly items: readonly FoundItem[] }
  | {
      readonly kind: "flow_list";
      readonly start: number;
      readonly end: number;
      readonly items: readonly FoundItem[];
      readonly hasComment: boolean;
    }
  | { readonly kind: "keys"; readonly found: FoundKeys }
  | { readonly kind: "other"; readonly found: string; readonly end: number | null };

export type FoundItem = {
  /** Of its dash, or of its text in brackets. */
  readonly start: number;
  readonly end: number;
  /** Null for what is not one text: an empty entry, an alias, a list, keys. */
  readonly text: string | null;
  readonly isEmpty: boolean;
};

/** The keys of the outermost mapping. */
export function findKeys(yaml: string): FoundKeys {
  let document: CST.Document | null = null;
  for (const token of new Parser().parse(yaml)) {
    if (token.type === "document" && document === null) document = token;
    else if (!BETWEEN_DOCUMENTS.has(token.type)) return { kind: "unfit", offset: offsetOf(token) };
  }
  if (document?.value === undefined) return { kind: "empty" };
  const isMarked = document.start.some(({ type }) => !BETWEEN_DOCUMENTS.has(type));
  return isMarked ? { kind: "unfit", offset: document.offset } : keysOf(document.value);
}

const BETWEEN_DOCUMENTS: ReadonlySet<string> = new Set(["comment", "newline", "space"]);

function keysOf(token: CST.Token): FoundKeys {
  if (token.type !== "block-map") return { kind: "unfit", offset: offsetOf(token) };
  const keys: FoundKey[] = [];
  for (const item of token.items) {
    // What is left at the end without a key is comments.
    if (!item.key && !item.sep) continue;
    const key = keyOf(item);
    if (key === null) return { kind: "unfit", offset: token.offset };
    keys.push(key);
  }
  return { kind: "keys", keys, indent: token.indent };
}

type MapItem = CST.BlockMap["items"][number];

function keyOf(item: MapItem): FoundKey | null {
  const { key, sep = [] } = item;
  const colon = sep.find(({ type }) => type === "map-value-ind");
  if (!key || !CST.isScalar(key) || colon === undefined) return null;
  const colonEnd = colon.offset + colon.source.length;
  const value = valueFrom(item.value);
  return {
    name: textOf(key) ?? "",
    start: key.offset,
    colonEnd,
    end: value.kind === "none" ? colonEnd : endOf(value),
    special: specialOf(item, sep),
    value,
  };
}

function specialOf({ explicitKey, start }: MapItem, sep: readonly CST.SourceToken[]): string | null {
  if (explicitKey) return "a key in its long form (? key)";
  const mark = [...start, ...sep].find(({ type }) => type === "anchor" || type === "tag");
  return mark === undefined ? null : `${mark.type === "anchor" ? "an anchor" : "a tag"} (${mark.source})`;
}

function valueFrom(token: CST.Token | null | undefined): FoundValue {
  if (!token) return { kind: "none" };
  switch (token.type) {
    case "scalar":
    case "single-quoted-scalar":
    case "double-quoted-scalar": {
      const style = STYLES[token.type];
      return { kind: "text", start: token.offset, end: token.offset + token.source.length, style };
    }
    case "block-scalar":
      return blockTextOf(token);
    case "block-seq":
      return { kind: "block_list", indent: token.indent, items: token.items.flatMap(blockItemOf) };
    case "flow-collection":
      return flowListOf(token);
    case "block-map":
      return { kind: "keys", found: keysOf(token) };
    case "alias":
      return { kind: "other", found: "an alias", end: token.offset + token.source.length };
    default:
      return UNUSUAL;
  }
}

const UNUSUAL: FoundValue = { kind: "other", found: "something unusual", end: null };

const STYLES = {
  scalar: "plain",
  "single-quoted-scalar": "single",
  "double-quoted-scalar": "double",
} as const;

function blockTextOf(token: CST.BlockScalar): FoundValue {
  const header = token.props.find(({ type }) => type === "block-scalar-header");
  const last = token.props.at(-1);
  const start = header === undefined ? token.offset : offsetOf(header);
  const headerEnd = start + (header !== undefined && "source" in header ? header.source.length : 0);
  const linesStart = last !== undefined && "source" in last ? last.offset + last.source.length : headerEnd;
  // Blank lines below the text are left to the file.
  const written = token.source.trimEnd();
  const feed = written === "" ? -1 : token.source.indexOf("\n", written.length);
  const length = written === "" ? 0 : feed === -1 ? token.source.length : feed + 1;
  return { kind: "block_text", start, headerEnd, linesStart, end: linesStart + length };
}

function blockItemOf({ start, value, key, sep }: CST.BlockSequence["items"][number]): FoundItem[] {
  const dash = start.find(({ type }) => type === "seq-item-ind");
  // What is left at the end without a dash is comments.
  if (dash === undefined) return [];
  const isMarked =
    start.some(({ type }) => type === "anchor" || type === "tag") || Boolean(key) || Boolean(sep);
  const found = valueFrom(value);
  return [
    {
      start: dash.offset,
      end: endOf(found) ?? dash.offset + dash.source.length,
      text: isMarked ? null : textOf(value),
      isEmpty: !isMarked && found.kind === "none",
    },
  ];
}

function flowListOf(token: CST.FlowCollection): FoundValue {
  const close = token.end.find(({ type }) => type === "flow-seq-end" || type === "flow-map-end");
  if (close === undefined) return UNUSUAL;
  const end = close.offset + close.source.length;
  if (token.start.type !== "flow-seq-start") return { kind: "other", found: "a group of keys", end };
  const items = token.items
    // A comma may follow the last entry.
    .filter(({ key, sep, value }) => Boolean(key) || Boolean(sep) || Boolean(value))
    .map(flowItemOf);
  return { kind: "flow_list", start: token.offset, end, items, hasComment: hasComment(token) };
}

function flowItemOf({ start, key, sep, value }: CST.FlowCollection["items"][number]): FoundItem {
  const isMarked =
    start.some(({ type }) => type === "anchor" || type === "tag") || Boolean(key) || Boolean(sep);
  const found = valueFrom(value);
  const offset = value ? offsetOf(value) : 0;
  return {
    start: offset,
    end: endOf(found) ?? offset,
    text: isMarked ? null : textOf(value),
    isEmpty: false,
  };
}

function hasComment(token: CST.FlowCollection): boolean {
  const inside = token.items.flatMap(({ start, sep = [], value }) => [
    ...start,
    ...sep,
    ...(value && "end" in value ? (value.end ?? []) : []),
  ]);
  const close = token.end.findIndex(({ type }) => type === "flow-seq-end");
  return [...inside, ...token.end.slice(0, close)].some(({ type }) => type === "comment");
}

/** Behind a value's last character; null where there is none, or it cannot be told. */
function endOf(value: FoundValue): number | null {
  switch (value.kind) {
    case "none":
      return null;
    case "block_list":
      return value.items.at(-1)?.end ?? null;
    case "keys":
      return value.found.kind === "keys" ? (value.found.keys.at(-1)?.end ?? null) : null;
    default:
      return value.end;
  }
}

function textOf(token: CST.Token | null | undefined): string | null {
  if (!token || !CST.isScalar(token) || token.type === "alias") return null;
  return CST.resolveAsScalar(token)?.value ?? null;
}

function offsetOf(token: CST.Token | CST.SourceToken): number {
  return "offset" in token ? token.offset : 0;
}
