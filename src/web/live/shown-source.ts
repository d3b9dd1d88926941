// What pages show of the pull request source, apart from its age. It is part of an answer's version, so the API limit
// is rounded and times are cut to minutes.

import { hash } from "node:crypto";
import type { Attestation, PullRequestsSource, Source } from "../../core/contract/snapshot.ts";
import { assertNever } from "../../core/values/assert-never.ts";
import { MINUTE_MS } from "../../core/values/durations.ts";

export type ShownBudget = {
  readonly limit: number;
  readonly remaining: number;
  /** `remaining` is rounded down. */
  readonly isRounded: boolean;
  readonly reserve: number;
  readonly resetAtMs: number;
};

/** `asOfMs`: when the facts were true; null if there are none, or if the source's age says it. */
export type ShownSource = { readonly repository: string | null } & (
  | { readonly kind: "ok"; readonly budget: ShownBudget | null }
  /** The reserve is reached: nothing is synced automatically until the limit resets. */
  | { readonly kind: "low"; readonly budget: ShownBudget }
  | {
      readonly kind: "failing";
      readonly error: string;
      readonly remedy: string | null;
      readonly sinceMs: number | null;
      readonly asOfMs: number | null;
      readonly budget: ShownBudget | null;
    }
  | {
      readonly kind: "off";
      readonly because: string | null;
      readonly remedy: string | null;
      readonly asOfMs: number | null;
    }
);

/** `observedAtMs` is the page's time: a limit that has reset since is not shown. */
export function shownSource(source: PullRequestsSource, observedAtMs: number): ShownSource {
  const { state, repository, remedy } = source;
  const asOfMs = minuteOf(source.observed_at);
  switch (state) {
    case "off":
      return { kind: "off", repository, because: source.off_because, remedy, asOfMs };
    case "failing": {
      const error = source.error ?? "they cannot be read";
      const sinceMs = minuteOf(source.failing_since);
      const budget = roundedBudget(source.budget, observedAtMs);
      return { kind: "failing", repository, error, remedy, sinceMs, asOfMs, budget };
    }
    case "ok":
      return shownBudget(source, observedAtMs);
    default:
      return assertNever(state);
  }
}

/** When the facts were true, for pages to show beside each; null while they are kept up to date. */
export function factsAsOfMs(source: PullRequestsSource): number | null {
  return source.state === "ok" ? null : minuteOf(source.observed_at);
}

/** With no more requests the number no longer changes, so it can be exact. */
function shownBudget({ budget, repository }: PullRequestsSource, observedAtMs: number): ShownSource {
  const rounded = roundedBudget(budget, observedAtMs);
  if (budget === null || rounded === null || budget.remaining > budget.reserve)
    return { kind: "ok", repository, budget: rounded };
  return { kind: "low", repository, budget: { ...rounded, remaining: budget.remaining, isRounded: false } };
}

/** A step is a fiftieth: 100 of GitHub's usual 5,000. */
const STEPS = 50;

function roundedBudget(budget: PullRequestsSource["budget"], observedAtMs: number): ShownBudget | null {
  const resetAtMs = minuteOf(budget?.reset_at ?? null);
  if (budget === null || resetAtMs === null || Date.parse(budget.reset_at) <= observedAtMs) return null;
  const step = Math.max(1, Math.round(budget.limit / STEPS));
  const remaining = Math.floor(budget.remaining / step) * step;
  const { limit, reserve } = budget;
  return { limit, remaining, isRounded: remaining !== limit, reserve, resetAtMs };
}

function minuteOf(iso: string | null): number | null {
  const atMs = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(atMs) ? null : Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
}
const DIGEST_CHARACTERS = 10;
/**
 * A digest of what pages show of the sources, apart from their ages. It is part of an answer's version, is on the page,
 * and comes with every event, so an open page knows when to fetch itself.
 */
export function sourcesShown({ sources, observed_at: observedAt }: Attestation): string {
  const { tasks, runs, pull_requests: pullRequests } = sources;
  const shown = [shownOf(tasks), shownOf(runs), shownSource(pullRequests, Date.parse(observedAt))];
  return hash("sha1", JSON.stringify(shown), "base64url").slice(0, DIGEST_CHARACTERS);
}
function shownOf({ state, error, mode }: Source) {
  return [state, error, mode];
}
