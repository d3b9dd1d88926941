// A Markdown file that is not a task. Front matter is optional, and the title may be the first heading.

import type { Problem } from "../contract/problem.ts";
import type { Report } from "../problems/report.ts";
import { detach } from "../text/detach.ts";
import { readFrontMatter } from "./front-matter.ts";
import type { FrontMatterEntry } from "./front-matter-entry.ts";
import { readText } from "./read-value.ts";

export type MarkdownDocument = {
  readonly entries: ReadonlyMap<string, FrontMatterEntry>;
  readonly title: string | null;
  /** Also collects the problems found while reading values. */
  readonly report: Report;
};

/** Reads keys and title; an unreadable file has no keys and one problem. */
export function readDocument(file: string, text: string): MarkdownDocument {
  const front = readFrontMatter(file, text);
  if (front.kind === "unreadable") return unreadableDocument(file, front.problem);
  const report: Report = { file, problems: front.kind === "read" ? [...front.problems] : [] };
  const entries = new Map(front.kind === "read" ? front.entries.map((entry) => [entry.key, entry]) : []);
  const document = { entries, title: null, report };
  const title = textAt(document, "title") ?? textAt(document, "name");
  return { ...document, title: title ?? firstHeading(text, front.kind === "read" ? front.bodyStart : 0) };
}

export const unreadableDocument = (file: string, reason: Problem): MarkdownDocument => ({
  entries: new Map(),
  title: null,
  report: { file, problems: [reason] },
});

/** The text of a key, or null. */
export function textAt(document: MarkdownDocument, key: string): string | null {
  const entry = document.entries.get(key);
  return entry === undefined ? null : readText(entry, document.report);
}

/** Headings further down belong to the text. */
const SEARCHED_LENGTH = 4_000;

const TITLE_LENGTH_LIMIT = 200;

function firstHeading(text: string, start: number): string | null {
  const top = text.slice(start, start + SEARCHED_LENGTH);
  const heading = top.split("\n").find((line) => /^\uFEFF?# /.test(line));
  const title = heading?.slice(heading.indexOf("# ") + 2, TITLE_LENGTH_LIMIT).trim() ?? "";
  return title === "" ? null : detach(title.toWellFormed());
}
