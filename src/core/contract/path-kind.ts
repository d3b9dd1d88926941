// The kind of a file under `tasks/`, decided by its path alone.

import type { ParsedFile } from "./parsed-file.ts";

export type PathKind = ParsedFile["kind"];

/** `workstream` is empty for kinds outside workstreams. */
export type PathNames = { readonly kind: PathKind; readonly slug: string; readonly workstream: string };

/** The kind of a path relative to the repository; null for a file outside the format. */
export const pathKind = (path: string): PathKind | null => pathNames(path)?.kind ?? null;

/**
 * Kind, slug and workstream of a path:
 * `tasks/workstreams/<ws>/index.md`, `…/tasks/<slug>.md`, `…/initiatives/<slug>/{spec,research,decisions}.md`,
 * `tasks/milestones/<slug>.md`, `tasks/team/<slug>.md`, `tasks/team/roles/<slug>.md`.
 */
export function pathNames(path: string): PathNames | null {
  const known = path.endsWith(".md") ? knownNames(path) : null;
  return known ?? (isStrayPath(path) ? STRAY : null);
}

function knownNames(path: string): PathNames | null {
  if (path.startsWith(WORKSTREAMS)) return inWorkstream(path);
  if (path.startsWith(MILESTONES)) return named("milestone", "", path, MILESTONES.length);
  if (path.startsWith(ROLES)) return named("role", "", path, ROLES.length);
  return path.startsWith(TEAM) ? named("person", "", path, TEAM.length) : null;
}

const STRAY: PathNames = { kind: "stray", slug: "", workstream: "" };

const MARKDOWN = /\.(?:md|markdown|mdown|mkd)$/i;

/** A Markdown file in a folder of tasks, above one, or in another folder directly below those. */
function isStrayPath(path: string): boolean {
  if (!path.startsWith("tasks/") || !MARKDOWN.test(path)) return false;
  const end = path.lastIndexOf("/");
  const name = path.slice(end + 1).replace(MARKDOWN, "");
  const folder = path.slice(0, end);
  if (!isName(name) || FOLDER_FILES.has(name.toLowerCase())) return false;
  return TASK_FOLDERS.test(folder) || isStrayFolder(folder);
}

/** `tasks`, `tasks/workstreams`, `tasks/workstreams/<ws>` and `tasks/workstreams/<ws>/tasks`. */
const TASK_FOLDERS = /^tasks(?:\/workstreams(?:\/[^./][^/]*(?:\/tasks)?)?)?$/;

/** An unread folder directly below one that holds tasks or leads to them. */
export function isStrayFolder(folder: string): boolean {
  const end = folder.lastIndexOf("/");
  const [above, name] = [folder.slice(0, end), folder.slice(end + 1)];
  if (end === -1 || !isName(name) || !TASK_FOLDERS.test(above)) return false;
  if (above === "tasks") return !AREAS.has(name);
  if (above === "tasks/workstreams") return false;
  return above.endsWith("/tasks") || (name !== "tasks" && name !== "initiatives");
}

const AREAS: ReadonlySet<string> = new Set(["workstreams", "milestones", "team"]);

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

/** Files that describe their folder. */
const FOLDER_FILES: ReadonlySet<string> = new Set(["index", "readme"]);

/** The file whose name starts at the offset, unless it is in a deeper folder. */
function named(kind: PathKind, workstream: string, path: string, start: number): PathNames | null {
  const slug = path.slice(start, -".md".length);
  if (!isName(slug) || slug.includes("/")) return null;
  if (slug.length <= "readme".length && FOLDER_FILES.has(slug.toLowerCase())) return null;
  return { kind, slug, workstream };
}

/** Names with a leading dot belong to editors and tools. */
const isName = (name: string) => name !== "" && !name.startsWith(".");
