// What of a task's file is shown below its facts.

import { assertNever } from "../../core/values/assert-never.ts";
import type { TreeRead } from "../../ports/tree/tree-reader.ts";

/** The text below the front matter, or a sentence that says why there is none. */
export function taskBody(file: TreeRead): string {
  switch (file.kind) {
    case "text":
      return file.text.replace(/^\uFEFF?---\r?\n[\s\S]*?\n---\r?(\n|$)/, "").trim();
    case "missing":
      return "The file has been deleted since the snapshot.";
    case "refused":
      return `The file is not shown: ${REFUSALS[file.reason]}.`;
    default:
      return assertNever(file);
  }
}

const REFUSALS = {
  outside: "it lies outside tasks/",
  link: "it is a link, and links are not followed",
  too_large: "it is too large",
  not_a_file: "it is not an ordinary file",
  unreadable: "it cannot be read",
} as const;
