// Signals that a task's pull request raises, from what its row says of it and of the run. True or not in this very
// moment; what only time brings (a review that nobody does) stands in timed-signals.ts.

import type { PullRequestView } from "../snapshot/pull-request-schema.ts";
import type { RunView } from "../snapshot/run-schema.ts";
import type { Finding } from "./flaw-signals.ts";
import type { SignalCode } from "./signal.ts";
import type { Evidence } from "./signal-table.ts";

type Subject = { readonly pullRequest: PullRequestView; readonly run: RunView | null };

type PullRequestRule = {
  readonly code: SignalCode;
  readonly tier: (subject: Subject) => 1 | 2;
  readonly find: (subject: Subject) => Evidence | null;
};

const needsPerson = () => 2 as const;

/** In the order people should read them. */
const PULL_REQUEST_RULES: readonly PullRequestRule[] = [
  { code: "duplicate_work", tier: needsPerson, find: duplicateWork },
  {
    code: "pr_conflict_dirty_branch",
    tier: needsPerson,
    find: ({ pullRequest }) => untried(pullRequest, "dirty"),
  },
  {
    code: "pr_conflict_needs_manual_rebase",
    tier: tierOfMending,
    find: ({ pullRequest }) => untried(pullRequest, "manual"),
  },
  { code: "pr_conflict", tier: tierOfMending, find: conflict },
  { code: "ci_failed", tier: tierOfMending, find: redChecks },
];

const NO_FINDINGS: readonly Finding[] = [];

/** What the open pull request of an open task asks people to know. */
export function findPullRequestSignals(
  pullRequest: PullRequestView | null,
  run: RunView | null,
): readonly Finding[] {
  if (pullRequest === null || pullRequest.state !== "open") return NO_FINDINGS;
  const subject = { pullRequest, run };
  const number = String(pullRequest.number);
  return PULL_REQUEST_RULES.flatMap(({ code, tier, find }) => {
    const evidence = find(subject);
    return evidence === null
      ? []
      : [{ code, tier: tier(subject), evidence: { number, url: pullRequest.url, ...evidence } }];
  });
}

/** Worth watching while somebody is at it or something will be done by itself; else a person has to. */
function tierOfMending({ pullRequest: { care }, run }: Subject): 1 | 2 {
  return care.next !== null || isAtIt(run) ? 1 : 2;
}

/** Its worker works on it, or is to go on. */
function isAtIt(run: RunView | null): boolean {
  return run !== null && (run.state === "running" || run.state === "dispatching" || run.state === "queued");
}

function duplicateWork({ pullRequest: { number, rivals } }: Subject): Evidence | null {
  if (rivals.length === 0) return null;
  const numbers = [number, ...rivals.map((rival) => rival.number)];
  return {
    numbers: numbers.map((each) => `#${each}`).join(", "),
    rivals: rivals.map(({ url }) => url).join(" "),
  };
}

/** One of the three conflicts: the most telling. */
function conflict({ pullRequest }: Subject): Evidence | null {
  const { mergeable, base, care } = pullRequest;
  const isTold = care.rebase?.outcome === "dirty" || care.rebase?.outcome === "manual";
  return mergeable === "conflict" && !isTold ? { base } : null;
}

function untried({ care, base, mergeable }: PullRequestView, outcome: "dirty" | "manual"): Evidence | null {
  if (mergeable !== "conflict" || care.rebase?.outcome !== outcome) return null;
  return { base, why: care.rebase.why ?? "" };
}

/** A red check that runs again is running, and no signal. */
function redChecks({ pullRequest: { checks } }: Subject): Evidence | null {
  if (checks.failing === 0) return null;
  const names = checks.listed.filter(({ state }) => state === "failing").map(({ name }) => name);
  const shown = names.slice(0, NAMES_MAX);
  const more = checks.failing - shown.length;
  // The host counts all of them, and names only some.
  if (shown.length === 0) return { checks: more === 1 ? "1 check" : `${more} checks` };
  return { checks: more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ") };
}

/** In a sentence; the task's page lists them all. */
const NAMES_MAX = 5;
