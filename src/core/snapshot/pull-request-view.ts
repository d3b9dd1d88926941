// From a pull request as it is known to what its task's row says of it: plain words and ISO times.

import { isoTime } from "../iso-time.ts";
import { type DeliverySettings, judgeCare } from "../pull-request/care.ts";
import { judgeWaits } from "../pull-request/judge-pull-request.ts";
import type { PullRequestFacts } from "../pull-request/link-pull-requests.ts";
import type { PullRequest } from "../pull-request/pull-request.ts";
import type { Run } from "../run/run.ts";
import type { PullRequestView } from "./pull-request-schema.ts";

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
    mergeable: pullRequest.mergeable,
    labels: [...pullRequest.labels],
    checks: {
      failing: checks.failing,
      running: checks.running,
      passing: checks.passing,
      skipped: checks.skipped,
      listed: checks.listed.map(({ name, state, url }) => ({ name, state, url })),
    },
    created_at: isoTime(pullRequest.createdAtMs),
    merged_at: isoOrNull(pullRequest.mergedAtMs),
    merged_by: pullRequest.mergedBy,
    closed_at: isoOrNull(pullRequest.closedAtMs),
    linked_by: linkedBy,
    waits: viewWaits(pullRequest, input),
    rivals: rivals.map(({ number, url, title, branch }) => ({ number, url, title, branch })),
    care: viewCare(facts, input),
  };
}

/** Since the row first said so; a row that is new goes by when there was last something to review. */
function viewWaits(pullRequest: PullRequest, { run, before, nowMs }: ViewInput): PullRequestView["waits"] {
  const waits = judgeWaits(pullRequest, { hasWorker: run !== null && run.kind === "supervised" });
  if (waits === null) return null;
  const known = before?.number === pullRequest.number ? before.waits : null;
  if (known === null) return { ...waits, since: isoTime(pullRequest.reviewableAtMs) };
  // "3 of 7 running" and "2 of 7 running" are one wait, and so are "3 behind main" and "4 behind main".
  const isSame =
    known.for === waits.for && (waits.for === "ci" || uncounted(known.what) === uncounted(waits.what));
  return { ...waits, since: isSame ? known.since : isoTime(nowMs) };
}

function uncounted(what: string): string {
  return what.replace(/^\d+ /, "");
}

function viewCare(
  { pullRequest, care }: PullRequestFacts,
  { run, settings, nowMs }: ViewInput,
): PullRequestView["care"] {
  const step = judgeCare({ pullRequest, run, record: care, settings, nowMs });
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
