// Workstreams, milestones and initiatives: a title and the few keys the pages use.

import type { ParsedInitiativeDocument, ParsedMilestone, ParsedWorkstream } from "../contract/parsed-file.ts";
import type { PathNames } from "../contract/path-kind.ts";
import type { RelativePath } from "../contract/task.ts";
import { type MarkdownDocument, textAt } from "../front-matter/read-document.ts";
import { readDate } from "../front-matter/read-value.ts";
import { problemsOf } from "../problems/report.ts";

export const workstreamOf = (
  file: RelativePath,
  { slug }: PathNames,
  document: MarkdownDocument,
): ParsedWorkstream => ({
  kind: "workstream",
  slug,
  file,
  title: document.title,
  owner: textAt(document, "owner"),
  problems: problemsOf(document.report),
});

/** `target` or `target_date` is the day the milestone is due. */
export const milestoneOf = (
  file: RelativePath,
  { slug }: PathNames,
  document: MarkdownDocument,
): ParsedMilestone => ({
  kind: "milestone",
  slug,
  file,
  title: document.title,
  target: dateAt(document, "target") ?? dateAt(document, "target_date"),
  problems: problemsOf(document.report),
});

export const initiativeOf = (
  file: RelativePath,
  { slug, workstream }: PathNames,
  document: MarkdownDocument,
): ParsedInitiativeDocument => ({
  kind: "initiative",
  slug,
  workstream,
  document: documentName(file),
  file,
  title: document.title,
  problems: problemsOf(document.report),
});

function dateAt(document: MarkdownDocument, key: string): string | null {
  const entry = document.entries.get(key);
  return entry === undefined ? null : readDate(entry, document.report);
}

function documentName(file: RelativePath): ParsedInitiativeDocument["document"] {
  if (file.endsWith("/research.md")) return "research";
  return file.endsWith("/decisions.md") ? "decisions" : "spec";
}
