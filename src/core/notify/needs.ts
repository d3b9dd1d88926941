// What is news about the tasks that need a person: those that newly do, and those that no longer do. Pure: from what was
// known and the rows of a publication to what is known next.

import type { SignalCode } from "../contract/signal.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import type { Notification } from "../records/notification.ts";
import { DAY_MS, MINUTE_MS } from "../values/durations.ts";

/** A task that stops needing a person and needs one again within this time is not news. */
export const FLAP_MS = 2 * MINUTE_MS;

export type Need = {
  readonly key: string;
  /** Of the signal that is shown first; null for a row without one. */
  readonly code: SignalCode | null;
  /** When the question was asked, where it is one: tells one from the next. */
  readonly asked: string | null;
  /** When it began: the later of the signal's first sight and the row's time in its group. */
  readonly sinceMs: number;
  readonly row: TaskRow;
};

type Known = {
  readonly need: Need;
  /** False for what was there before notifications were switched on: its end is no news either. */
  readonly isSaid: boolean;
  readonly goneAtMs: number | null;
};

/** By task. */
export type KnownNeeds = ReadonlyMap<string, Known>;

export type NeedNews = { readonly kind: "needs_you" | "resolved"; readonly need: Need };

export type NeedStep = {
  readonly known: KnownNeeds;
  readonly news: readonly NeedNews[];
  /** When a next look is due although nothing changed; null: never. */
  readonly dueMs: number | null;
};

/** The rows that the page counts under "Needs you". */
export function needsOf(rows: Iterable<TaskRow>): readonly Need[] {
  const needs: Need[] = [];
  for (const row of rows) if (row.group === "needs_attention") needs.push(needOf(row));
  return needs;
}

function needOf(row: TaskRow): Need {
  const [signal] = row.signals;
  const sinceMs = Math.max(timeOf(row.since), timeOf(signal?.first_seen ?? row.since));
  return { key: row.key, code: signal?.code ?? null, asked: signal?.evidence["asked"] ?? null, sinceMs, row };
}

const timeOf = (iso: string): number => Date.parse(iso) || 0;

/** The next step: who needs a person now, compared with what was known. */
export function stepNeeds(known: KnownNeeds, needs: readonly Need[], nowMs: number): NeedStep {
  const next = new Map<string, Known>();
  const news: NeedNews[] = [];
  for (const need of needs) {
    const before = known.get(need.key);
    if (before !== undefined && !isNew(before, need, nowMs))
      next.set(need.key, { ...before, goneAtMs: null });
    else {
      next.set(need.key, { need, isSaid: true, goneAtMs: null });
      news.push({ kind: "needs_you", need });
    }
  }
  let dueMs = Number.POSITIVE_INFINITY;
  for (const [key, before] of known) {
    if (next.has(key)) continue;
    const goneAtMs = before.goneAtMs ?? nowMs;
    if (nowMs - goneAtMs < FLAP_MS) {
      next.set(key, { ...before, goneAtMs });
      dueMs = Math.min(dueMs, goneAtMs + FLAP_MS);
    } else if (before.isSaid) news.push({ kind: "resolved", need: before.need });
  }
  return { known: next, news, dueMs: Number.isFinite(dueMs) ? dueMs : null };
}

/** Another question is always news; any other reason only where the task had stopped needing a person. */
function isNew({ need: before, goneAtMs }: Known, need: Need, nowMs: number): boolean {
  if (goneAtMs !== null && nowMs - goneAtMs >= FLAP_MS) return true;
  if (need.code === "needs_answer") return before.asked !== need.asked;
  return goneAtMs !== null && before.code !== need.code;
}

/**
 * What a process that starts knows. What began before the newest notification was said, or was old when notifications
 * were switched on; what began after it was missed, and stays news. `outbox`: newest first.
 */
export function restoreNeeds(
  outbox: readonly Notification[],
  needs: readonly Need[],
  nowMs: number,
): KnownNeeds {
  const about = outbox.filter(({ kind }) => kind !== "test");
  const newestMs = about[0]?.atMs;
  // With an empty outbox everything is old; after a long pause only the last day can be news.
  const cutoffMs = newestMs === undefined ? Number.POSITIVE_INFINITY : Math.max(newestMs, nowMs - DAY_MS);
  const said = saidIn(about, nowMs);
  const known = new Map<string, Known>();
  for (const need of needs) {
    const isSaid = said.has(need.key);
    if (need.sinceMs <= cutoffMs) known.set(need.key, { need, isSaid, goneAtMs: null });
  }
  return known;
}

/** Tasks whose last notification of the last day says that they need a person. */
function saidIn(newestFirst: readonly Notification[], nowMs: number): ReadonlySet<string> {
  const seen = new Set<string>();
  const said = new Set<string>();
  for (const { kind, key, atMs } of newestFirst) {
    // One that stands for many names none of them: what is older is not known any more.
    if (nowMs - atMs > DAY_MS || (key === null && kind !== "digest")) break;
    if (key === null || seen.has(key)) continue;
    seen.add(key);
    if (kind === "needs_you") said.add(key);
  }
  return said;
}
