import type { Problem } from "../contract/problem.ts";

/** There may be tasks that are not shown. */
const SKIPPED_CODES: ReadonlySet<string> = new Set(["file_link", "file_not_read"]);

/** Problems that every list of tasks must mention: "no tasks" alone would be untrue. */
export function skippedFiles(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ code }) => SKIPPED_CODES.has(code));
}
