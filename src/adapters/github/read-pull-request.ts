// One pull request as GitHub tells it, in the words of core. Whatever is text in it was written by anybody (S12): it is
// cut, and links are let through only when they lead to a web page over https.

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
import { rollupSchema } from "./check-report.ts";
import { LABELS_MAX } from "./pull-request-query.ts";
import { rollUpChecks } from "./roll-up-checks.ts";

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

/** Null for what is not the shape of a pull request. */
export function readPullRequest(
  node: unknown,
  connection: Connection,
  repository: RepositoryRules = NO_RULES,
): PullRequest | null {
  const { success, data: told } = pullRequestSchema.safeParse(node);
  if (!success) return null;
  const state = stateOf(told);
  const commit = told.commits?.nodes?.at(-1)?.commit;
  const link = (url: string | null) => safeUrl(url, connection.api);
  const required = requiredChecks(told.baseRefName, told.baseRef?.refUpdateRule ?? null, repository);
  const review = reviewOf(told);
  return {
    number: told.number,
    url: link(told.url) ?? pageOf(told.number, connection),
    title: cutText(told.title, TITLE_LENGTH_MAX),
    author: nameOf(told.author),
    state,
    draft: told.isDraft,
    branch: told.headRefName,
    fork: told.isCrossRepository,
    headCommit: told.headRefOid,
    base: told.baseRefName,
    // In a fork the branch of that name is another one than the one compared.
    behindBy: told.isCrossRepository ? null : (told.baseRef?.compare?.behindBy ?? null),
    mustUpdate: told.mergeStateStatus === "BEHIND",
    createdAtMs: told.createdAt,
    updatedAtMs: told.updatedAt,
    reviewableAtMs: reviewableAtMs(told, commit?.committedDate),
    mergedAtMs: told.mergedAt ?? null,
    mergedBy: nameOf(told.mergedBy),
    closedAtMs: told.closedAt ?? null,
    review,
    approvedCommit: review === "approved" ? approvedBefore(told) : null,
    reviewAgainBy: review === "changes_requested" ? reviewAgainBy(told) : [],
    unresolvedThreads: told.reviewThreads == null ? null : countUnresolved(told.reviewThreads.nodes ?? []),
    mergeable: MERGEABLE[told.mergeable] ?? "unknown",
    mergeStatus: MERGE_STATUS[told.mergeStateStatus ?? ""] ?? "unknown",
    hostMerges: hostMergesOf(told),
    rules: rulesInWords(told.baseRef?.refUpdateRule ?? null),
    defaultBranch: repository.defaultBranch,
    reverts:
      revertedNumber(told.headRefName) ??
      revertedInText(told.body ?? "", `${connection.owner}/${connection.name}`),
    labels: (told.labels?.nodes ?? [])
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

/** The commit that was approved last, unless one of the approvals is of the head. */
function approvedBefore(told: ReportedPullRequest): string | null {
  const approvals = opinionsOf(told, "APPROVED");
  const commits = approvals.toSorted((a, b) => (b.submittedAt ?? 0) - (a.submittedAt ?? 0));
  const oids = commits.flatMap(({ commit }) => commit?.oid ?? []);
  return oids.includes(told.headRefOid) ? null : (oids[0] ?? null);
}

/** All who requested changes, once all of them have been asked again; a review takes the request back. */
function reviewAgainBy(told: ReportedPullRequest): readonly string[] {
  const requested = new Set(
    (told.reviewRequests?.nodes ?? []).flatMap((node) => node?.requestedReviewer?.login ?? []),
  );
  const names = opinionsOf(told, "CHANGES_REQUESTED").map(({ author }) => author?.login ?? "");
  if (names.length === 0 || !names.every((name) => requested.has(name))) return [];
  return names.map((name) => cutText(name, NAME_LENGTH_MAX));
}

function countUnresolved(threads: readonly ({ readonly isResolved: boolean } | null)[]): number {
  return threads.filter((thread) => thread?.isResolved === false).length;
}

/** Merged beats closed: GitHub says both of the same pull request in places. */
function stateOf({ state, mergedAt }: ReportedPullRequest): PullRequestState {
  if (state === "MERGED" || typeof mergedAt === "number") return "merged";
  return state === "OPEN" ? "open" : "closed";
}

/**
 * GitHub decides only where a rule of the branch asks for reviews. Elsewhere the opinions of those who may write count,
 * and then whether anybody was asked for one.
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

/** A commit says when it was made, which a rebase or a late push leaves as it was; a forced push is an event of its own. */
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

/** As it is parsed, so that what is shown is where it leads. */
function safeUrl(text: string | null, { loopback }: GitHubApi): string | null {
  if (text === null || text.length > URL_LENGTH_MAX) return null;
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return null;
  const isSafe =
    url.protocol === "https:" || (loopback && url.protocol === "http:" && isLoopback(url.hostname));
  return isSafe ? url.href : null;
}

function pageOf(number: number, { api, owner, name }: Connection): string {
  return `https://${api.host}/${owner}/${name}/pull/${number}`;
}
