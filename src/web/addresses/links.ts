// Addresses of the pages, built in one place so that every part of a path is encoded. A name that no path may hold
// (`50%`, `fix: the page`; S9) stands in the query instead, so that every task has a page.

import { parseTarget } from "./request-path.ts";
import { EMPTY_QUERY, type StatusQuery, statusUrl } from "./status-query.ts";

/** `/tasks/<slug>`, or `/tasks/<workstream>/<slug>` for a key that names both. */
export function taskUrl(key: string): string {
  const path = `/tasks/${encodedPath(key)}`;
  return isServed(path) ? path : `/tasks?slug=${encodeURIComponent(key)}`;
}

/** The page of a file under `tasks/`; `file` is relative to the repository. Null for a name that no path may hold. */
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

/** The activity feed, narrowed to a task, a group or an owner. */
export function activityUrl(filter: Readonly<Record<string, string | number | null>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value !== null) params.set(name, String(value));
  }
  const text = params.toString();
  return text === "" ? "/activity" : `/activity?${text}`;
}

/** A status page that differs from the plain one in a few parameters. */
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
