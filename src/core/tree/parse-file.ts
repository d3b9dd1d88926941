// Parses any file the format knows, dispatching on what its path says it is. Never throws.

import { assertNever } from "../assert-never.ts";
import { type MarkdownDocument, readDocument, unreadableDocument } from "../front-matter/read-document.ts";
import type { Problem } from "../problem.ts";
import { parseTask, unreadableTask } from "../task/parse-task.ts";
import type { RelativePath } from "../task/task.ts";
import { personOf, roleOf } from "../team/parse-team.ts";
import { initiativeOf, milestoneOf, workstreamOf } from "./parse-document.ts";
import type { ParsedFile } from "./parsed-file.ts";
import { type PathNames, pathNames } from "./path-kind.ts";

/** Parses `text` as the kind of file that stands at `path`; a path of no known kind reads as a task. */
export function parseFile(path: RelativePath, text: string): ParsedFile {
  const names = pathNames(path) ?? unknownNames(path);
  return names.kind === "task" ? parseTask(path, text) : documentOf(path, names, readDocument(path, text));
}

/** The record of a file that could not be read: its names, and the problem that says why. */
export function unreadableFile(path: RelativePath, flaw: Problem): ParsedFile {
  const names = pathNames(path) ?? unknownNames(path);
  if (names.kind === "task") return unreadableTask(path, flaw);
  return documentOf(path, names, unreadableDocument(path, flaw));
}

const unknownNames = (path: string): PathNames => ({ kind: "task", slug: path, workstream: "" });

function documentOf(path: RelativePath, names: PathNames, document: MarkdownDocument): ParsedFile {
  const { kind } = names;
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
    case "task":
      return parseTask(path, "");
    default:
      return assertNever(kind);
  }
}
