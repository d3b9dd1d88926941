// Addresses of the pages, built in one place so that every part of a path is encoded.

import { EMPTY_QUERY, type StatusQuery, statusUrl } from "../status-query.ts";

/** `/tasks/<slug>`, or `/tasks/<workstream>/<slug>` for a key that names both. */
export function taskUrl(key: string): string {
  return `/tasks/${encodedPath(key)}`;
}

/** The page of a file under `tasks/`; `file` is relative to the repository. */
export function documentUrl(file: string): string {
  return `/docs/${encodedPath(file.replace(/^tasks\//, ""))}`;
}

export function workstreamUrl(slug: string): string {
  return `/workstreams/${encodeURIComponent(slug)}`;
}

export function milestoneUrl(slug: string): string {
  return `/milestones/${encodeURIComponent(slug)}`;
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

function encodedPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
