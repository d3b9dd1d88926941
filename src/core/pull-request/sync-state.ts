// How far the look-ups have come: what was asked when, what may still be asked, and what went wrong last. Kept in the
// store, so that a runner that takes over goes on instead of asking everything anew.

import type { PullRequestsSource } from "../contract/snapshot.ts";
import { isoTime } from "../text/iso-time.ts";
import { sameValue } from "../values/same-value.ts";

/** What may still be asked of the host until it counts anew. */
export type Budget = { readonly limit: number; readonly remaining: number; readonly resetAtMs: number };

export type PullRequestSyncStatus =
  /** `because` completes "off: ". */
  | { readonly kind: "off"; readonly because: string; readonly remedy: string | null }
  /** The last round was answered in full; or none was needed yet. */
  | { readonly kind: "ok" }
  | {
      readonly kind: "failing";
      /** One sentence without a full stop. */
      readonly message: string;
      readonly remedy: string | null;
      readonly sinceMs: number;
      /** In a row. */
      readonly times: number;
      /** The host said not to ask before then. */
      readonly notBeforeMs: number | null;
    };

/** What the host is asked for in full. By branch: its newest ones. */
export type FetchRequest =
  | { readonly kind: "branch"; readonly branch: string }
  | { readonly kind: "number"; readonly number: number };

export type PullRequestSyncState = {
  /** Whose facts these are: `owner/name`. */
  readonly repository: string | null;
  readonly standing: PullRequestSyncStatus;
  /** When the last round began that was answered in full: the facts were true then. Null before the first. */
  readonly observedAtMs: number | null;
  /** When the last round ended, however it did. */
  readonly triedAtMs: number | null;
  /** Of the host's news. */
  readonly mark: string | null;
  /** The newest change that the news told of. */
  readonly newsUntilMs: number | null;
  readonly news: Budget | null;
  readonly questions: Budget | null;
  /** When each branch (`task/x`) or number (`#712`) was last asked for in full. */
  readonly askedAtMs: Readonly<Record<string, number>>;
  /** What the last round had no more requests for. */
  readonly postponed: readonly FetchRequest[];
};

export const NEVER_SYNCED: PullRequestSyncState = {
  repository: null,
  standing: { kind: "off", because: "not looked up yet", remedy: null },
  observedAtMs: null,
  triedAtMs: null,
  mark: null,
  newsUntilMs: null,
  news: null,
  questions: null,
  askedAtMs: {},
  postponed: [],
};

/** As told: until all was asked for once, "no pull request" is not known of any task (F10). */
export function reportedStatus({ standing, observedAtMs }: PullRequestSyncState): PullRequestSyncStatus {
  return standing.kind === "ok" && observedAtMs === null ? NEVER_SYNCED.standing : standing;
}

/** For whoever looks at the source: how often it failed in a row, and until when the host forbids more, is no news. */
export function isSameStatus(a: PullRequestSyncStatus, b: PullRequestSyncStatus): boolean {
  if (a.kind !== "failing" || b.kind !== "failing") return sameValue(a, b);
  return a.message === b.message && a.remedy === b.remedy && a.sinceMs === b.sinceMs;
}

/** What a budget is measured against when a share of it is to be kept. */
const USUAL_LIMIT = 5_000;

/** What is kept of a budget for others with the same token: the setting is meant for GitHub's usual 5,000. */
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

/** When the reserve is reached, until when nothing is asked by itself; else null. */
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

/** The source as the page and JSON tell it. */
export function viewSource(
  state: PullRequestSyncState,
  { reserve }: { readonly reserve: number },
): PullRequestsSource {
  const { repository, observedAtMs } = state;
  const standing = reportedStatus(state);
  const scarcer = scarcerBudget(state);
  const common = {
    observed_at: observedAtMs === null ? null : isoTime(observedAtMs),
    mode: null,
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
      return { ...common, state: "ok", error: null, off_because: null, remedy: null, failing_since: null };
    case "failing":
      return {
        ...common,
        state: "failing",
        error: standing.message,
        off_because: null,
        remedy: standing.remedy,
        failing_since: isoTime(standing.sinceMs),
      };
    case "off":
      return {
        ...common,
        state: "off",
        error: null,
        off_because: standing.because,
        remedy: standing.remedy,
        failing_since: null,
      };
  }
}
