// That each fault of the local GitHub is what it says, on the wire.

import { type IncomingMessage, request } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import type { Fault, FaultScope } from "./faults.ts";
import { startLocalGitHub } from "./local-github.ts";
import { openPullRequest } from "./state.ts";
import type { Reply } from "./tested-github.ts";

const REST = "/repos/acme/app/pulls";

async function open(fault: Fault, scope?: FaultScope) {
  const github = await startLocalGitHub();
  onTestFinished(() => github.close());
  const repository = github.repository("acme/app");
  for (const branch of ["a", "b", "c"]) openPullRequest(repository, { branch });
  const takeBack = github.fault(fault, scope);
  const headers = { authorization: `token ${github.token}` };
  return {
    github,
    takeBack,
    get: (signal: AbortSignal | null = null) => fetch(github.url + REST, { headers, signal }),
    ask: (fields: string) =>
      fetch(`${github.url}/graphql`, {
        method: "POST",
        headers,
        body: JSON.stringify({ query: `{ repository(owner: "acme", name: "app") { ${fields} } }` }),
      }),
  };
}

test.for<{ fault: Fault; status: number; says: RegExp; headers?: Readonly<Record<string, string | null>> }>([
  { fault: { kind: "unauthorized" }, status: 401, says: /^\{"message":"Bad credentials"/ },
  {
    fault: { kind: "forbidden" },
    status: 403,
    says: /not accessible/,
    headers: { "x-ratelimit-remaining": "5000", "retry-after": null },
  },
  {
    fault: { kind: "primary_limit" },
    status: 403,
    says: /API rate limit exceeded/,
    headers: { "x-ratelimit-remaining": "0", "x-ratelimit-used": "5000", "retry-after": null },
  },
  {
    fault: { kind: "secondary_limit", retryAfterS: 30 },
    status: 403,
    says: /secondary rate limit/,
    headers: { "x-ratelimit-remaining": "5000", "retry-after": "30" },
  },
  {
    fault: { kind: "secondary_limit", retryAfterS: null },
    status: 403,
    says: /secondary rate limit/,
    headers: { "retry-after": null },
  },
  { fault: { kind: "too_many_requests" }, status: 429, says: /Too many/, headers: { "retry-after": "60" } },
  { fault: { kind: "server_error", status: 500 }, status: 500, says: /"message"/ },
  { fault: { kind: "server_error", status: 502 }, status: 502, says: /<html>/ },
  { fault: { kind: "server_error", status: 503 }, status: 503, says: /<html>/ },
  {
    fault: { kind: "html_page" },
    status: 200,
    says: /<html>/,
    headers: { "content-type": "text/html; charset=utf-8" },
  },
])("$fault.kind is $status, on both APIs, and takes nothing from the budget", async (expected) => {
  const { github, get, ask } = await open(expected.fault);
  for (const answer of [await get(), await ask("id")]) {
    expect(answer.status).toBe(expected.status);
    expect(await answer.text()).toMatch(expected.says);
    expect(Number(answer.headers.get("x-ratelimit-reset"))).toBeGreaterThan(0);
    for (const [name, value] of Object.entries(expected.headers ?? {}))
      expect(answer.headers.get(name)).toBe(value);
  }
  expect(github.requests).toMatchObject([
    { status: expected.status, cost: 0 },
    { status: expected.status, cost: 0 },
  ]);
});

test("a fault lasts so many requests, of one API or both; others wait behind it", async () => {
  const { github, get, ask } = await open({ kind: "server_error", status: 502 }, { times: 2, only: "rest" });
  github.fault({ kind: "unauthorized" }, { times: 1 });
  const statuses = [];
  for (const send of [get, () => ask("id"), get, get, () => ask("id")]) statuses.push((await send()).status);
  expect(statuses).toEqual([502, 401, 502, 200, 200]);
});

test("a fault lasts until it is taken back, or all are cleared", async () => {
  const { github, get, takeBack } = await open({ kind: "server_error", status: 503 });
  expect([(await get()).status, (await get()).status]).toEqual([503, 503]);
  takeBack();
  expect((await get()).status).toBe(200);
  github.fault({ kind: "unauthorized" });
  github.clearFaults();
  expect((await get()).status).toBe(200);
});

test("slow: the true answer, after the delay; who hangs up meanwhile ends it", async () => {
  const { github, get } = await open({ kind: "slow", delayMs: 50 }, { times: 1 });
  const started = performance.now();
  const answer = await get();
  // Timers count whole milliseconds.
  expect(performance.now() - started).toBeGreaterThanOrEqual(49);
  expect([answer.status, await answer.json()]).toMatchObject([200, [{}, {}, {}]]);
  github.fault({ kind: "slow", delayMs: 3_600_000 });
  await expect(get(AbortSignal.timeout(20))).rejects.toThrow(/timeout/);
});

test("stall: headers, and then nothing until the client hangs up", async () => {
  const { get } = await open({ kind: "stall" });
  const answer = await get(AbortSignal.timeout(100));
  expect(answer.status).toBe(200);
  await expect(answer.text()).rejects.toThrow(/timeout/);
});

test("cut before the headers", async () => {
  const { github, get } = await open({ kind: "cut_before_headers" }, { times: 1 });
  await expect(get()).rejects.toThrow("fetch failed");
  expect(github.requests).toMatchObject([{ status: null, cost: 1 }]);
  expect((await get()).status).toBe(200);
});

test("cut in the middle of the body", async () => {
  const { github } = await open({ kind: "cut_in_body" });
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { authorization: `token ${github.token}`, "user-agent": "test" };
    request(github.url + REST, { headers }, resolve)
      .on("error", reject)
      .end();
  });
  let got = 0;
  const reading = (async () => {
    for await (const chunk of incoming) got += (chunk as Buffer).length;
  })();
  await expect(reading).rejects.toThrow("aborted");
  expect(got).toBeGreaterThan(0);
  expect(got).toBeLessThan(Number(incoming.headers["content-length"]));
});

test("JSON that is none", async () => {
  const { get } = await open({ kind: "invalid_json" });
  const answer = await get();
  expect(answer.headers.get("content-type")).toMatch(/json/);
  await expect(answer.json()).rejects.toThrow(SyntaxError);
});

test("a huge body, of unknown length and valid", async () => {
  const { get } = await open({ kind: "huge_body", sizeBytes: 3_000_000 });
  const answer = await get();
  expect(answer.headers.get("content-length")).toBeNull();
  const text = await answer.text();
  expect([text.length, JSON.parse(text)]).toEqual([3_000_002, {}]);
});

test("GraphQL answers with errors alone", async () => {
  const { github, get, ask } = await open({ kind: "errors_only" }, { times: 1 });
  expect((await get()).status).toBe(200);
  const answer = await ask("id");
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded for user ID 1." }] },
  ]);
  const errors = [{ type: "RESOURCE_LIMITS_EXCEEDED", message: "Resource limits for this query exceeded." }];
  github.fault({ kind: "errors_only", errors });
  expect(await (await ask("id")).json()).toEqual({ errors });
});

test("partial: single pull requests and branches fail, the rest is answered", async () => {
  const { get, ask } = await open({ kind: "partial", pullRequests: [2], branches: ["c"] });
  expect((await get()).status).toBe(200);
  const answer = await ask(`one: pullRequest(number: 1) { number } two: pullRequest(number: 2) { number }
    all: pullRequests(first: 9) { nodes { number } }
    a: pullRequests(headRefName: "a", first: 1) { nodes { number } }
    c: pullRequests(headRefName: "c", first: 1) { totalCount nodes { number } }`);
  const { data, errors } = (await answer.json()) as Reply<unknown>;
  expect([answer.status, data]).toEqual([
    200,
    {
      repository: {
        ...{ one: { number: 1 }, two: null },
        all: { nodes: [{ number: 1 }, null, { number: 3 }] },
        ...{ a: { nodes: [{ number: 1 }] }, c: { totalCount: 1, nodes: null } },
      },
    },
  ]);
  expect(errors?.map(({ type, path }) => [type, path])).toEqual([
    ["INTERNAL", ["repository", "two"]],
    ["INTERNAL", ["repository", "all", "nodes", 1]],
    ["INTERNAL", ["repository", "c", "nodes"]],
  ]);
});

test("partial: one field fails, for single ones or for all", async () => {
  const error = { type: "FORBIDDEN", message: "Resource not accessible by personal access token" };
  const { github, ask } = await open({ kind: "partial", field: "Ref.compare", pullRequests: [2], error });
  const fields = (headRef: string) => `baseRef { name compare(headRef: "${headRef}") { aheadBy } } isDraft`;
  const query = `one: pullRequest(number: 1) { ${fields("a")} } two: pullRequest(number: 2) { ${fields("b")} }`;
  expect(await (await ask(query)).json()).toMatchObject({
    data: {
      repository: {
        one: { baseRef: { name: "main", compare: { aheadBy: 1 } }, isDraft: false },
        two: { baseRef: { name: "main", compare: null }, isDraft: false },
      },
    },
    errors: [{ ...error, path: ["repository", "two", "baseRef", "compare"] }],
  });
  github.clearFaults();
  // It may not be null, so that everything up to what may be is.
  github.fault({ kind: "partial", field: "PullRequest.isDraft" });
  expect(await (await ask(query)).json()).toMatchObject({
    data: { repository: { one: null, two: null } },
    errors: [{ type: "INTERNAL" }, { type: "INTERNAL" }],
  });
});
