// From a pull request as it is known to what its task's row says of it: plain words and ISO times.

import type { PullRequestView } from "../contract/pull-request-view.ts";
import type { Run } from "../contract/run.ts";
import { type DeliverySettings, type DeliveryStep, judgeDelivery } from "../pull-request/judge-delivery.ts";
import { judgeWaits } from "../pull-request/judge-pull-request.ts";
import type { PullRequestFacts } from "../pull-request/link-pull-requests.ts";
import { mergeWords } from "../pull-request/pull-request-words.ts";
import { isoTime } from "../text/iso-time.ts";

export type ViewInput = {
  readonly run: Run | null;
  readonly settings: DeliverySettings;
  /** What the row said before; keeps since when it waits. */
  readonly before: PullRequestView | null;
  readonly nowMs: number;
};

export function viewPullRequest(facts: PullRequestFacts, input: ViewInput): PullRequestView {
  const { pullRequest, linkedBy, rivals } = facts;
  const { checks } = pullRequest;
  const { run, settings, nowMs } = input;
  const step = judgeDelivery({ pullRequest, run, record: facts.care, settings, nowMs });
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
    merged_at: isoOrNull(pullRequest.mergedAtMs),
    merged_by: pullRequest.mergedBy,
    closed_at: isoOrNull(pullRequest.closedAtMs),
    linked_by: linkedBy,
    waits: viewWaits(facts, step, input),
    merge: viewMerge(facts),
    rivals: rivals.map(({ number, url, title, branch }) => ({ number, url, title, branch })),
    care: viewCare(facts, step),
  };
}

/** Since the row first said so; a row that is new goes by when there was last something to review. */
function viewWaits(
  { pullRequest, care }: PullRequestFacts,
  step: DeliveryStep,
  { run, before, nowMs }: ViewInput,
): PullRequestView["waits"] {
  const isDirty = care?.rebase?.headCommit === pullRequest.headCommit && care.rebase.outcome === "dirty";
  const waits = judgeWaits(pullRequest, { run, care: step.kind, isDirty });
  if (waits === null) return null;
  const known = before?.number === pullRequest.number ? before.waits : null;
  if (known === null) return { ...waits, since: isoTime(pullRequest.reviewableAtMs) };
  // "3 of 7 running" and "2 of 7 running" are one wait, and so are "3 behind main" and "4 behind main".
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
    at: isoOrNull(atMs),
    ...mergeWords(pullRequest, merge),
  };
}

function viewCare({ pullRequest, care }: PullRequestFacts, step: DeliveryStep): PullRequestView["care"] {
  const last = care?.rebase ?? null;
  return {
    next: step.kind === "none" ? null : step.kind,
    because: step.kind === "none" ? step.because : null,
    rebase:
      last === null || last.headCommit !== pullRequest.headCommit
        ? null
        : { outcome: last.outcome, why: last.why, at: isoTime(last.atMs) },
    repairs: care?.repairs.length ?? 0,
  };
}

function isoOrNull(timeMs: number | null): string | null {
  return timeMs === null ? null : isoTime(timeMs);
}
