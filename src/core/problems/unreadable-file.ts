import type { Problem } from "../contract/problem.ts";
import { UNREADABLE_CODES } from "./problem-table.ts";

/** Why nothing in the newest text of a file can be used; null for a readable file. */
export function unreadableProblem(problems: readonly Problem[]): Problem | null {
  return problems.find(({ code }) => UNREADABLE_CODES.has(code)) ?? null;
}

/** "tasks/…/a.md:3 cannot be read, so no worker is started for it: The front matter …". */
export function whyNotStarted({ file, line, message }: Problem): string {
  return `${file}${line === null ? "" : `:${line}`} cannot be read, so no worker is started for it: ${message}`;
}
