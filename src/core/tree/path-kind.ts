// What a file under `tasks/` is, decided by its path alone.

import type { ParsedFile } from "./parsed-file.ts";

export type PathKind = ParsedFile["kind"];

/** What a path says about its file. `workstream` is empty for kinds that stand outside workstreams. */
export type PathNames = { readonly kind: PathKind; readonly slug: string; readonly workstream: string };

/** The kind of a path relative to the repository, or null for a file the format does not know. */
export const pathKind = (path: string): PathKind | null => pathNames(path)?.kind ?? null;

/**
 * Kind, slug and workstream of a path:
 * `tasks/workstreams/<ws>/index.md`, `…/tasks/<slug>.md`, `…/initiatives/<slug>/{spec,research,decisions}.md`,
 * `tasks/milestones/<slug>.md`, `tasks/team/<slug>.md`, `tasks/team/roles/<slug>.md`.
 */
export function pathNames(path: string): PathNames | null {
  if (!path.startsWith("tasks/") || !path.endsWith(".md")) return null;
  const parts = path.split("/");
  const area = parts[1];
  if (area === "workstreams") return inWorkstream(parts);
  if (area === "milestones" && parts.length === 3) return named("milestone", parts[2], "");
  if (area !== "team") return null;
  if (parts.length === 3) return named("person", parts[2], "");
  return parts.length === 4 && parts[2] === "roles" ? named("role", parts[3], "") : null;
}

function inWorkstream(parts: readonly string[]): PathNames | null {
  const workstream = parts[2] ?? "";
  if (!isName(workstream)) return null;
  if (parts.length === 4)
    return parts[3] === "index.md" ? { kind: "workstream", slug: workstream, workstream } : null;
  if (parts.length === 5 && parts[3] === "tasks") return named("task", parts[4], workstream);
  const initiative = parts[4] ?? "";
  const isDocument = parts.length === 6 && parts[3] === "initiatives" && INITIATIVE_FILES.has(parts[5] ?? "");
  return isDocument && isName(initiative) ? { kind: "initiative", slug: initiative, workstream } : null;
}

const INITIATIVE_FILES: ReadonlySet<string> = new Set(["spec.md", "research.md", "decisions.md"]);

/** Files that describe their folder rather than being one of its things. */
const FOLDER_FILES: ReadonlySet<string> = new Set(["index.md", "readme.md"]);

function named(kind: PathKind, file: string | undefined, workstream: string): PathNames | null {
  if (file === undefined || !isName(file) || FOLDER_FILES.has(file.toLowerCase())) return null;
  const slug = file.slice(0, -".md".length);
  return slug === "" ? null : { kind, slug, workstream };
}

/** Names that begin with a dot are editors' and tools' own files. */
const isName = (name: string) => name !== "" && !name.startsWith(".");
