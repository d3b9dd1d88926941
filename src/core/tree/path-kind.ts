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
  if (!path.endsWith(".md")) return null;
  if (path.startsWith(WORKSTREAMS)) return inWorkstream(path);
  if (path.startsWith(MILESTONES)) return named("milestone", "", path, MILESTONES.length);
  if (path.startsWith(ROLES)) return named("role", "", path, ROLES.length);
  return path.startsWith(TEAM) ? named("person", "", path, TEAM.length) : null;
}

const WORKSTREAMS = "tasks/workstreams/";
const MILESTONES = "tasks/milestones/";
const TEAM = "tasks/team/";
const ROLES = "tasks/team/roles/";
const TASKS = "/tasks/";
const INITIATIVES = "/initiatives/";

function inWorkstream(path: string): PathNames | null {
  const end = path.indexOf("/", WORKSTREAMS.length);
  const workstream = path.slice(WORKSTREAMS.length, end);
  if (!isName(workstream)) return null;
  if (path.startsWith(TASKS, end)) return named("task", workstream, path, end + TASKS.length);
  if (path.startsWith(INITIATIVES, end)) return initiativeNamed(workstream, path, end + INITIATIVES.length);
  return path.endsWith("/index.md") && path.length === end + "/index.md".length
    ? { kind: "workstream", slug: workstream, workstream }
    : null;
}

const INITIATIVE_FILE = /^([^/]+)\/(?:spec|research|decisions)\.md$/;

function initiativeNamed(workstream: string, path: string, start: number): PathNames | null {
  const slug = INITIATIVE_FILE.exec(path.slice(start))?.[1];
  return slug !== undefined && isName(slug) ? { kind: "initiative", slug, workstream } : null;
}

/** Files that describe their folder rather than being one of its things. */
const FOLDER_FILES: ReadonlySet<string> = new Set(["index", "readme"]);

/** The file whose name begins at the offset, if nothing lies below a further folder. */
function named(kind: PathKind, workstream: string, path: string, start: number): PathNames | null {
  const slug = path.slice(start, -".md".length);
  if (!isName(slug) || slug.includes("/")) return null;
  if (slug.length <= "readme".length && FOLDER_FILES.has(slug.toLowerCase())) return null;
  return { kind, slug, workstream };
}

/** Names that begin with a dot are editors' and tools' own files. */
const isName = (name: string) => name !== "" && !name.startsWith(".");
