// That a pull request is shown as GitHub shows it, with what GitHub derives.

import { expect, test } from "vitest";
import { addCheck, completeCheck, rerunCheck, setStatus } from "./checks.ts";
import {
  closePullRequest,
  deleteBase,
  deleteBranch,
  merge,
  openPullRequest,
  push,
  pushToBase,
  reopen,
  requestReview,
  review,
  setDraft,
  setMergeable,
  updateBranch,
} from "./state.ts";
import { openLocalGitHub, START_MS } from "./tested-github.ts";

test("a pull request as GraphQL shows it", async () => {
  const { repository, askOf, pass } = await openLocalGitHub();
  repository.requiresReview = true;
  const pull = openPullRequest(repository, { branch: "a", draft: true, title: "Add a", labels: ["bug"] });
  pass(1);
  push(pull, { committedAtMs: START_MS - 60_000 });
  pass(1);
  setDraft(pull, false);
  requestReview(pull, "bob");
  requestReview(pull, "team/core");
  pass(1);
  review(pull, "bob", "approved");
  push(pull, { force: true });
  expect(
    await askOf(`number url title isDraft state headRefName headRefOid isCrossRepository baseRefName createdAt
      updatedAt mergedAt mergedBy { login } closedAt author { login __typename } reviewDecision mergeable
      mergeStateStatus labels(first: 9) { nodes { name } } baseRef { name compare(headRef: "a") { aheadBy behindBy status } }
      reviewRequests(first: 9) { nodes { requestedReviewer { __typename ... on Team { slug } ... on User { login } } } }
      latestReviews(first: 9) { nodes { author { login } state submittedAt } }
      commits(last: 1) { totalCount nodes { commit { oid committedDate statusCheckRollup { state } } } }
      timelineItems(last: 9, itemTypes: [READY_FOR_REVIEW_EVENT, REVIEW_REQUESTED_EVENT, HEAD_REF_FORCE_PUSHED_EVENT]) {
        nodes { __typename ... on ReadyForReviewEvent { createdAt } ... on HeadRefForcePushedEvent { createdAt } } }`),
  ).toEqual({
    number: 1,
    url: "https://github.com/acme/app/pull/1",
    title: "Add a",
    isDraft: false,
    state: "OPEN",
    headRefName: "a",
    headRefOid: pull.commits[0]?.oid,
    isCrossRepository: false,
    baseRefName: "main",
    createdAt: "2026-11-25T12:00:00Z",
    updatedAt: "2026-11-25T12:03:00Z",
    mergedAt: null,
    mergedBy: null,
    closedAt: null,
    author: { login: "mona", __typename: "User" },
    reviewDecision: "APPROVED",
    mergeable: "MERGEABLE",
    mergeStateStatus: "CLEAN",
    labels: { nodes: [{ name: "bug" }] },
    baseRef: { name: "main", compare: { aheadBy: 1, behindBy: 0, status: "AHEAD" } },
    reviewRequests: { nodes: [{ requestedReviewer: { __typename: "Team", slug: "core" } }] },
    latestReviews: {
      nodes: [{ author: { login: "bob" }, state: "APPROVED", submittedAt: "2026-11-25T12:03:00Z" }],
    },
    commits: {
      totalCount: 1,
      nodes: [
        {
          commit: {
            oid: pull.commits[0]?.oid,
            committedDate: "2026-11-25T12:03:00Z",
            statusCheckRollup: null,
          },
        },
      ],
    },
    timelineItems: {
      nodes: [
        { __typename: "ReadyForReviewEvent", createdAt: "2026-11-25T12:02:00Z" },
        { __typename: "ReviewRequestedEvent" },
        { __typename: "ReviewRequestedEvent" },
        { __typename: "HeadRefForcePushedEvent", createdAt: "2026-11-25T12:03:00Z" },
      ],
    },
  });
});

test("the ends of a pull request", async () => {
  const { repository, askOf, pass } = await openLocalGitHub();
  const merged = openPullRequest(repository, { branch: "a", author: "dependabot[bot]" });
  const closed = openPullRequest(repository, { branch: "b", author: null });
  const reopened = openPullRequest(repository, { branch: "c" });
  const baseless = openPullRequest(repository, { branch: "d", base: "release" });
  const fields =
    "state closedAt mergedAt mergedBy { login } author { __typename login } mergeable baseRef { name } headRef { name }";
  pass(1);
  merge(merged, "bob");
  closePullRequest(closed);
  deleteBranch(closed);
  closePullRequest(reopened);
  reopen(reopened);
  deleteBase(baseless);
  const atMs = "2026-11-25T12:01:00Z";
  const found = [
    await askOf(fields, 1),
    await askOf(fields, 2),
    await askOf(fields, 3),
    await askOf(fields, 4),
  ];
  expect(found).toMatchObject([
    {
      ...{
        state: "MERGED",
        closedAt: atMs,
        mergedAt: atMs,
        mergedBy: { login: "bob" },
        mergeable: "UNKNOWN",
      },
      author: { __typename: "Bot", login: "dependabot" },
    },
    { state: "CLOSED", closedAt: atMs, mergedAt: null, author: null, headRef: null },
    { state: "OPEN", closedAt: null, headRef: { name: "c" } },
    { state: "CLOSED", baseRef: null },
  ]);
});

test("why it cannot be merged, one reason of several", async () => {
  const { repository, askOf } = await openLocalGitHub();
  const pull = openPullRequest(repository, { branch: "a" });
  const state = async () =>
    (await askOf<{ readonly mergeStateStatus: string }>("mergeStateStatus")).mergeStateStatus;
  repository.requiresReview = true;
  repository.requiresUpToDate = true;
  repository.requiredChecks = ["test"];
  pushToBase(repository, "main", 2);
  setDraft(pull, true);
  expect(await askOf('baseRef { compare(headRef: "a") { aheadBy behindBy status } }')).toEqual({
    baseRef: { compare: { aheadBy: 1, behindBy: 2, status: "DIVERGED" } },
  });
  setMergeable(pull, "unknown");
  expect(await state()).toBe("UNKNOWN");
  setMergeable(pull, "conflict");
  expect(await state()).toBe("DIRTY");
  setMergeable(pull, "clean");
  expect(await state()).toBe("DRAFT");
  setDraft(pull, false);
  expect(await state()).toBe("BLOCKED");
  review(pull, "bob", "approved");
  expect(await state()).toBe("BLOCKED");
  addCheck(pull, "test");
  completeCheck(pull, "test", "success");
  expect(await state()).toBe("BEHIND");
  updateBranch(pull);
  repository.requiredChecks = [];
  addCheck(pull, "lint");
  expect(await state()).toBe("UNSTABLE");
  completeCheck(pull, "lint", "skipped");
  expect(await state()).toBe("CLEAN");
});

test("reviewers decide only where a review is required; comments decide nothing", async () => {
  const { repository, askOf } = await openLocalGitHub();
  const pull = openPullRequest(repository, { branch: "a" });
  const seen = async () => {
    const found = await askOf<{ reviewDecision: string | null; latestReviews: { totalCount: number } }>(
      "reviewDecision latestReviews(first: 9) { totalCount }",
    );
    return [found.reviewDecision, found.latestReviews.totalCount];
  };
  review(pull, "bob", "approved");
  expect(await seen()).toEqual([null, 1]);
  repository.requiresReview = true;
  review(pull, "bob", "commented");
  expect(await seen()).toEqual(["APPROVED", 1]);
  review(pull, "ann", "changes_requested");
  expect(await seen()).toEqual(["CHANGES_REQUESTED", 2]);
  requestReview(pull, "ann");
  expect(await seen()).toEqual(["CHANGES_REQUESTED", 1]);
  review(pull, "eve", "approved");
  review(pull, "ann", "dismissed");
  repository.outsiders = ["eve"];
  review(pull, "bob", "dismissed");
  expect(await seen()).toEqual(["REVIEW_REQUIRED", 3]);
  const opinionated = "latestOpinionatedReviews(first: 9, writersOnly:";
  expect(
    await askOf(`all: ${opinionated} false) { totalCount } writers: ${opinionated} true) { totalCount }`),
  ).toEqual({ all: { totalCount: 3 }, writers: { totalCount: 2 } });
});

test("checks of Actions, of another app and of an older service; a red one that runs again", async () => {
  const { repository, askOf, get, pass } = await openLocalGitHub();
  const pull = openPullRequest(repository, { branch: "a" });
  const { updatedAtMs } = pull;
  const rollup = async () =>
    (
      await askOf<{
        statusCheckRollup: unknown;
      }>(`statusCheckRollup { state contexts(first: 50) { totalCount nodes { __typename
        ... on CheckRun { name status conclusion isRequired(pullRequestNumber: 1) startedAt completedAt
          checkSuite { app { slug } workflowRun { workflow { name } } } }
        ... on StatusContext { context state targetUrl } } } }`)
    ).statusCheckRollup;
  expect(await rollup()).toBeNull();
  addCheck(pull, "test", { status: "queued" });
  addCheck(pull, "review", { app: "circleci" });
  setStatus(pull, "legacy", "pending");
  pass(1);
  completeCheck(pull, "test", "failure");
  completeCheck(pull, "review", "success");
  setStatus(pull, "legacy", "success", "https://ci.example/1");
  expect(await rollup()).toEqual({
    state: "FAILURE",
    contexts: {
      totalCount: 3,
      nodes: [
        {
          __typename: "CheckRun",
          name: "test",
          ...{ status: "COMPLETED", conclusion: "FAILURE", isRequired: false },
          ...{ startedAt: "2026-11-25T12:01:00Z", completedAt: "2026-11-25T12:01:00Z" },
          checkSuite: { app: { slug: "github-actions" }, workflowRun: { workflow: { name: "CI" } } },
        },
        {
          __typename: "CheckRun",
          name: "review",
          ...{ status: "COMPLETED", conclusion: "SUCCESS", isRequired: false },
          ...{ startedAt: "2026-11-25T12:00:00Z", completedAt: "2026-11-25T12:01:00Z" },
          checkSuite: { app: { slug: "circleci" }, workflowRun: null },
        },
        {
          __typename: "StatusContext",
          context: "legacy",
          state: "SUCCESS",
          targetUrl: "https://ci.example/1",
        },
      ],
    },
  });
  pass(1);
  rerunCheck(pull, "test");
  expect(await rollup()).toMatchObject({ state: "PENDING", contexts: { totalCount: 4 } });
  // Only the workflow run tells of it: the same one, with a second attempt.
  expect(await (await get("/repos/acme/app/actions/runs?per_page=5")).json()).toMatchObject({
    total_count: 1,
    workflow_runs: [
      {
        ...{ head_branch: "a", head_sha: pull.commits[0]?.oid, run_attempt: 2 },
        ...{ status: "in_progress", conclusion: null },
        ...{ created_at: "2026-11-25T12:00:00Z", updated_at: "2026-11-25T12:02:00Z" },
      },
    ],
  });
  expect(pull.updatedAtMs).toBe(updatedAtMs);
  const counts = `checkRunCount checkRunCountsByState { state count }
    statusContextCount statusContextCountsByState { state count }`;
  expect(
    await askOf(`statusCheckRollup { contexts(first: 1) { totalCount ${counts} nodes { __typename } } }`),
  ).toEqual({
    statusCheckRollup: {
      contexts: {
        ...{ totalCount: 4, checkRunCount: 3, statusContextCount: 1, nodes: [{ __typename: "CheckRun" }] },
        checkRunCountsByState: [
          { state: "FAILURE", count: 1 },
          { state: "SUCCESS", count: 1 },
          { state: "IN_PROGRESS", count: 1 },
        ],
        statusContextCountsByState: [{ state: "SUCCESS", count: 1 }],
      },
    },
  });
  push(pull);
  expect(await rollup()).toBeNull();
  // The same name in two workflows is two checks.
  const nightly = addCheck(pull, "test", { workflow: "Nightly" });
  completeCheck(pull, addCheck(pull, "test"), "success");
  completeCheck(pull, nightly, "timed_out");
  expect(await rollup()).toMatchObject({ state: "FAILURE", contexts: { totalCount: 2 } });
});
