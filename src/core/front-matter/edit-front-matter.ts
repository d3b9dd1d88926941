// Changes keys of a file's front matter and keeps every other byte: comments, order, quoting, line ends and unknown keys (T1).

import { type Refusal, refusal } from "../contract/refusal.ts";
import { countLines } from "../text/count-lines.ts";
import { changeMapping, type KeyEdit } from "./edit-yaml.ts";
import { findBlock } from "./find-block.ts";
import { applySplices, lineBreakAt } from "./splice.ts";
import { findKeys } from "./yaml-keys.ts";

export type EditRefusal = Refusal & {
  /** 1-based, in the file; null when no one line is the cause. */
  readonly line: number | null;
};

export type EditedText = { readonly kind: "edited"; readonly text: string } | EditRefusal;

export function refuseEdit(message: string, hint: string, line: number | null = null): EditRefusal {
  return { ...refusal(message, hint, "edit_refused"), line };
}

/** The text with that key changed. Check first with front-matter.ts that the front matter can be read at all. */
export function editFrontMatter(text: string, edit: KeyEdit): EditedText {
  const block = findBlock(text);
  if (block.kind !== "block") return NO_BLOCK;
  const source = text.slice(block.start, block.end);
  const lineBreak = lineBreakAt(text, block.end);
  const change = changeMapping({ source, found: findKeys(source), lineBreak }, edit);
  if ("kind" in change) {
    const { offset, message, hint } = change;
    return refuseEdit(message, hint, offset === null ? null : countLines(text, 0, block.start + offset) + 1);
  }
  const edited = applySplices(source, change);
  return { kind: "edited", text: text.slice(0, block.start) + edited + text.slice(block.end) };
}

const NO_BLOCK = refuseEdit(
  "The file has no front matter.",
  "Start the file with a line ---, then keys such as status: not_started, then a line ---.",
  1,
);
