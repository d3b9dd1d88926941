// The parameters of the status page's address: owner, filters, sort order and reload interval. Parsing never fails:
// unknown values are ignored, so an old link still shows a page.

import { GROUPS, type Group } from "../../core/contract/snapshot.ts";
import { PRIORITIES, type Priority } from "../../core/contract/task.ts";

export const SORTS = ["priority", "age", "title", "owner", "milestone", "workstream"] as const;
export type Sort = (typeof SORTS)[number];

/** Named sets of tasks that notices link to. */
export const FLAGS = ["flawed", "unowned", "watched", "acknowledged", "review"] as const; // words-ok: address
export type Flag = (typeof FLAGS)[number];

export const REFRESH_CHOICES = ["off", "15", "30", "60"] as const;
export type RefreshChoice = (typeof REFRESH_CHOICES)[number];

export type StatusQuery = {
  /** As requested, not yet resolved; null for the default owner. */
  readonly owner: string | null;
  /** Shows one group alone, with paging. */
  readonly group: Group | null;
  readonly workstream: string | null;
  readonly milestone: string | null;
  readonly initiative: string | null;
  readonly priority: Priority | null;
  readonly flag: Flag | null;
  /** What waits for a pause: "account claude@desk" (`pauseParameter`). */
  readonly pause: string | null;
  /** Words that must all occur in title, slug, id or owner. */
  readonly text: string | null;
  /** Null for each group's own order. */
  readonly sort: Sort | null;
  /** 1-based; only with `group`. */
  readonly page: number;
  /** Null for the configured interval. */
  readonly refresh: RefreshChoice | null;
};

export const EMPTY_QUERY: StatusQuery = {
  owner: null,
  group: null,
  workstream: null,
  milestone: null,
  initiative: null,
  priority: null,
  flag: null,
  pause: null,
  text: null,
  sort: null,
  page: 1,
  refresh: null,
};

/** Longest parameter value considered; a longer one cannot match anyway. */
const VALUE_MAX_LENGTH = 200;
/** Upper bound: 100,000 tasks, one per page (`page.rows`). */
const PAGE_MAX = 100_000;

/** Reads the parameters of `/status` and `/status.json`. Never throws. */
export function parseStatusQuery(params: URLSearchParams): StatusQuery {
  return {
    owner: textOf(params, "owner"),
    group: oneOf(GROUPS, params.get("group")),
    workstream: textOf(params, "workstream"),
    milestone: textOf(params, "milestone"),
    initiative: textOf(params, "initiative"),
    priority: oneOf(PRIORITIES, params.get("priority")),
    flag: oneOf(FLAGS, params.get("flag")),
    pause: textOf(params, "pause"),
    text: textOf(params, "text"),
    sort: oneOf(SORTS, params.get("sort")),
    page: pageOf(params.get("page")),
    refresh: oneOf(REFRESH_CHOICES, params.get("refresh")),
  };
}

/** The address of a status page: only non-default parameters, always in the same order. */
export function statusUrl(query: StatusQuery): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && !(name === "page" && value === 1)) params.set(name, String(value));
  }
  const text = params.toString();
  return text === "" ? "/status" : `/status?${text}`;
}

/** Belongs to one request, not to the view, so no other link carries it. */
export const LOOK_PARAMETER = "look";

/** The same page, which also syncs pull requests. */
export function lookUrl(query: StatusQuery): string {
  const url = statusUrl(query);
  return `${url}${url.includes("?") ? "&" : "?"}${LOOK_PARAMETER}=now`;
}

/** The same address without empty form fields; null if there are none. */
export function withoutEmptyFields(search: string): string | null {
  if (!search.includes("=")) return null;
  const params = [...new URLSearchParams(search)];
  const kept = params.filter(([, value]) => value !== "");
  if (kept.length === params.length) return null;
  return kept.length === 0 ? "/status" : `/status?${new URLSearchParams(kept).toString()}`;
}

/** Whether the query filters tasks, apart from the owner. */
export function isFiltered(query: StatusQuery): boolean {
  const { workstream, milestone, initiative, priority, flag, pause, text } = query;
  return [workstream, milestone, initiative, priority, flag, pause, text].some((value) => value !== null);
}

/** A scope is at most as long as a value that is considered: hosts, accounts, steps. */
export function pauseParameter({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind} ${name}`.slice(0, VALUE_MAX_LENGTH);
}

/** The same view without filters. */
export function withoutFilter(query: StatusQuery): StatusQuery {
  return { ...EMPTY_QUERY, owner: query.owner, sort: query.sort, refresh: query.refresh };
}

function textOf(params: URLSearchParams, name: string): string | null {
  const value = params.get(name)?.trim() ?? "";
  return value === "" ? null : value.slice(0, VALUE_MAX_LENGTH);
}

function oneOf<Value extends string>(values: readonly Value[], asked: string | null): Value | null {
  return values.find((value) => value === asked) ?? null;
}

function pageOf(asked: string | null): number {
  const page = Number(asked ?? "1");
  return Number.isInteger(page) && page >= 1 && page <= PAGE_MAX ? page : 1;
}
