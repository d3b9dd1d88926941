// A Markdown file that is not a task: front matter is welcome but not required, and the title may be its first heading.

import type { Problem } from "../contract/problem.ts";
import type { Report } from "../problems/report.ts";
import { detach } from "../text/detach.ts";
import { type FrontMatterEntry, readFrontMatter } from "./front-matter.ts";
import { readText } from "./read-value.ts";

export type MarkdownDocument = {
  readonly entries: ReadonlyMap<string, FrontMatterEntry>;
  readonly title: string | null;
  /** Takes the problems found while reading values as well. */
  readonly report: Report;
};

/** Reads keys and title; an unreadable file has no keys, and its one problem says why. */
export function readDocument(file: string, text: string): MarkdownDocument {
  const front = readFrontMatter(file, text);
  if (front.kind === "unreadable") return unreadableDocument(file, front.problem);
  const report: Report = { file, problems: front.kind === "read" ? [...front.problems] : [] };
  const entries = new Map(front.kind === "read" ? front.entries.map((entry) => [entry.key, entry]) : []);
  const document = { entries, title: null, report };
  const title = textAt(document, "title") ?? textAt(document, "name");
  return { ...document, title: title ?? firstHeading(text, front.kind === "read" ? front.bodyStart : 0) };
}

/** A file of which only the name is known. */
export const unreadableDocument = (file: string, flaw: Problem): MarkdownDocument => ({
  entries: new Map(),
  title: null,
  report: { file, problems: [flaw] },
});

/** The text of a key, or null. */
export function textAt(document: MarkdownDocument, key: string): string | null {
  const entry = document.entries.get(key);
  return entry === undefined ? null : readText(entry, document.report);
}

/** The title stands at the top; further down, a heading belongs to the text. */
const SEARCHED_LENGTH = 4_000;

const TITLE_LENGTH_LIMIT = 200;

function firstHeading(text: string, start: number): string | null {
  const top = text.slice(start, start + SEARCHED_LENGTH);
  const heading = top.split("\n").find((line) => /^\uFEFF?# /.test(line));
  const title = heading?.slice(heading.indexOf("# ") + 2, TITLE_LENGTH_LIMIT).trim() ?? "";
  return title === "" ? null : detach(title.toWellFormed());
}
