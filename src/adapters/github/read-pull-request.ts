// Translates one pull request from GitHub into core's terms. Its text may be written by anyone (S12): it is cut, and
// only https links are kept.

import * as z from "zod";
import type {
  HostMerges,
  MergeableState,
  MergeStatus,
  PullRequest,
  PullRequestState,
  ReviewState,
} from "../../core/contract/pull-request.ts";
import { revertedInText, revertedNumber } from "../../core/pull-request/revert-branch.ts";
import { branchSchema, cutText, numberSchema, timeSchema } from "./api/answer-shapes.ts";
import { type GitHubApi, isLoopback } from "./api/api-address.ts";
import type { Connection } from "./api/connection.ts";
import {
  branchRuleSchema,
  NO_RULES,
  type RepositoryRules,
  requiredChecks,
  rulesInWords,
} from "./branch-rules.ts";
import { LABELS_MAX } from "./pull-request-query.ts";
import { rollUpChecks, rollupSchema } from "./roll-up-checks.ts";

const loginSchema = z.object({ login: z.string() }).nullish();

function nodesOf<Node extends z.ZodType>(node: Node) {
  return z.object({ nodes: z.array(node.nullable()).nullish() }).nullish();
}

const reviewSchema = z.object({
  state: z.string(),
  submittedAt: timeSchema.nullish(),
  author: loginSchema,
  commit: z.object({ oid: z.string() }).nullish(),
});

const commitSchema = z.object({
  committedDate: timeSchema,
  statusCheckRollup: rollupSchema.nullish(),
});

const pullRequestSchema = z.object({
  number: numberSchema,
  url: z.string(),
  title: z.string(),
  author: loginSchema,
  state: z.enum(["OPEN", "CLOSED", "MERGED"]),
  isDraft: z.boolean(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
  mergedAt: timeSchema.nullish(),
  mergedBy: loginSchema,
  closedAt: timeSchema.nullish(),
  headRefName: branchSchema,
  headRefOid: z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/),
  isCrossRepository: z.boolean(),
  baseRefName: branchSchema,
  baseRef: z
    .object({
      compare: z.object({ behindBy: z.number().int().nonnegative() }).nullish(),
      refUpdateRule: branchRuleSchema.nullish(),
    })
    .nullish(),
  mergeable: z.string(),
  mergeStateStatus: z.string().nullish(),
  isInMergeQueue: z.boolean().nullish(),
  mergeQueueEntry: z.object({ state: z.string() }).nullish(),
  autoMergeRequest: z.object({}).nullish(),
  reviewDecision: z.string().nullish(),
  reviewRequests: z
    .object({
      totalCount: z.number(),
      nodes: z.array(z.object({ requestedReviewer: loginSchema }).nullable()).nullish(),
    })
    .nullish(),
  latestOpinionatedReviews: nodesOf(reviewSchema),
  reviewThreads: nodesOf(z.object({ isResolved: z.boolean() })),
  body: z.string().nullish(),
  labels: nodesOf(z.object({ name: z.string() })),
  timelineItems: nodesOf(z.object({ createdAt: timeSchema.optional() })),
  commits: nodesOf(z.object({ commit: commitSchema })),
});

type ReportedPullRequest = z.infer<typeof pullRequestSchema>;

/** Null for anything that is not a pull request. */
export function readPullRequest(
  node: unknown,
  connection: Connection,
  repository: RepositoryRules = NO_RULES,
): PullRequest | null {
  const { success, data: reported } = pullRequestSchema.safeParse(node);
  if (!success) return null;
  const state = stateOf(reported);
  const commit = reported.commits?.nodes?.at(-1)?.commit;
  const link = (url: string | null) => safeUrl(url, connection.api);
  const required = requiredChecks(reported.baseRefName, reported.baseRef?.refUpdateRule ?? null, repository);
  const review = reviewOf(reported);
  const ownName = `${connection.owner}/${connection.name}`;
  return {
    number: reported.number,
    url: link(reported.url) ?? `https://${connection.api.host}/${ownName}/pull/${reported.number}`,
    title: cutText(reported.title, TITLE_LENGTH_MAX),
    author: nameOf(reported.author),
    state,
    draft: reported.isDraft,
    branch: reported.headRefName,
    fork: reported.isCrossRepository,
    headCommit: reported.headRefOid,
    base: reported.baseRefName,
    // In a fork, the branch of that name is not the one that was compared.
    behindBy: reported.isCrossRepository ? null : (reported.baseRef?.compare?.behindBy ?? null),
    mustUpdate: reported.mergeStateStatus === "BEHIND",
    createdAtMs: reported.createdAt,
    updatedAtMs: reported.updatedAt,
    reviewableAtMs: reviewableAtMs(reported, commit?.committedDate),
    mergedAtMs: reported.mergedAt ?? null,
    mergedBy: nameOf(reported.mergedBy),
    closedAtMs: reported.closedAt ?? null,
    review,
    approvedCommit: review === "approved" ? approvedBefore(reported) : null,
    reviewAgainBy: review === "changes_requested" ? reviewAgainBy(reported) : [],
    unresolvedThreads: countUnresolved(reported),
    mergeable: MERGEABLE[reported.mergeable] ?? "unknown",
    mergeStatus: MERGE_STATUS[reported.mergeStateStatus ?? ""] ?? "unknown",
    hostMerges: hostMergesOf(reported),
    rules: rulesInWords(reported.baseRef?.refUpdateRule ?? null),
    defaultBranch: repository.defaultBranch,
    reverts: revertedNumber(reported.headRefName) ?? revertedInText(reported.body ?? "", ownName),
    labels: (reported.labels?.nodes ?? [])
      .flatMap((label) => (label === null ? [] : cutText(label.name, NAME_LENGTH_MAX)))
      .slice(0, LABELS_MAX),
    checks: rollUpChecks(commit?.statusCheckRollup ?? null, link, required),
  };
}

const TITLE_LENGTH_MAX = 300;
const NAME_LENGTH_MAX = 200;
const URL_LENGTH_MAX = 2000;

const MERGEABLE: Readonly<Record<string, MergeableState>> = { MERGEABLE: "clean", CONFLICTING: "conflict" };

const MERGE_STATUS: Readonly<Record<string, MergeStatus>> = {
  CLEAN: "clean",
  HAS_HOOKS: "clean",
  UNSTABLE: "unstable",
  BLOCKED: "blocked",
  BEHIND: "behind",
  DIRTY: "conflict",
  DRAFT: "draft",
};

function hostMergesOf({
  isInMergeQueue,
  mergeQueueEntry,
  autoMergeRequest,
}: ReportedPullRequest): HostMerges | null {
  if (mergeQueueEntry?.state === "UNMERGEABLE") return "queue_failed";
  if (isInMergeQueue === true || mergeQueueEntry != null) return "queue";
  return autoMergeRequest == null ? null : "auto";
}

type Opinion = z.infer<typeof reviewSchema>;

function opinionsOf({ latestOpinionatedReviews }: ReportedPullRequest, state: string): readonly Opinion[] {
  return (latestOpinionatedReviews?.nodes ?? []).flatMap((one) =>
    one === null || one.state !== state ? [] : one,
  );
}

/** The commit that was approved last, unless the head is approved too. */
function approvedBefore(reported: ReportedPullRequest): string | null {
  const approvals = opinionsOf(reported, "APPROVED");
  const commits = approvals.toSorted((a, b) => (b.submittedAt ?? 0) - (a.submittedAt ?? 0));
  const oids = commits.flatMap(({ commit }) => commit?.oid ?? []);
  return oids.includes(reported.headRefOid) ? null : (oids[0] ?? null);
}

/** Everyone who requested changes, once all of them were asked again; a new review removes the request. */
function reviewAgainBy(reported: ReportedPullRequest): readonly string[] {
  const requested = new Set(
    (reported.reviewRequests?.nodes ?? []).flatMap((node) => node?.requestedReviewer?.login ?? []),
  );
  const names = opinionsOf(reported, "CHANGES_REQUESTED").map(({ author }) => author?.login ?? "");
  if (names.length === 0 || !names.every((name) => requested.has(name))) return [];
  return names.map((name) => cutText(name, NAME_LENGTH_MAX));
}

function countUnresolved({ reviewThreads }: ReportedPullRequest): number | null {
  if (reviewThreads == null) return null;
  return (reviewThreads.nodes ?? []).filter((thread) => thread?.isResolved === false).length;
}

/** Merged takes precedence over closed: GitHub sometimes reports both. */
function stateOf({ state, mergedAt }: ReportedPullRequest): PullRequestState {
  if (state === "MERGED" || typeof mergedAt === "number") return "merged";
  return state === "OPEN" ? "open" : "closed";
}

/**
 * GitHub only decides if a rule of the branch requires reviews. Otherwise the reviews of people with write access
 * count, and then whether a review was requested.
 */
function reviewOf({
  reviewDecision,
  latestOpinionatedReviews,
  reviewRequests,
}: ReportedPullRequest): ReviewState {
  const decided = DECISIONS[reviewDecision ?? ""];
  if (decided !== undefined) return decided;
  const opinions = (latestOpinionatedReviews?.nodes ?? []).map((review) => review?.state);
  if (opinions.includes("CHANGES_REQUESTED")) return "changes_requested";
  if (opinions.includes("APPROVED")) return "approved";
  return (reviewRequests?.totalCount ?? 0) > 0 ? "required" : "none";
}

const DECISIONS: Readonly<Record<string, ReviewState>> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes_requested",
  REVIEW_REQUIRED: "required",
};

/** A commit keeps its date through a rebase or late push; a forced push is a separate event. */
function reviewableAtMs(
  { createdAt, timelineItems }: ReportedPullRequest,
  committedAtMs = createdAt,
): number {
  const events = (timelineItems?.nodes ?? []).map((event) => event?.createdAt ?? createdAt);
  return Math.max(createdAt, committedAtMs, ...events);
}

function nameOf(actor: ReportedPullRequest["author"]): string | null {
  return actor == null ? null : cutText(actor.login, NAME_LENGTH_MAX);
}

/** As parsed, so that the shown link is the target. */
function safeUrl(text: string | null, { loopback }: GitHubApi): string | null {
  if (text === null || text.length > URL_LENGTH_MAX) return null;
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return null;
  const isSafe =
    url.protocol === "https:" || (loopback && url.protocol === "http:" && isLoopback(url.hostname));
  return isSafe ? url.href : null;
}
