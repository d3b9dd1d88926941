// Builds the addresses of all pages, so that every path segment is encoded. A name that is not allowed in a path
// (`50%`, `fix: the page`; S9) goes into the query, so every task has a page.

import { parseTarget } from "./request-path.ts";
import { EMPTY_QUERY, type StatusQuery, statusUrl } from "./status-query.ts";

/** `/tasks/<slug>`, or `/tasks/<workstream>/<slug>` for a key that names both. */
export function taskUrl(key: string): string {
  const path = `/tasks/${encodedPath(key)}`;
  return isServed(path) ? path : `/tasks?slug=${encodeURIComponent(key)}`;
}

/** The page of a file under `tasks/`; `file` is relative to the repository. Null if the name is not allowed in a path. */
export function documentUrl(file: string): string | null {
  const path = `/docs/${encodedPath(file.replace(/^tasks\//, ""))}`;
  return isServed(path) ? path : null;
}

export function workstreamUrl(slug: string): string {
  return namedUrl("/workstreams", slug);
}

export function milestoneUrl(slug: string): string {
  return namedUrl("/milestones", slug);
}

export function runUrl(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}

/** All runs, or those older than one. */
export function runsUrl(before: string | null): string {
  return before === null ? "/runs" : `/runs?before=${encodeURIComponent(before)}`;
}

/** The activity page, filtered by task, group or owner. */
export function activityUrl(filter: Readonly<Record<string, string | number | null>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value !== null) params.set(name, String(value));
  }
  const text = params.toString();
  return text === "" ? "/activity" : `/activity?${text}`;
}

/** A status page with a few non-default parameters. */
export function statusLink(changes: Partial<StatusQuery>): string {
  return statusUrl({ ...EMPTY_QUERY, ...changes });
}

function namedUrl(folder: string, slug: string): string {
  const path = `${folder}/${encodeURIComponent(slug)}`;
  return isServed(path) ? path : `${folder}?slug=${encodeURIComponent(slug)}`;
}

const isServed = (path: string): boolean => parseTarget(path) !== null;

function encodedPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
