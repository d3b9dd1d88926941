// From the facts of a pull request to its view in the task's row: plain words and ISO times.

import type { PullRequestView } from "../contract/pull-request-view.ts";
import type { Run } from "../contract/run.ts";
import { type DeliverySettings, type DeliveryStep, judgeDelivery } from "../pull-request/judge-delivery.ts";
import { judgeWaits } from "../pull-request/judge-pull-request.ts";
import type { PullRequestFacts } from "../pull-request/link-pull-requests.ts";
import { mergeWords } from "../pull-request/pull-request-words.ts";
import { isoTime, isoTimeOrNull } from "../text/iso-time.ts";

export type ViewInput = {
  readonly run: Run | null;
  readonly settings: DeliverySettings;
  /** The view in the previous row, for the start of its wait. */
  readonly before: PullRequestView | null;
  readonly nowMs: number;
};

export function viewPullRequest(facts: PullRequestFacts, input: ViewInput): PullRequestView {
  const { pullRequest, linkedBy, rivals } = facts;
  const { checks } = pullRequest;
  const { run, settings, nowMs } = input;
  const step = judgeDelivery({ pullRequest, run, record: facts.deliveryRecord, settings, nowMs });
  return {
    number: pullRequest.number,
    url: pullRequest.url,
    title: pullRequest.title,
    author: pullRequest.author,
    state: pullRequest.state,
    draft: pullRequest.draft,
    branch: pullRequest.branch,
    head_commit: pullRequest.headCommit,
    base: pullRequest.base,
    behind_by: pullRequest.behindBy,
    review: pullRequest.review,
    approved_commit: pullRequest.approvedCommit,
    mergeable: pullRequest.mergeable,
    merge_status: pullRequest.mergeStatus,
    host_merges: pullRequest.hostMerges,
    labels: [...pullRequest.labels],
    checks: {
      failing: checks.failing,
      running: checks.running,
      passing: checks.passing,
      skipped: checks.skipped,
      listed: checks.listed.map(({ name, state, url, required }) => ({ name, state, url, required })),
      missing: [...checks.missing],
    },
    created_at: isoTime(pullRequest.createdAtMs),
    merged_at: isoTimeOrNull(pullRequest.mergedAtMs),
    merged_by: pullRequest.mergedBy,
    closed_at: isoTimeOrNull(pullRequest.closedAtMs),
    linked_by: linkedBy,
    waits: viewWaits(facts, step, input),
    merge: viewMerge(facts),
    rivals: rivals.map(({ number, url, title, branch }) => ({ number, url, title, branch })),
    care: viewDelivery(facts, step),
  };
}

/** `since`: when the row first had this wait; in a new row, when there was last something to review. */
function viewWaits(
  { pullRequest, deliveryRecord: record }: PullRequestFacts,
  step: DeliveryStep,
  { run, before, nowMs }: ViewInput,
): PullRequestView["waits"] {
  const isDirty = record?.rebase?.headCommit === pullRequest.headCommit && record.rebase.outcome === "dirty";
  const waits = judgeWaits(pullRequest, { run, delivery: step.kind, isDirty });
  if (waits === null) return null;
  const known = before?.number === pullRequest.number ? before.waits : null;
  if (known === null) return { ...waits, since: isoTime(pullRequest.reviewableAtMs) };
  // "3 of 7 running" and "2 of 7 running" are one wait.
  const isSame = known.for === waits.for && (known.because ?? waits.because) === waits.because;
  return { ...waits, since: isSame ? known.since : isoTime(nowMs) };
}

function viewMerge({ pullRequest, merge }: PullRequestFacts): PullRequestView["merge"] {
  if (merge === null) return null;
  const by = merge.as === "reverted" || merge.as === "elsewhere" ? merge.by : null;
  const atMs = merge.as === "reverted" ? merge.by.mergedAtMs : pullRequest.mergedAtMs;
  return {
    as: merge.as,
    by: by && { number: by.number, url: by.url, branch: by.branch },
    at: isoTimeOrNull(atMs),
    ...mergeWords(pullRequest, merge),
  };
}

function viewDelivery(
  { pullRequest, deliveryRecord: record }: PullRequestFacts,
  step: DeliveryStep,
): PullRequestView["care"] {
  const last = record?.rebase ?? null;
  return {
    next: step.kind === "none" ? null : step.kind,
    because: step.kind === "none" ? step.because : null,
    rebase:
      last === null || last.headCommit !== pullRequest.headCommit
        ? null
        : { outcome: last.outcome, why: last.why, at: isoTime(last.atMs) },
    repairs: record?.repairs.length ?? 0,
  };
}
