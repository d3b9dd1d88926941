// Many news at once become one notification. Pure: from what was let through and the news of a step to what is said now.

import { MINUTE_MS } from "../values/durations.ts";

/** More than this many within a minute become one. */
export const BURST_MAX = 5;

export type Pace<News> = {
  /** When single ones were said, within the last minute. */
  readonly recentMs: readonly number[];
  /** Held back until the minute after a burst is over. */
  readonly held: readonly News[];
  readonly quietUntilMs: number | null;
};

export type Paced<News> = {
  readonly pace: Pace<News>;
  /** Each is a notification of its own. */
  readonly single: readonly News[];
  /** All of them are one notification; empty: none. */
  readonly together: readonly News[];
  readonly dueMs: number | null;
};

export const NO_PACE = { recentMs: [], held: [], quietUntilMs: null } as const;

export function paceNews<News>(pace: Pace<News>, news: readonly News[], nowMs: number): Paced<News> {
  const all = [...pace.held, ...news];
  if (pace.quietUntilMs !== null && nowMs < pace.quietUntilMs)
    return {
      pace: { ...pace, held: all },
      single: [],
      together: [],
      dueMs: all.length > 0 ? pace.quietUntilMs : null,
    };
  const recentMs = pace.recentMs.filter((atMs) => nowMs - atMs < MINUTE_MS);
  if (recentMs.length + all.length <= BURST_MAX) {
    const said = [...recentMs, ...all.map(() => nowMs)];
    return { pace: { recentMs: said, held: [], quietUntilMs: null }, single: all, together: [], dueMs: null };
  }
  return {
    pace: { recentMs, held: [], quietUntilMs: nowMs + MINUTE_MS },
    single: [],
    together: all,
    dueMs: null,
  };
}
