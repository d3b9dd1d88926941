// Where the keys of a YAML mapping and their values are, to the character. The ranges come from `yaml`; the file's
// reader decides what a value means.

import {
  type CST,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  type Pair,
  type ParsedNode,
  parseDocument,
} from "yaml";
import { lineAfter, lineStartAt } from "./splice.ts";

export type YamlKeys =
  | { readonly kind: "keys"; readonly keys: readonly YamlKey[]; readonly indent: number }
  /** The keys are not on lines of their own, or this is not one YAML document. */
  | { readonly kind: "unfit"; readonly offset: number };

export type YamlKey = {
  readonly name: string;
  readonly start: number;
  /** Offset after its colon. */
  readonly colonEnd: number;
  /** Offset after the last character of its value. */
  readonly end: number;
  /** An anchor, a tag or the long form (`? key`): the value cannot be replaced without touching it. */
  readonly special: string | null;
  /** Null when nothing follows the colon. */
  readonly value: ParsedNode | null;
};

/** The keys of the outermost mapping; none for blanks and comments. */
export function findKeys(source: string): YamlKeys {
  const marker = source.search(/^(?:---|\.{3})(?=\s|$)/m);
  if (marker !== -1) return { kind: "unfit", offset: marker };
  // "failsafe" reads every scalar as the text that it is.
  const options = { schema: "failsafe", keepSourceTokens: true, uniqueKeys: false } as const;
  const { contents } = parseDocument(source, options);
  return contents === null ? { kind: "keys", keys: [], indent: 0 } : keysOf(source, contents);
}

/** The keys of a mapping that is a value. */
export function keysOf(source: string, node: ParsedNode): YamlKeys {
  const [offset] = node.range;
  if (!isMap(node) || node.flow) return { kind: "unfit", offset };
  const keys = node.items.map((pair) => keyOf(source, pair));
  const isFit = keys.every((key) => key !== null);
  return isFit ? { kind: "keys", keys, indent: columnOf(source, offset) } : { kind: "unfit", offset };
}

function keyOf(
  source: string,
  { key, value, srcToken }: Pair<ParsedNode, ParsedNode | null>,
): YamlKey | null {
  const colon = srcToken?.sep?.find(({ type }) => type === "map-value-ind");
  if (srcToken === undefined || colon === undefined || !isScalar(key) || !srcToken.key) return null;
  const colonEnd = colon.offset + colon.source.length;
  return {
    name: String(key.value),
    start: key.range[0],
    colonEnd,
    end: value === null ? colonEnd : endOf(source, value),
    special: specialOf(srcToken),
    value: srcToken.value ? value : null,
  };
}

function specialOf(item: CST.CollectionItem): string | null {
  if ("explicitKey" in item && item.explicitKey) return "a key in its long form (? key)";
  const mark = [...item.start, ...(item.sep ?? [])].find(({ type }) => type === "anchor" || type === "tag");
  return mark === undefined ? null : `${mark.type === "anchor" ? "an anchor" : "a tag"} (${mark.source})`;
}

/** Offset after the last character of a node; comments and blank lines below it are not part of it. */
export function endOf(source: string, node: ParsedNode): number {
  if (isCollection(node) && !node.flow) {
    const last = node.items.at(-1);
    if (last === undefined) return node.range[1];
    return endOf(source, "key" in last ? (last.value ?? last.key) : last);
  }
  return isBlockText(node) ? blockTextOf(source, node).end : node.range[1];
}

/** `|` or `>`. */
export function isBlockText(node: ParsedNode): boolean {
  return isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED");
}

/** Offsets of a block text: after its header, of its first line, and after its last line with text. */
export function blockTextOf(source: string, { range: [start, end] }: ParsedNode) {
  const headerEnd = start + (/^[|>][-+\d]*/.exec(source.slice(start, start + 4))?.[0].length ?? 1);
  const linesStart = lineAfter(source, headerEnd);
  const length = source.slice(linesStart, end).trimEnd().length;
  return { headerEnd, linesStart, end: length === 0 ? linesStart : lineAfter(source, linesStart + length) };
}

export type ListItem = {
  /** Offset of its dash, or of its text in brackets. */
  readonly start: number;
  readonly end: number;
  /** Null for what is not one text: an alias, a list, keys. Empty for a dash alone. */
  readonly text: string | null;
};

/** The entries of a list, and the column of their dashes. */
export function itemsOf(source: string, list: ParsedNode & { items: ParsedNode[] }) {
  const tokens = (list.srcToken as CST.BlockSequence | CST.FlowCollection).items;
  const items = list.items.map((item, at): ListItem => {
    const dash = tokens[at]?.start.find(({ type }) => type === "seq-item-ind");
    const isText = isScalar(item) && item.anchor === undefined && item.tag === undefined;
    return {
      start: dash?.offset ?? item.range[0],
      end: endOf(source, item),
      text: isText ? String(item.value ?? "") : null,
    };
  });
  return { items, indent: columnOf(source, items[0]?.start ?? list.range[0]) };
}

/** What a value that is neither text nor list is called in a sentence. */
export function nameValue(value: ParsedNode): string {
  if (isAlias(value)) return "an alias";
  return isMap(value) ? "a group of keys" : "a list";
}

function columnOf(source: string, offset: number): number {
  return offset - lineStartAt(source, offset);
}
