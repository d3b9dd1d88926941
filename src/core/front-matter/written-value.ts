// The value as written, if YAML reads something else: a comment cut off, an anchor or tag dropped, an escape that makes an
// invisible character. Quotes, folded lines and block texts keep the meaning.

import { getScalarValue, SCALAR_STYLE, type ScalarEvent } from "js-yaml";

export type ValuePlace = {
  readonly event: ScalarEvent;
  /** Offset after the key. */
  readonly keyEnd: number;
  /** Offset of the end of the line on which the value ends. */
  readonly lineEnd: number;
};

/** The value with the rest of its line; null if YAML reads all of it. */
export function writtenValue(yaml: string, { event, keyEnd, lineEnd }: ValuePlace): string | null {
  const { anchorStart, tagStart, valueStart, valueEnd } = event;
  const from = (start: number) => yaml.slice(start, lineEnd).trimEnd();
  if (anchorStart !== -1) return from(anchorStart - 1);
  // YAML's own tags (`!!str`) are written on purpose.
  if (tagStart !== -1) return yaml[tagStart + 1] === "!" ? null : from(tagStart);
  if (valueStart === -1) return COMMENT_ONLY.exec(yaml.slice(keyEnd, lineEnd))?.[1] ?? null;
  switch (event.style) {
    case SCALAR_STYLE.PLAIN:
      return startsComment(yaml, valueEnd) ? from(valueStart) : null;
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return hasHiddenEscape(yaml, event) ? from(valueStart - 1) : null;
    default:
      return null;
  }
}

/** A comment instead of a value. */
const COMMENT_ONLY = /^[^:\n]{0,3}:[ \t]+(#.*\S)\s*$/;

function startsComment(yaml: string, offset: number): boolean {
  let at = offset;
  while (yaml[at] === " " || yaml[at] === "\t") at++;
  return yaml[at] === "#";
}

/** Line breaks, tabs and other control characters. */
const HIDDEN = /\p{Cc}/u;

function hasHiddenEscape(yaml: string, event: ScalarEvent): boolean {
  const hasEscape = yaml.slice(event.valueStart, event.valueEnd).includes("\\");
  return hasEscape && HIDDEN.test(getScalarValue(yaml, event));
}
