// What worktree.copy may name: a file of the repository's folder, by a plain relative path.

import { quote } from "../text/quote.ts";

/** Ours and git's: nothing is copied out of them. */
const CLOSED_FOLDERS: readonly string[] = [".git", ".tasks", ".worktrees"];

/** A sentence, or null when the path is fine. */
export function findCopyProblem(path: string): string | null {
  const steps = path.split("/");
  const isPlain =
    !/^:|[\\\0]/.test(path) && steps.every((step) => step !== "" && step !== "." && step !== "..");
  if (!isPlain) return `worktree.copy names ${quote(path)}, which is no relative path without . and ..`;
  const closed = steps.find((step) => CLOSED_FOLDERS.includes(step.toLowerCase()));
  return closed === undefined
    ? null
    : `worktree.copy names ${quote(path)}: nothing is copied out of ${closed}`;
}
