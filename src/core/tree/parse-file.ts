// Parses any file of the format by the kind that its path says. Never throws.

import type { ParsedFile } from "../contract/parsed-file.ts";
import { type PathKind, type PathNames, pathNames } from "../contract/path-kind.ts";
import type { Problem } from "../contract/problem.ts";
import type { RelativePath } from "../contract/task.ts";
import { type MarkdownDocument, readDocument, unreadableDocument } from "../front-matter/read-document.ts";
import { parseTaskAt, unreadableTask } from "../task/parse-task.ts";
import { personOf, roleOf } from "../team/parse-team.ts";
import { assertNever } from "../values/assert-never.ts";
import { initiativeOf, milestoneOf, workstreamOf } from "./parse-document.ts";
import { strayOf } from "./stray-files.ts";

/** A path of no known kind is parsed as a task. */
export function parseFile(path: RelativePath, text: string): ParsedFile {
  const names = pathNames(path) ?? unknownNames(path);
  if (isTask(names)) return parseTaskAt({ file: path, slug: names.slug, workstream: names.workstream }, text);
  if (names.kind === "stray") return strayOf(path, text);
  return documentOf(path, names, readDocument(path, text));
}

/** A file that could not be read: its names, and the problem that says why. */
export function unreadableFile(path: RelativePath, reason: Problem): ParsedFile {
  const names = pathNames(path) ?? unknownNames(path);
  if (isTask(names))
    return unreadableTask({ file: path, slug: names.slug, workstream: names.workstream }, reason);
  if (names.kind === "stray") return { kind: "stray", file: path, looksLikeTask: false, problems: [reason] };
  return documentOf(path, names, unreadableDocument(path, reason));
}

type TaskNames = PathNames & { readonly kind: "task" };
type DocumentNames = PathNames & { readonly kind: Exclude<PathKind, "task" | "stray"> };

const unknownNames = (path: string): PathNames => ({ kind: "task", slug: path, workstream: "" });
const isTask = (names: PathNames): names is TaskNames => names.kind === "task";

function documentOf(path: RelativePath, names: PathNames, document: MarkdownDocument): ParsedFile {
  const { kind } = names as DocumentNames;
  switch (kind) {
    case "workstream":
      return workstreamOf(path, names, document);
    case "milestone":
      return milestoneOf(path, names, document);
    case "initiative":
      return initiativeOf(path, names, document);
    case "person":
      return personOf(path, names, document);
    case "role":
      return roleOf(path, names, document);
    default:
      return assertNever(kind);
  }
}
