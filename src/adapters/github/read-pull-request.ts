// One pull request as GitHub tells it, in the words of core. Whatever is text in it was written by anybody (S12): it is
// cut, and links are let through only when they lead to a web page over https.

import { z } from "zod";
import type {
  MergeableState,
  PullRequest,
  PullRequestState,
  ReviewState,
} from "../../core/pull-request/pull-request.ts";
import { branchSchema, cutText, numberSchema, timeSchema } from "./answer-shapes.ts";
import { type GitHubApi, isLoopback } from "./api-address.ts";
import { rollupSchema } from "./check-report.ts";
import type { Connection } from "./connection.ts";
import { LABELS_MAX } from "./pull-request-query.ts";
import { rollUpChecks } from "./roll-up-checks.ts";

const loginSchema = z.object({ login: z.string() }).nullish();

function nodesOf<Node extends z.ZodType>(node: Node) {
  return z.object({ nodes: z.array(node.nullable()).nullish() }).nullish();
}

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
  baseRef: z.object({ compare: z.object({ behindBy: z.number().int().nonnegative() }).nullish() }).nullish(),
  mergeable: z.string(),
  mergeStateStatus: z.string().nullish(),
  reviewDecision: z.string().nullish(),
  reviewRequests: z.object({ totalCount: z.number() }).nullish(),
  latestOpinionatedReviews: nodesOf(z.object({ state: z.string() })),
  labels: nodesOf(z.object({ name: z.string() })),
  timelineItems: nodesOf(z.object({ createdAt: timeSchema.optional() })),
  commits: nodesOf(z.object({ commit: commitSchema })),
});

type Told = z.infer<typeof pullRequestSchema>;

/** Null for what is not the shape of a pull request. */
export function readPullRequest(node: unknown, connection: Connection): PullRequest | null {
  const { success, data: told } = pullRequestSchema.safeParse(node);
  if (!success) return null;
  const state = stateOf(told);
  const commit = told.commits?.nodes?.at(-1)?.commit;
  const link = (url: string | null) => safeUrl(url, connection.api);
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
    review: reviewOf(told),
    mergeable: MERGEABLE[told.mergeable] ?? "unknown",
    labels: (told.labels?.nodes ?? [])
      .flatMap((label) => (label === null ? [] : cutText(label.name, NAME_LENGTH_MAX)))
      .slice(0, LABELS_MAX),
    checks: rollUpChecks(commit?.statusCheckRollup ?? null, link),
  };
}

const TITLE_LENGTH_MAX = 300;
const NAME_LENGTH_MAX = 200;
const URL_LENGTH_MAX = 2000;

const MERGEABLE: Readonly<Record<string, MergeableState>> = { MERGEABLE: "clean", CONFLICTING: "conflict" };

/** Merged beats closed: GitHub says both of the same pull request in places. */
function stateOf({ state, mergedAt }: Told): PullRequestState {
  if (state === "MERGED" || typeof mergedAt === "number") return "merged";
  return state === "OPEN" ? "open" : "closed";
}

/**
 * GitHub decides only where a rule of the branch asks for reviews. Elsewhere the opinions of those who may write count,
 * and then whether anybody was asked for one.
 */
function reviewOf({ reviewDecision, latestOpinionatedReviews, reviewRequests }: Told): ReviewState {
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
function reviewableAtMs({ createdAt, timelineItems }: Told, committedAtMs = createdAt): number {
  const events = (timelineItems?.nodes ?? []).map((event) => event?.createdAt ?? createdAt);
  return Math.max(createdAt, committedAtMs, ...events);
}

function nameOf(actor: Told["author"]): string | null {
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
