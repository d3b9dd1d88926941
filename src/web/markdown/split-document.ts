// Splits a file into front matter and body, for display. If it cannot be split, all of it is body.

import { findBlock } from "../../core/front-matter/find-block.ts";

export type SplitDocument = {
  /** The YAML as written, without its markers; empty when there is none. */
  readonly frontMatter: string;
  readonly body: string;
};

export function splitDocument(text: string): SplitDocument {
  const block = findBlock(text);
  if (block.kind !== "block") return { frontMatter: "", body: text };
  return { frontMatter: text.slice(block.start, block.end).trim(), body: text.slice(block.bodyStart) };
}
