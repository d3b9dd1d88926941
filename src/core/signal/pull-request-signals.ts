// Signals that a task's pull request raises, from what its row says of it and of the run. True or not in this very
// moment; what only time brings (a review that nobody does) stands in timed-signals.ts.

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
    tier: tierOfMending,
    find: ({ pullRequest }) => untried(pullRequest, "dirty"),
  },
  {
    code: "pr_conflict_needs_manual_rebase",
    tier: tierOfMending,
    find: ({ pullRequest }) => untried(pullRequest, "manual"),
  },
  { code: "pr_conflict", tier: tierOfMending, find: conflict },
  { code: "ci_failed", tier: tierOfMending, find: failingChecks },
];

const NO_FINDINGS: readonly Finding[] = [];

/** What the open pull request of an open task asks people to know. */
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

/** Its work was in the base and no longer is: without this, nobody would look at the task again. */
function findReverted(pullRequest: PullRequestView, run: RunView | null): readonly Finding[] {
  const { merge, number, url } = pullRequest;
  if (merge?.as !== "reverted" || resumedAfterMerge(pullRequest, run)) return NO_FINDINGS;
  const evidence = { number: String(number), url, by: String(merge.by?.number ?? ""), what: merge.words };
  return [{ code: "work_reverted", tier: 2, evidence }];
}

/** A person has to act exactly where the pull request waits for one; else it is worth watching. */
function tierOfMending({ pullRequest: { waits } }: Subject): 1 | 2 {
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

/** One of the three conflicts: the most telling. */
function conflict({ pullRequest }: Subject): SignalEvidence | null {
  const { base, care } = pullRequest;
  const isConflict = pullRequest.waits?.because === "conflict";
  const isTold = care.rebase?.outcome === "dirty" || care.rebase?.outcome === "manual";
  return isConflict && !isTold ? { base } : null;
}

function untried({ care, base, waits }: PullRequestView, outcome: "dirty" | "manual"): SignalEvidence | null {
  if (waits?.because !== "conflict" || care.rebase?.outcome !== outcome) return null;
  return { base, why: care.rebase.why ?? "" };
}

/** A failing check that runs again is running, and no signal. One that the base does not require is none either. */
function failingChecks({ pullRequest: { checks } }: Subject): SignalEvidence | null {
  if (checks.failing === 0 || failsOnlyOptional({ checks })) return null;
  const names = checks.listed.filter(({ state }) => state === "failing").map(({ name }) => name);
  const shown = names.slice(0, NAMES_MAX);
  const more = checks.failing - shown.length;
  // The host counts all of them, and names only some.
  if (shown.length === 0) return { checks: more === 1 ? "1 check" : `${more} checks` };
  return { checks: more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ") };
}

/** In a sentence; the task's page lists them all. */
const NAMES_MAX = 5;
