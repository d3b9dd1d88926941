// The front matter of a Markdown file as keys, each with its line. Values stay the text that was written: no objects are
// built, aliases are not followed, tags and merges do nothing.

import type { Problem } from "../contract/problem.ts";
import { problem } from "../problems/problem-table.ts";
import { countLines } from "../text/count-lines.ts";
import { findConflictLine } from "./conflict-markers.ts";
import { findBlock } from "./find-block.ts";
import type { FrontMatterEntry } from "./front-matter-entry.ts";
import { readFullYaml } from "./read-full-yaml.ts";
import { readPlainYaml } from "./read-plain-yaml.ts";

export type FrontMatter =
  | {
      readonly kind: "read";
      /** In file order, without repeated keys. */
      readonly entries: readonly FrontMatterEntry[];
      readonly problems: readonly Problem[];
      /** Offset and 1-based line of the body's start. */
      readonly bodyStart: number;
      readonly bodyLine: number;
    }
  /** `opensOn`: the line of a `---` with keys below it, if it is not the first line. */
  | { readonly kind: "absent"; readonly opensOn: number | null }
  | { readonly kind: "unreadable"; readonly problem: Problem };

/** Far above real files (KB); larger ones are logs or attachments, and would slow down every cycle. */
const TEXT_LENGTH_LIMIT = 1_000_000;

/** Six times the largest in public trees. The worst YAML of this length takes the parser 100 ms (S15). */
const BLOCK_LENGTH_LIMIT = 400_000;

/** Splits a file into keys and body. Never throws. */
export function readFrontMatter(file: string, text: string): FrontMatter {
  const unreadable = (reason: Problem): FrontMatter => ({ kind: "unreadable", problem: reason });
  if (text.length > TEXT_LENGTH_LIMIT) return unreadable(tooLarge(file, text.length));
  const conflictLine = findConflictLine(text);
  if (conflictLine !== null) return unreadable(problem("conflict_markers", { file, line: conflictLine }, {}));

  const block = findBlock(text);
  switch (block.kind) {
    case "absent":
      return isBlank(text)
        ? unreadable(problem("file_empty", { file, line: null }, {}))
        : { kind: "absent", opensOn: findLateOpening(text) };
    case "unclosed":
      return unreadable(problem("front_matter_unclosed", { file, line: 1 }, {}));
    case "language":
      return unreadable(problem("front_matter_language", { file, line: 1 }, { language: block.language }));
    case "block":
      return block.end - block.start > BLOCK_LENGTH_LIMIT
        ? unreadable(problem("front_matter_too_large", { file, line: 1 }, { limit: "400,000 characters" }))
        : readBlock(file, text, block);
  }
}

function tooLarge(file: string, length: number): Problem {
  const [has, limit] = [length, TEXT_LENGTH_LIMIT].map((count) => count.toLocaleString("en-US"));
  const detail = `The file has ${has} characters; files over ${limit} are not read.`;
  return problem("file_too_large", { file, line: null }, { detail });
}

type Block = { readonly start: number; readonly end: number; readonly bodyStart: number };

/** The first line of the block: line 1 is its opening `---`. */
const FIRST_LINE = 2;

function readBlock(file: string, text: string, block: Block): FrontMatter {
  const plain = readPlainYaml(text, { ...block, line: FIRST_LINE });
  if (plain !== null) {
    const bodyLine = plain.lineAfter + 1;
    return { kind: "read", entries: plain.entries, problems: [], bodyStart: block.bodyStart, bodyLine };
  }
  const yaml = text.slice(block.start, block.end);
  const full = readFullYaml(file, yaml, FIRST_LINE);
  if (full.kind === "unreadable") return full;
  const problems = [...full.problems, ...findHiddenCharacters(file, yaml)];
  const bodyLine = FIRST_LINE + countLines(text, block.start, block.bodyStart);
  return { kind: "read", entries: full.entries, problems, bodyStart: block.bodyStart, bodyLine };
}

/** Front matter that a blank line, a comment or a heading has pushed down is this close to the top. */
const OPENING_SEARCHED_LENGTH = 2_000;

function findLateOpening(text: string): number | null {
  const opening = /\n---[ \t]*\r?\n(?=[\w-]+:(?: |\r?\n))/.exec(text.slice(0, OPENING_SEARCHED_LENGTH));
  return opening === null ? null : countLines(text, 0, opening.index) + 2;
}

const isBlank = (text: string) => !/[^\s\0\uFEFF]/.test(text);

/** Direction overrides and zero-width characters, but not joiners and plain direction marks, which scripts and emoji use. */
const HIDDEN_CHARACTERS = /[\u200B\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/u;

function findHiddenCharacters(file: string, yaml: string): readonly Problem[] {
  const hit = HIDDEN_CHARACTERS.exec(yaml);
  if (hit === null) return [];
  const code = (hit[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const line = FIRST_LINE + countLines(yaml, 0, hit.index);
  return [problem("hidden_characters", { file, line }, { name: `U+${code}` })];
}
