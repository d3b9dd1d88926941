import type { Problem } from "../contract/problem.ts";

/** Codes that say: there may be tasks that are not shown. */
const SKIPPED_CODES: ReadonlySet<string> = new Set(["file_link", "file_not_read"]);

/** Problems, of files that are no tasks, that must be said wherever tasks are listed: "no tasks" alone would be untrue. */
export function skippedFiles(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ code }) => SKIPPED_CODES.has(code));
}
