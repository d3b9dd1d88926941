import { expect, test } from "vitest";
import { NO_CHECKS } from "../../core/contract/pull-request.ts";
import { type Connection, REQUEST_LIMITS } from "./api/connection.ts";
import { readPullRequest } from "./read-pull-request.ts";

const CONNECTION: Connection = {
  api: {
    restUrl: "https://api.github.com",
    host: "github.com",
    remoteHosts: ["github.com"],
    loopback: false,
  },
  token: { text: "ghp_secret", renewal: "" },
  ...{ owner: "acme", name: "app" },
  nowMs: () => 0,
  limits: REQUEST_LIMITS,
};

/** As GitHub tells of it. */
const NODE = {
  number: 7,
  url: "https://github.com/acme/app/pull/7",
  title: "Add a map",
  author: { login: "mona" },
  ...{ state: "OPEN", isDraft: false },
  ...{ createdAt: "2026-03-24T12:00:00Z", updatedAt: "2026-03-24T13:00:00Z", mergedAt: null, closedAt: null },
  mergedBy: null,
  headRefName: "task/map",
  headRefOid: "a".repeat(40),
  isCrossRepository: false,
  baseRefName: "main",
  baseRef: { compare: { behindBy: 3 } },
  ...{ mergeable: "MERGEABLE", mergeStateStatus: "BEHIND", reviewDecision: "REVIEW_REQUIRED" },
  reviewRequests: { totalCount: 1 },
  latestOpinionatedReviews: { nodes: [] },
  reviewThreads: { nodes: [{ isResolved: false }, { isResolved: true }, null] },
  ...{ isInMergeQueue: false, mergeQueueEntry: null, autoMergeRequest: null },
  labels: { nodes: [{ name: "map" }, null, { name: "ui" }] },
  timelineItems: { nodes: [] },
  commits: { nodes: [{ commit: { committedDate: "2026-03-24T11:00:00Z", statusCheckRollup: null } }] },
};

const read = (more: object = {}, connection = CONNECTION) =>
  readPullRequest({ ...NODE, ...more }, connection);

const at = (hour: number) => Date.UTC(2026, 2, 24, hour);
const atHour = (hour: number) => ({ createdAt: new Date(at(hour)).toISOString() });

test("every fact has its place", () => {
  expect(read()).toEqual({
    number: 7,
    url: "https://github.com/acme/app/pull/7",
    title: "Add a map",
    author: "mona",
    ...{ state: "open", draft: false, branch: "task/map", fork: false },
    headCommit: "a".repeat(40),
    ...{ base: "main", behindBy: 3, mustUpdate: true },
    ...{ createdAtMs: at(12), updatedAtMs: at(13), reviewableAtMs: at(12) },
    ...{ mergedAtMs: null, mergedBy: null, closedAtMs: null },
    ...{ review: "required", mergeable: "clean", labels: ["map", "ui"], checks: NO_CHECKS },
    ...{ approvedCommit: null, reviewAgainBy: [], unresolvedThreads: 1 },
    ...{ mergeStatus: "behind", hostMerges: null, rules: [], defaultBranch: null, reverts: null },
  });
});

test.each<[what: string, node: object, facts: object]>([
  [
    "merged",
    { state: "MERGED", mergedAt: "2026-03-24T14:00:00Z", mergedBy: { login: "dave" } },
    { state: "merged", mergedAtMs: at(14), mergedBy: "dave" },
  ],
  ["merged beats closed", { state: "CLOSED", mergedAt: "2026-03-24T14:00:00Z" }, { state: "merged" }],
  ["closed", { state: "CLOSED", closedAt: "2026-03-24T14:00:00Z" }, { state: "closed", closedAtMs: at(14) }],
  [
    "a conflict",
    { mergeable: "CONFLICTING", mergeStateStatus: "DIRTY" },
    { mergeable: "conflict", mustUpdate: false },
  ],
  ["still finding out", { mergeable: "UNKNOWN" }, { mergeable: "unknown" }],
  [
    "a word that is new",
    { mergeable: "MAYBE", mergeStateStatus: "MAYBE" },
    { mergeable: "unknown", mustUpdate: false },
  ],
  ["an author who has left", { author: null }, { author: null }],
  ["a base that is gone", { baseRef: null }, { behindBy: null }],
  ["a comparison that is not known", { baseRef: { compare: null } }, { behindBy: null }],
  ["a fork", { isCrossRepository: true }, { fork: true, behindBy: null }],
])("%s", (_, node, facts) => {
  expect(read(node)).toMatchObject(facts);
});

test.each<[what: string, node: object, review: string]>([
  ["approved by rule", { reviewDecision: "APPROVED" }, "approved"],
  ["changes wanted by rule", { reviewDecision: "CHANGES_REQUESTED" }, "changes_requested"],
  ["no rule, no review requested", { reviewDecision: null, reviewRequests: { totalCount: 0 } }, "none"],
  ["no rule, a review requested", { reviewDecision: null }, "required"],
  [
    "no rule, approved",
    { reviewDecision: null, latestOpinionatedReviews: { nodes: [{ state: "APPROVED" }] } },
    "approved",
  ],
  [
    "no rule, one against",
    {
      reviewDecision: null,
      latestOpinionatedReviews: { nodes: [{ state: "APPROVED" }, { state: "CHANGES_REQUESTED" }] },
    },
    "changes_requested",
  ],
])("review: %s", (_, node, review) => {
  expect(read(node)?.review).toBe(review);
});

test.each<[what: string, node: object, hour: number]>([
  ["as it was opened", {}, 12],
  ["pushed to", { commits: { nodes: [{ commit: { committedDate: "2026-03-24T15:00:00Z" } }] } }, 15],
  [
    "made ready, asked for, or pushed over",
    { timelineItems: { nodes: [atHour(13), atHour(16), null, {}] } },
    16,
  ],
  ["a commit from long before", { timelineItems: null, commits: null }, 12],
])("reviewable since: %s", (_, node, hour) => {
  expect(read(node)?.reviewableAtMs).toBe(at(hour));
});

test.each<[what: string, node: object]>([
  ["no number", { number: 0 }],
  ["a time that is none", { createdAt: "yesterday" }],
  ["a commit that is none", { headRefOid: "--upload-pack=x" }],
  ["a state that is new", { state: "PONDERED" }],
  ["a branch without a name", { headRefName: "" }],
  ["a branch that could not be", { headRefName: "x".repeat(256) }],
  ["a title that is none", { title: null }],
  ["nothing about it", { number: undefined }],
])("is not a pull request: %s", (_, node) => {
  expect(read(node)).toBeNull();
});

test("S12: text is cut without halving a character, links lead to https only", () => {
  const long = "\u{1f600}".repeat(400);
  const found = read({
    title: long,
    author: { login: "x".repeat(900) },
    labels: { nodes: Array.from({ length: 40 }, () => ({ name: "y".repeat(900) })) },
    url: "javascript:alert(1)//https://github.com",
  });
  expect(found?.title).toHaveLength(299);
  expect(found?.title.isWellFormed()).toBe(true);
  expect(found?.author).toHaveLength(200);
  expect(found?.labels).toHaveLength(20);
  expect(found?.labels[0]).toHaveLength(200);
  expect(found?.url).toBe("https://github.com/acme/app/pull/7");
});

test.each<[url: string, loopback: boolean, shown: string]>([
  ["https://github.com/acme/app/pull/7#x", false, "https://github.com/acme/app/pull/7#x"],
  ["http://127.0.0.1:4000/acme/app/pull/7", true, "http://127.0.0.1:4000/acme/app/pull/7"],
  ["http://127.0.0.1:4000/acme/app/pull/7", false, "https://github.com/acme/app/pull/7"],
  ["http://github.com/acme/app/pull/7", true, "https://github.com/acme/app/pull/7"],
  ["https://dave:ghp_secret@github.com/", false, "https://github.com/acme/app/pull/7"],
  ["data:text/html,x", false, "https://github.com/acme/app/pull/7"],
  [`https://github.com/${"x".repeat(2000)}`, false, "https://github.com/acme/app/pull/7"],
])("S12: its page: %s", (url, loopback, shown) => {
  const { api } = CONNECTION;
  expect(read({ url }, { ...CONNECTION, api: { ...api, loopback } })?.url).toBe(shown);
});

const HEAD = "a".repeat(40);
const OLD = "b".repeat(40);
const opinion = (state: string, login: string, oid: string, hour = 13) => ({
  ...{ state, author: { login }, commit: { oid } },
  submittedAt: new Date(at(hour)).toISOString(),
});
const RULE = {
  requiredStatusCheckContexts: ["test", null],
  ...{ requiresCodeOwnerReviews: true, requiresConversationResolution: true },
  ...{ requiresLinearHistory: true, requiresSignatures: true },
};

test.each<[what: string, node: object, facts: object]>([
  [
    "D3: in the merge queue",
    { isInMergeQueue: true, mergeQueueEntry: { state: "QUEUED" } },
    { hostMerges: "queue" },
  ],
  ["D3: its entry may not be seen", { isInMergeQueue: true }, { hostMerges: "queue" }],
  [
    "D4: it cannot be merged from there",
    { isInMergeQueue: true, mergeQueueEntry: { state: "UNMERGEABLE" } },
    { hostMerges: "queue_failed" },
  ],
  ["D3: auto-merge", { autoMergeRequest: { enabledAt: "2026-03-24T13:00:00Z" } }, { hostMerges: "auto" }],
  ["D2: blocked", { mergeStateStatus: "BLOCKED" }, { mergeStatus: "blocked" }],
  ["D5: unstable", { mergeStateStatus: "UNSTABLE" }, { mergeStatus: "unstable" }],
  ["hooks of the server", { mergeStateStatus: "HAS_HOOKS" }, { mergeStatus: "clean" }],
  ["D8: no word", { mergeStateStatus: null }, { mergeStatus: "unknown" }],
  ["threads that may not be seen", { reviewThreads: null }, { unresolvedThreads: null }],
  [
    "D2: rules of its base",
    { baseRef: { compare: null, refUpdateRule: RULE } },
    {
      rules: ["a review by a code owner", "resolved review threads", "a linear history", "signed commits"],
      checks: { missing: ["test"] },
    },
  ],
  [
    "D6: approved before the head",
    { reviewDecision: "APPROVED", latestOpinionatedReviews: { nodes: [opinion("APPROVED", "bob", OLD)] } },
    { approvedCommit: OLD },
  ],
  [
    "D6: one of two approvals is of the head",
    {
      reviewDecision: "APPROVED",
      latestOpinionatedReviews: {
        nodes: [opinion("APPROVED", "bob", HEAD), opinion("APPROVED", "eve", OLD, 14), null],
      },
    },
    { approvedCommit: null },
  ],
  [
    "D7: asked again after changes",
    {
      reviewDecision: "CHANGES_REQUESTED",
      reviewRequests: { totalCount: 1, nodes: [{ requestedReviewer: { login: "bob" } }, null] },
      latestOpinionatedReviews: { nodes: [opinion("CHANGES_REQUESTED", "bob", OLD)] },
    },
    { reviewAgainBy: ["bob"] },
  ],
  [
    "D7: one of two was asked again",
    {
      reviewDecision: "CHANGES_REQUESTED",
      reviewRequests: { totalCount: 1, nodes: [{ requestedReviewer: { login: "bob" } }] },
      latestOpinionatedReviews: {
        nodes: [opinion("CHANGES_REQUESTED", "bob", OLD), opinion("CHANGES_REQUESTED", "eve", OLD)],
      },
    },
    { reviewAgainBy: [] },
  ],
  ["D12: a revert by its branch", { headRefName: "revert-6-task/map" }, { reverts: 6 }],
  ["D12: a revert by its description", { body: "Reverts acme/app#6\n\nIt broke." }, { reverts: 6 }],
  ["D12: a revert of another repository's", { body: "Reverts acme/other#6" }, { reverts: null }],
  ["D12: a mention", { body: "This reverts commit 1234 and #6" }, { reverts: null }],
])("%s", (_, node, facts) => {
  expect(read(node)).toMatchObject(facts);
});
