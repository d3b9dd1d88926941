// Decides whether a path from outside may be opened. Only one strict form is accepted, and nothing is normalised: a
// path that needs it is not ours (S9).

import type { RelativePath } from "../../core/contract/task.ts";

/** Linux' own limit for a path; longer ones cannot exist. */
const PATH_LENGTH_MAX = 4096;

/** The path, if it names a Markdown file below `tasks/` in the strict form; else null. */
export function plainTreePath(path: string): RelativePath | null {
  if (path.length > PATH_LENGTH_MAX || path.includes("\\") || path.includes("\0")) return null;
  const segments = path.split("/");
  if (segments[0] !== "tasks" || segments.length < 2 || !path.endsWith(".md")) return null;
  return segments.every(isPlainName) ? (path as RelativePath) : null;
}

/** No empty name, none that hides or climbs (`.git`, `..`), none that Windows would silently change (`x.`, `x:y`). */
function isPlainName(name: string): boolean {
  if (name === "" || name.startsWith(".") || name.endsWith(".") || name.endsWith(" ")) return false;
  return process.platform !== "win32" || !/[:*?"<>|]/.test(name);
}
