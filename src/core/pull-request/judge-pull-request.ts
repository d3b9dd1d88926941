// What an open pull request waits for, and for whom, for every list, page, command and signal. It claims only what the host
// says: "not known yet" and "blocked without a stated reason" are answers too.

import type { Awaited, PullRequest, WaitReason } from "../contract/pull-request.ts";
import { hasEnded, type Run } from "../contract/run.ts";
import type { DeliveryStep } from "./judge-delivery.ts";
import { failsOnlyOptional } from "./optional-checks.ts";

export type Waits = {
  readonly for: Awaited;
  readonly because: WaitReason;
  /** Completes "you: ", "CI: ". */
  readonly what: string;
};

export type PullRequestWork = {
  /** The task's open run; null without one. */
  readonly run: Pick<Run, "state" | "kind"> | null;
  /** The next automatic step for the branch. */
  readonly delivery: DeliveryStep["kind"];
  /** Its worktree has uncommitted changes: it is not rebased automatically until a person has dealt with them. */
  readonly isDirty: boolean;
};

type Question = { readonly pullRequest: PullRequest; readonly work: PullRequestWork };
type Rule = (question: Question) => Waits | null;

/** Null unless it is open. */
export function judgeWaits(pullRequest: PullRequest, work: PullRequestWork): Waits | null {
  if (pullRequest.state !== "open") return null;
  for (const rule of RULES) {
    const waits = rule({ pullRequest, work });
    if (waits !== null) return waits;
  }
  return null;
}

/** The first that applies decides. What a person or a worker has to fix comes before what the host does. */
const RULES: readonly Rule[] = [
  conflict,
  failingChecks,
  reviewAgain,
  changesRequested,
  draft,
  mergeQueue,
  runningChecks,
  review,
  behind,
  threads,
  missingChecks,
  queueFailed,
  autoMerge,
  unknown,
  blocked,
  changedSinceApproval,
  merge,
];

function conflict({ pullRequest: { mergeable, mergeStatus }, work }: Question): Waits | null {
  if (mergeable !== "conflict" && mergeStatus !== "conflict") return null;
  return { for: work.isDirty ? "you" : fixer(work), because: "conflict", what: "conflict" };
}

/** Optional checks block nothing. */
function failingChecks({ pullRequest, work }: Question): Waits | null {
  if (pullRequest.checks.failing === 0 || failsOnlyOptional(pullRequest)) return null;
  const isRequired = pullRequest.checks.listed.some(({ state, required }) => state === "failing" && required);
  const what = isRequired ? "required checks failing" : "failing checks";
  return { for: fixer(work), because: "failing_checks", what };
}

/** The reviewer who requested changes was asked again. */
function reviewAgain({ pullRequest: { review, reviewAgainBy } }: Question): Waits | null {
  if (review !== "changes_requested" || reviewAgainBy.length === 0) return null;
  return { for: "you", because: "review_again", what: `review again by ${reviewAgainBy.join(", ")}` };
}

function changesRequested(question: Question): Waits | null {
  if (question.pullRequest.review !== "changes_requested") return null;
  return { for: authorOf(question), because: "changes_requested", what: "changes requested" };
}

function draft(question: Question): Waits | null {
  const { draft: isDraft, mergeStatus } = question.pullRequest;
  if (!isDraft && mergeStatus !== "draft") return null;
  return { for: authorOf(question), because: "draft", what: "still a draft" };
}

function mergeQueue({ pullRequest: { hostMerges } }: Question): Waits | null {
  return hostMerges === "queue" ? { for: "github", because: "merge_queue", what: "merge queue" } : null;
}

function runningChecks({ pullRequest }: Question): Waits | null {
  const { failing, running, passing } = pullRequest.checks;
  if (running === 0) return null;
  const what = `${running} of ${failing + running + passing} running`;
  if (pullRequest.hostMerges !== "auto" || pullRequest.review === "required")
    return { for: "ci", because: "running_checks", what };
  return { for: "github", because: "auto_merge", what: `auto-merge, ${what}` };
}

/** Also with auto-merge: only a person can review it. */
function review({ pullRequest: { review: state } }: Question): Waits | null {
  return state === "required" ? { for: "you", because: "review", what: "review" } : null;
}

/** Also with auto-merge, which does not update a branch; the merge queue does. */
function behind(question: Question): Waits | null {
  const { mustUpdate, mergeStatus, behindBy, base } = question.pullRequest;
  if (!mustUpdate && mergeStatus !== "behind") return null;
  const what = behindBy === null ? `behind ${base}` : `${behindBy} behind ${base}`;
  return { for: authorOf(question), because: "behind", what };
}

/** They block it only where the host says that something does. */
function threads(question: Question): Waits | null {
  const { mergeStatus, unresolvedThreads } = question.pullRequest;
  if (mergeStatus !== "blocked" || unresolvedThreads === null || unresolvedThreads === 0) return null;
  const what =
    unresolvedThreads === 1 ? "1 unresolved review thread" : `${unresolvedThreads} unresolved review threads`;
  return { for: authorOf(question), because: "threads", what };
}

function missingChecks({ pullRequest: { mergeStatus, checks } }: Question): Waits | null {
  if (mergeStatus !== "blocked" || checks.missing.length === 0) return null;
  const shown = checks.missing.slice(0, NAMES_MAX).join(", ");
  const more = checks.missing.length - NAMES_MAX;
  const names = more > 0 ? `${shown} and ${more} more` : shown;
  const noun = checks.missing.length === 1 ? "required check" : "required checks";
  return { for: "github", because: "missing_checks", what: `${noun} not reported: ${names}` };
}

function queueFailed({ pullRequest: { hostMerges } }: Question): Waits | null {
  if (hostMerges !== "queue_failed") return null;
  return { for: "you", because: "blocked", what: "cannot be merged from the merge queue" };
}

function autoMerge({ pullRequest: { hostMerges } }: Question): Waits | null {
  return hostMerges === "auto" ? { for: "github", because: "auto_merge", what: "auto-merge" } : null;
}

function unknown({ pullRequest: { mergeable, mergeStatus } }: Question): Waits | null {
  if (mergeable !== "unknown" && mergeStatus !== "unknown") return null;
  return { for: "github", because: "unknown", what: "mergeability not known yet" };
}

function blocked({ pullRequest }: Question): Waits | null {
  const { mergeStatus, rules } = pullRequest;
  if (mergeStatus !== "blocked") return null;
  const failing = pullRequest.checks.failing > 0 ? `; ${optionalWords(pullRequest)}` : "";
  const what =
    rules.length === 0
      ? `blocked by GitHub without a stated reason${failing}`
      : `blocked by GitHub: its base requires ${rules.join(", ")}${failing}`;
  return { for: "you", because: "blocked", what };
}

function changedSinceApproval({ pullRequest: { approvedCommit } }: Question): Waits | null {
  if (approvedCommit === null) return null;
  const what = `review or merge, approved ${approvedCommit.slice(0, COMMIT_DIGITS)}, changed since`;
  return { for: "you", because: "changed_since_approval", what };
}

function merge({ pullRequest }: Question): Waits | null {
  const { checks } = pullRequest;
  const how =
    checks.failing > 0 ? optionalWords(pullRequest) : checks.passing > 0 ? "all checks passing" : "no checks";
  return { for: "you", because: "merge", what: `merge, ${how}` };
}

function optionalWords({ checks }: PullRequest): string {
  const names = checks.listed.flatMap(({ name, state }) => (state === "failing" ? name : []));
  const shown = names.slice(0, NAMES_MAX).join(", ");
  const more = checks.failing - Math.min(names.length, NAMES_MAX);
  const noun = checks.failing === 1 ? "optional check" : "optional checks";
  return `${noun} failing: ${more > 0 ? `${shown} and ${more} more` : shown}`;
}

/** Enough to recognise a commit. */
const COMMIT_DIGITS = 7;
/** Checks named in a row; the task's page lists all. */
const NAMES_MAX = 3;

/** For a conflict and failing checks: without a worker or an automatic step, a person has to act. */
function fixer(work: PullRequestWork): Awaited {
  return isHandled(work) ? "worker" : "you";
}

/** For what the host leaves to the author. A supervised worker that has ended does not learn of it: a person has to act. */
function authorOf({ pullRequest: { author }, work }: Question): Awaited {
  if (isHandled(work)) return "worker";
  return work.run?.kind === "supervised" || author === null ? "you" : "author";
}

function isHandled({ run, delivery }: PullRequestWork): boolean {
  return delivery !== "none" || (run !== null && run.state !== "closed" && !hasEnded(run));
}
