// Changes keys of a file's front matter and keeps every other byte: comments, order, quoting, line ends, and keys that
// nobody here knows (T1).

import { countLines } from "../text/count-lines.ts";
import { changeMapping, type KeyEdit } from "./edit-mapping.ts";
import type { EditedText } from "./edit-refusal.ts";
import { findBlock } from "./find-block.ts";
import { findKeys } from "./find-keys.ts";
import { applySplices, lineBreakAt } from "./splice.ts";

/** The text with that key changed. Whether its front matter can be read at all, front-matter.ts has to be asked before. */
export function editFrontMatter(text: string, edit: KeyEdit): EditedText {
  const block = findBlock(text);
  if (block.kind !== "block") return { kind: "refused", line: 1, ...NO_BLOCK };
  const source = text.slice(block.start, block.end);
  const found = findKeys(source);
  const change = changeMapping(
    {
      source,
      found,
      addAt: source.length,
      indent: found.kind === "keys" ? found.indent : 0,
      lineBreak: lineBreakAt(text, block.end),
    },
    edit,
  );
  if (change.kind === "splices") {
    const edited = applySplices(source, change.splices);
    return { kind: "edited", text: text.slice(0, block.start) + edited + text.slice(block.end) };
  }
  const { offset, why, remedy } = change;
  const line = offset === null ? null : countLines(text, 0, block.start + offset) + 1;
  return { kind: "refused", line, why, remedy };
}

const NO_BLOCK = {
  why: "The file has no front matter.",
  remedy: "Begin the file with a line ---, then keys such as status: not_started, then a line ---.",
} as const;
