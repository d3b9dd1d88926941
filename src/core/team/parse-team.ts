// People and roles. A person may have aliases; a role routes its tasks to the person who fills it, else to its owner.

import type { ParsedPerson, ParsedRole } from "../contract/parsed-file.ts";
import type { PathNames } from "../contract/path-kind.ts";
import type { RelativePath } from "../contract/task.ts";
import { type MarkdownDocument, textAt } from "../front-matter/read-document.ts";
import { readTexts } from "../front-matter/read-value.ts";
import { problem, UNREADABLE_CODES } from "../problems/problem-table.ts";
import { problemsOf } from "../problems/report.ts";

export function personOf(file: RelativePath, { slug }: PathNames, document: MarkdownDocument): ParsedPerson {
  const entry = document.entries.get("aliases");
  const aliases = entry === undefined ? null : readTexts(entry, document.report);
  return {
    kind: "person",
    slug,
    file,
    name: textAt(document, "name") ?? document.title,
    aliases: aliases?.texts ?? [],
    aliasLines: aliases?.lines ?? [],
    problems: problemsOf(document.report),
  };
}

export function roleOf(file: RelativePath, { slug }: PathNames, document: MarkdownDocument): ParsedRole {
  const { problems } = document.report;
  const owner = textAt(document, "owner");
  const filledBy = textAt(document, "filled_by");
  const isRead = !problems.some(({ code }) => UNREADABLE_CODES.has(code));
  if (isRead && owner === null && filledBy === null) {
    problems.push(problem("role_without_owner", { file, line: null }, {}));
  }
  return {
    kind: "role",
    slug,
    file,
    title: document.title,
    owner,
    filledBy,
    line: (document.entries.get("filled_by") ?? document.entries.get("owner"))?.line ?? null,
    problems: problemsOf(document.report),
  };
}
