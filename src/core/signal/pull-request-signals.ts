// Signals about a task's pull request, from its row, whatever the time. Those that depend on time, such as an overdue
// review, are in timed-signals.ts.

import type { PullRequestView } from "../contract/pull-request-view.ts";
import type { RunView } from "../contract/run-view.ts";
import type { SignalCode } from "../contract/signal.ts";
import { failsOnlyOptional } from "../pull-request/optional-checks.ts";
import { resumedAfterMerge } from "../pull-request/resumed-after-merge.ts";
import type { Finding } from "./file-signals.ts";
import type { SignalEvidence } from "./signal-table.ts";

type Subject = { readonly pullRequest: PullRequestView; readonly run: RunView | null };

type PullRequestRule = {
  readonly code: SignalCode;
  readonly tier: (subject: Subject) => 1 | 2;
  readonly find: (subject: Subject) => SignalEvidence | null;
};

const needsPerson = () => 2 as const;

/** In the order people should read them. */
const PULL_REQUEST_RULES: readonly PullRequestRule[] = [
  { code: "duplicate_work", tier: needsPerson, find: duplicateWork },
  {
    code: "pr_conflict_dirty_branch",
    tier: tierOfFix,
    find: ({ pullRequest }) => failedRebase(pullRequest, "dirty"),
  },
  {
    code: "pr_conflict_needs_manual_rebase",
    tier: tierOfFix,
    find: ({ pullRequest }) => failedRebase(pullRequest, "manual"),
  },
  { code: "pr_conflict", tier: tierOfFix, find: conflict },
  { code: "ci_failed", tier: tierOfFix, find: failingChecks },
];

const NO_FINDINGS: readonly Finding[] = [];

/** Signals about the pull request of an open task. */
export function findPullRequestSignals(
  pullRequest: PullRequestView | null,
  run: RunView | null,
): readonly Finding[] {
  if (pullRequest === null) return NO_FINDINGS;
  if (pullRequest.state === "merged") return findReverted(pullRequest, run);
  if (pullRequest.state !== "open") return NO_FINDINGS;
  const subject = { pullRequest, run };
  const number = String(pullRequest.number);
  return PULL_REQUEST_RULES.flatMap(({ code, tier, find }) => {
    const evidence = find(subject);
    return evidence === null
      ? []
      : [{ code, tier: tier(subject), evidence: { number, url: pullRequest.url, ...evidence } }];
  });
}

/** Its work is no longer in the base; without this signal the task would be forgotten. */
function findReverted(pullRequest: PullRequestView, run: RunView | null): readonly Finding[] {
  const { merge, number, url } = pullRequest;
  if (merge?.as !== "reverted" || resumedAfterMerge(pullRequest, run)) return NO_FINDINGS;
  const evidence = { number: String(number), url, by: String(merge.by?.number ?? ""), what: merge.words };
  return [{ code: "work_reverted", tier: 2, evidence }];
}

/** Tier 2 exactly where the pull request waits for a person. */
function tierOfFix({ pullRequest: { waits } }: Subject): 1 | 2 {
  return waits?.for === "you" ? 2 : 1;
}

function duplicateWork({ pullRequest: { number, rivals } }: Subject): SignalEvidence | null {
  if (rivals.length === 0) return null;
  const numbers = [number, ...rivals.map((rival) => rival.number)];
  return {
    numbers: numbers.map((each) => `#${each}`).join(", "),
    rivals: rivals.map(({ url }) => url).join(" "),
  };
}

/** One of three signals for a conflict, the most specific. */
function conflict({ pullRequest }: Subject): SignalEvidence | null {
  const { base, care } = pullRequest;
  const isConflict = pullRequest.waits?.because === "conflict";
  const hasOwnSignal = care.rebase?.outcome === "dirty" || care.rebase?.outcome === "manual";
  return isConflict && !hasOwnSignal ? { base } : null;
}

function failedRebase(
  { care, base, waits }: PullRequestView,
  outcome: "dirty" | "manual",
): SignalEvidence | null {
  if (waits?.because !== "conflict" || care.rebase?.outcome !== outcome) return null;
  return { base, why: care.rebase.why ?? "" };
}

/** A check that runs again and an optional one raise no signal. */
function failingChecks({ pullRequest: { checks } }: Subject): SignalEvidence | null {
  if (checks.failing === 0 || failsOnlyOptional({ checks })) return null;
  const names = checks.listed.filter(({ state }) => state === "failing").map(({ name }) => name);
  const shown = names.slice(0, NAMES_MAX);
  const more = checks.failing - shown.length;
  // The host counts all of them, and names only some.
  if (shown.length === 0) return { checks: more === 1 ? "1 check" : `${more} checks` };
  return { checks: more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ") };
}

/** In a sentence; the task's page lists all. */
const NAMES_MAX = 5;
