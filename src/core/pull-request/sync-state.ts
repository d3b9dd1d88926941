// The state of the pull request sync: what was fetched when, the remaining budget, and the last error. It is stored, so
// that a runner that takes over continues instead of fetching everything again.

import type { PullRequestsSource } from "../contract/snapshot.ts";
import { isoTime, isoTimeOrNull } from "../text/iso-time.ts";
import { sameValue } from "../values/same-value.ts";

/** Requests left in the host's rate-limit window. */
export type Budget = { readonly limit: number; readonly remaining: number; readonly resetAtMs: number };

export type PullRequestSyncStatus =
  /** `because` completes "off: ". */
  | { readonly kind: "off"; readonly because: string; readonly remedy: string | null }
  /** The last sync was complete, or none was needed yet. */
  | { readonly kind: "ok" }
  | {
      readonly kind: "failing";
      /** One sentence without a full stop. */
      readonly message: string;
      readonly remedy: string | null;
      readonly sinceMs: number;
      /** In a row. */
      readonly times: number;
      /** Null unless the host said when to retry. */
      readonly notBeforeMs: number | null;
    };

/** What to fetch in full. By branch: its newest pull requests. */
export type FetchRequest =
  | { readonly kind: "branch"; readonly branch: string }
  | { readonly kind: "number"; readonly number: number };

export type PullRequestSyncState = {
  /** `owner/name`. */
  readonly repository: string | null;
  readonly standing: PullRequestSyncStatus;
  /** The start of the last complete sync: the facts were true then. Null before the first. */
  readonly observedAtMs: number | null;
  /** When the last sync ended, successful or not. */
  readonly triedAtMs: number | null;
  /** Of the host's lists of changes. */
  readonly mark: string | null;
  /** The newest change in those lists. */
  readonly newsUntilMs: number | null;
  readonly news: Budget | null;
  readonly questions: Budget | null;
  /** When each branch (`task/x`) or number (`#712`) was last fetched in full. */
  readonly askedAtMs: Readonly<Record<string, number>>;
  /** What exceeded the request limit of the last sync. */
  readonly postponed: readonly FetchRequest[];
};

export const NEVER_SYNCED: PullRequestSyncState = {
  repository: null,
  standing: { kind: "off", because: "not synced yet", remedy: null },
  observedAtMs: null,
  triedAtMs: null,
  mark: null,
  newsUntilMs: null,
  news: null,
  questions: null,
  askedAtMs: {},
  postponed: [],
};

/** Until the first complete sync, no task is known to have no pull request (F10). */
export function reportedStatus({ standing, observedAtMs }: PullRequestSyncState): PullRequestSyncStatus {
  return standing.kind === "ok" && observedAtMs === null ? NEVER_SYNCED.standing : standing;
}

/** Ignores how often it failed in a row and when the host allows a retry, which no reader sees. */
export function isSameStatus(a: PullRequestSyncStatus, b: PullRequestSyncStatus): boolean {
  if (a.kind !== "failing" || b.kind !== "failing") return sameValue(a, b);
  return a.message === b.message && a.remedy === b.remedy && a.sinceMs === b.sinceMs;
}

/** The budget that the setting github.reserve refers to. */
const USUAL_LIMIT = 5_000;

/** The part of a budget that is kept for other users of the token. */
export function reserveOf({ limit }: Pick<Budget, "limit">, setting: number): number {
  return Math.round((setting * limit) / USUAL_LIMIT);
}

/** The budget that is used up sooner. */
export function scarcerBudget({
  news,
  questions,
}: Pick<PullRequestSyncState, "news" | "questions">): Budget | null {
  if (news === null || questions === null) return questions ?? news;
  return news.remaining / news.limit < questions.remaining / questions.limit ? news : questions;
}

/** Until when automatic syncs wait because the reserve is reached; else null. */
export function rateLimitedUntilMs(
  state: Pick<PullRequestSyncState, "news" | "questions">,
  setting: number,
  nowMs: number,
): number | null {
  const spent = [state.news, state.questions].flatMap((one) =>
    one !== null && nowMs < one.resetAtMs && one.remaining <= reserveOf(one, setting) ? one.resetAtMs : [],
  );
  return spent.length === 0 ? null : Math.max(...spent);
}

/** The source as the page and JSON show it. */
export function viewSource(
  state: PullRequestSyncState,
  { reserve }: { readonly reserve: number },
): PullRequestsSource {
  const { repository, observedAtMs } = state;
  const standing = reportedStatus(state);
  const scarcer = scarcerBudget(state);
  const common = {
    observed_at: isoTimeOrNull(observedAtMs),
    mode: null,
    error: null,
    off_because: null,
    remedy: null,
    failing_since: null,
    repository,
    budget: scarcer && {
      limit: scarcer.limit,
      remaining: scarcer.remaining,
      reserve: reserveOf(scarcer, reserve),
      reset_at: isoTime(scarcer.resetAtMs),
    },
  };
  switch (standing.kind) {
    case "ok":
      return { ...common, state: "ok" };
    case "failing": {
      const { message: error, remedy, sinceMs } = standing;
      return { ...common, state: "failing", error, remedy, failing_since: isoTime(sinceMs) };
    }
    case "off":
      return { ...common, state: "off", off_because: standing.because, remedy: standing.remedy };
  }
}
