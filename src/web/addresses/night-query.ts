// Addresses of /night: the time it sums up, and the rows behind one of its numbers.

import { SLOT_USES, type SlotUse } from "../../core/records/slot-time.ts";

export const NIGHT_LISTS = ["landed", "in_review", "failed", "not_counted", "slots"] as const;

/** The rows behind a number. */
export type NightRows =
  | { readonly show: "landed" | "in_review" }
  /** `cause` null: of all causes. */
  | { readonly show: "failed" | "not_counted"; readonly cause: string | null }
  | { readonly show: "slots"; readonly use: SlotUse };

export type NightTime = { readonly sinceMs: number; readonly nowMs: number };

/** A cause is at most 80 characters. */
const CAUSE_MAX = 200;

/** The whole night, or one list of it. `nowMs`: its end, so that a list shows what was counted. */
export function nightUrl({ sinceMs, nowMs }: NightTime, rows: NightRows | null = null, page = 1): string {
  const params = new URLSearchParams({ since: String(sinceMs), until: String(nowMs) });
  for (const [name, value] of Object.entries(rows ?? {})) if (value !== null) params.set(name, value);
  if (page > 1) params.set("page", String(page));
  return `/night?${params.toString()}`;
}

export function nightJsonUrl({ sinceMs, nowMs }: NightTime): string {
  return `/night.json?since=${sinceMs}&until=${nowMs}`;
}

/** Null for the whole night; undefined for a list that there is not. */
export function readNightRows(params: URLSearchParams): NightRows | null | undefined {
  const asked = params.get("show") || null;
  if (asked === null) return null;
  const show = NIGHT_LISTS.find((one) => one === asked);
  switch (show) {
    case undefined:
      return undefined;
    case "failed":
    case "not_counted":
      return { show, cause: params.get("cause")?.slice(0, CAUSE_MAX) || null };
    case "slots": {
      const use = SLOT_USES.find((one) => one === params.get("use"));
      return use && { show, use };
    }
    default:
      return { show };
  }
}
