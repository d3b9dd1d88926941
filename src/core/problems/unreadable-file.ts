import type { Problem } from "../contract/problem.ts";
import { UNREADABLE_CODES } from "./problem-table.ts";

/** The flaw for which nothing in the newest text of a task's file can be used; null for a file that can be read. */
export function unreadableProblem(problems: readonly Problem[]): Problem | null {
  return problems.find(({ code }) => UNREADABLE_CODES.has(code)) ?? null;
}

/** "tasks/…/a.md:3 cannot be read, so no worker is started for it: The front matter …". */
export function whyNotStarted({ file, line, message }: Problem): string {
  return `${file}${line === null ? "" : `:${line}`} cannot be read, so no worker is started for it: ${message}`;
}
