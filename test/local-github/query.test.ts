// That a query is held to GitHub's schema and limits, and that lists, absences and comparisons are GitHub's.

import { expect, test } from "vitest";
import { deleteBranch, openPullRequest } from "./state.ts";
import { inRepository, openLocalGitHub } from "./tested-github.ts";

test.for([
  { wrong: "unknown field", query: inRepository("pullRequest(number: 1) { isDraught }"), says: /isDraught/ },
  {
    wrong: "missing argument",
    query: inRepository("pullRequest { number }"),
    says: /"number" of type "Int!"/,
  },
  { wrong: "wrong type", query: inRepository('pullRequest(number: "1") { number }'), says: /Int cannot/ },
  {
    wrong: "no enum value",
    query: inRepository("pullRequests(states: DONE, first: 1) { totalCount }"),
    says: /DONE/,
  },
  { wrong: "no such variable", query: inRepository("pullRequest(number: $n) { number }"), says: /\$n/ },
  { wrong: "syntax", query: "{ repository(", says: /Syntax Error/ },
])("a query that GitHub's schema does not allow is refused: $wrong", async ({ query, says }) => {
  const { ask, repository } = await openLocalGitHub();
  openPullRequest(repository, { branch: "a" });
  const { status, body } = await ask(query);
  expect(status).toBe(200);
  expect(body.data).toBeUndefined();
  expect(body.errors?.[0]?.message).toMatch(says);
});

test("a list without a size, too long a list, and too many nodes are refused", async () => {
  const { ask, repository } = await openLocalGitHub();
  openPullRequest(repository, { branch: "a" });
  const typeOf = async (fields: string) => (await ask(inRepository(fields))).body.errors?.[0]?.type;
  expect(await typeOf("pullRequests { nodes { number } }")).toBe("MISSING_PAGINATION_BOUNDARIES");
  expect(await typeOf("pullRequests { totalCount }")).toBeUndefined();
  expect(await typeOf("pullRequests(first: 101) { nodes { number } }")).toBe("EXCESSIVE_PAGINATION");
  const lists =
    "pullRequests(first: 100) { nodes { commits(first: 100) { nodes { commit { statusCheckRollup {";
  const inner = "contexts(first: 100) { totalCount }";
  expect(await typeOf(`${lists} ${inner} } } } } } }`)).toBe("MAX_NODE_LIMIT_EXCEEDED");
});

test("a field that GitHub has and the local one does not know is an error, never null", async () => {
  const { repository, ask } = await openLocalGitHub();
  openPullRequest(repository, { branch: "a" });
  const { body } = await ask(inRepository("pullRequest(number: 1) { number activeLockReason }"));
  expect(body.errors).toMatchObject([
    { message: "the local GitHub does not know PullRequest.activeLockReason yet", path: expect.any(Array) },
  ]);
});

type Page = {
  readonly nodes: readonly { readonly number: number }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
};

test("GraphQL lists pull requests: oldest first unless ordered, by branch also those of forks, in pages", async () => {
  const { repository, ask, pass } = await openLocalGitHub();
  for (const branch of ["a", "b", "a"]) {
    openPullRequest(repository, { branch });
    pass(1);
  }
  openPullRequest(repository, { branch: "a", fork: "eve" });
  const numbers = async (args: string) => {
    const { body } = await ask<{ readonly repository: { readonly pullRequests: Page } }>(
      inRepository(`pullRequests(${args}) { nodes { number } pageInfo { hasNextPage endCursor } }`),
    );
    const page = body.data?.repository.pullRequests;
    return { numbers: page?.nodes.map(({ number }) => number), ...page?.pageInfo };
  };
  const newest = "orderBy: { field: CREATED_AT, direction: DESC }";
  expect((await numbers("first: 9")).numbers).toEqual([1, 2, 3, 4]);
  expect((await numbers(`headRefName: "a", first: 2, ${newest}`)).numbers).toEqual([4, 3]);
  expect((await numbers(`states: [CLOSED, MERGED], first: 9`)).numbers).toEqual([]);
  const first = await numbers("first: 3");
  expect(first).toMatchObject({ numbers: [1, 2, 3], hasNextPage: true });
  expect(await numbers(`first: 3, after: "${first.endCursor}"`)).toMatchObject({
    numbers: [4],
    hasNextPage: false,
  });
  expect((await numbers("last: 1")).numbers).toEqual([4]);
});

test("who is not there: null and an error with its path, the rest is answered", async () => {
  const { repository, ask } = await openLocalGitHub();
  openPullRequest(repository, { branch: "a" });
  const { status, body } = await ask(
    `{ one: ${inRepository("a: pullRequest(number: 1) { number } b: pullRequest(number: 9) { number }").slice(1, -1)}
       two: repository(owner: "acme", name: "none") { id } }`,
  );
  expect(status).toBe(200);
  expect(body.data).toEqual({ one: { a: { number: 1 }, b: null }, two: null });
  expect(body.errors).toMatchObject([
    {
      type: "NOT_FOUND",
      path: ["one", "b"],
      message: "Could not resolve to a PullRequest with the number of 9.",
    },
    {
      type: "NOT_FOUND",
      path: ["two"],
      message: "Could not resolve to a Repository with the name 'acme/none'.",
    },
  ]);
});

test("a deleted branch cannot be compared; its commit can, and so can a fork's branch", async () => {
  const { repository, ask } = await openLocalGitHub();
  const pull = openPullRequest(repository, { branch: "a" });
  openPullRequest(repository, { branch: "b", fork: "eve" });
  deleteBranch(pull);
  const { body } = await ask(
    inRepository(`pullRequest(number: 1) { state headRefName baseRef {
      gone: compare(headRef: "a") { behindBy }
      commit: compare(headRef: "${pull.commits[0]?.oid}") { aheadBy }
      own: compare(headRef: "b") { aheadBy }
      fork: compare(headRef: "eve:b") { aheadBy } } }`),
  );
  expect(body.data).toEqual({
    repository: {
      pullRequest: {
        ...{ state: "CLOSED", headRefName: "a" },
        baseRef: { gone: null, commit: { aheadBy: 1 }, own: null, fork: { aheadBy: 1 } },
      },
    },
  });
  expect(body.errors?.map(({ path }) => path)).toEqual([
    ["repository", "pullRequest", "baseRef", "gone"],
    ["repository", "pullRequest", "baseRef", "own"],
  ]);
});
