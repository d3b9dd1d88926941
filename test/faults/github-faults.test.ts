// What can go wrong between us and GitHub, on the local one: each fault is an answer in words, nothing hangs, nothing is
// thrown, and the token is in none of it.

import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { buildQuery } from "../../src/adapters/github/pull-request-query.ts";
import type { PullRequest } from "../../src/core/contract/pull-request.ts";
import type {
  FoundPullRequests,
  HostAnswer,
  HostFailure,
  News,
  PullRequestHost,
  WantedPullRequest,
} from "../../src/ports/git/pull-request-host.ts";
import { openGitHubHost } from "../contract/pull-request-host-adapters.ts";
import { addCheck, completeCheck, setStatus } from "../local-github/checks.ts";
import type { Fault } from "../local-github/faults.ts";
import { type LocalGitHub, startLocalGitHub } from "../local-github/local-github.ts";
import type { LocalRepository } from "../local-github/records.ts";
import {
  deleteBranch,
  merge,
  openPullRequest,
  push,
  pushToBase,
  renameRepository,
} from "../local-github/state.ts";
import { createMemoryClock, type MemoryClock } from "../memory/memory-clock.ts";

/** For those who wait for what never comes. */
const SHORT_MS = 200;
/** For a body that is too long. */
const SMALL_BYTES = 100_000;

type World = {
  readonly github: LocalGitHub;
  readonly repository: LocalRepository;
  readonly clock: MemoryClock;
};

async function start(): Promise<World> {
  const clock = createMemoryClock();
  const github = await startLocalGitHub({ now: clock.wallMs });
  onTestFinished(() => github.close());
  return { github, repository: github.repository("acme/app"), clock };
}

const never = () => new AbortController().signal;
const names = (count: number) => Array.from({ length: count }, (_, index) => `task/${index}`);
const branches = (count: number) =>
  names(count).map((branch): WantedPullRequest => ({ kind: "branch", branch }));

/** A host that waits long enough for a busy machine, and for a fault that never ends only as long as it must. */
function openFor({ github, clock }: World, fault: Fault, token = github.token): Promise<PullRequestHost> {
  const endless = fault.kind === "slow" || fault.kind === "stall";
  const limits = { bodyBytesMax: SMALL_BYTES, ...(endless && { timeoutMs: SHORT_MS }) };
  return openGitHubHost(github, { token, nowMs: clock.wallMs, ...limits });
}

/** The host behind a server that answers what it likes. */
async function openServer(answer: RequestListener, token = "ghp_x"): Promise<PullRequestHost> {
  const server = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return openGitHubHost({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token });
}

function askNews(host: PullRequestHost, mark: string | null = null, sinceMs: number | null = null) {
  return host.readNews({ mark, sinceMs, signal: never() });
}

function askAbout(host: PullRequestHost, wanted: readonly WantedPullRequest[] = branches(1)) {
  return host.readPullRequests({ wanted, signal: never() });
}

function answered<Value>(answer: HostAnswer<Value>): Value {
  if (answer.kind === "failed") throw new Error(answer.failure.message);
  return answer.value;
}

function failureOf(answer: HostAnswer<unknown>): HostFailure {
  if (answer.kind === "answered") throw new Error("It was answered.");
  return answer.failure;
}

describe("each fault is said in words, by both questions, and passes", () => {
  const RATE_LIMITED = "GitHub received too many requests in a short time (secondary rate limit)";
  const ACCESS = "The token needs read access to pull requests, checks, statuses and Actions";

  test.each<
    [
      fault: Fault,
      reason: HostFailure["reason"],
      message: string,
      remedy: string | null,
      waitS: number | null,
    ]
  >([
    [
      { kind: "unauthorized" },
      "auth",
      "GitHub refused the token (401)",
      "Renew the token in GITHUB_TOKEN",
      null,
    ],
    [{ kind: "forbidden" }, "auth", "GitHub refused access (403)", ACCESS, null],
    [{ kind: "primary_limit" }, "rate_limit", "GitHub's rate limit for this token is used up", null, 3600],
    [{ kind: "secondary_limit" }, "rate_limit", RATE_LIMITED, null, 60],
    [{ kind: "secondary_limit", retryAfterS: 7 }, "rate_limit", RATE_LIMITED, null, 7],
    [{ kind: "secondary_limit", retryAfterS: null }, "rate_limit", RATE_LIMITED, null, 60],
    [{ kind: "too_many_requests", retryAfterS: 9 }, "rate_limit", RATE_LIMITED, null, 9],
    [{ kind: "server_error", status: 500 }, "server", "GitHub had an internal error (500)", null, null],
    [{ kind: "server_error", status: 502 }, "server", "GitHub had an internal error (502)", null, null],
    [{ kind: "server_error", status: 503 }, "server", "GitHub had an internal error (503)", null, null],
    [{ kind: "slow", delayMs: 60_000 }, "timeout", "GitHub did not answer in time", null, null],
    [{ kind: "stall" }, "timeout", "GitHub did not answer in time", null, null],
    [{ kind: "huge_body", sizeBytes: 200_000 }, "malformed", "GitHub's answer was too large", null, null],
  ])("%j", async (fault, reason, message, remedy, waitS) => {
    const world = await start();
    const { github, repository, clock } = world;
    openPullRequest(repository, { branch: "task/0" });
    const host = await openFor(world, fault);
    github.fault(fault);
    const notBeforeMs = waitS === null ? null : clock.wallMs() + waitS * 1000;
    expect(failureOf(await askNews(host))).toEqual({ reason, message, remedy, notBeforeMs });
    expect(failureOf(await askAbout(host))).toEqual({ reason, message, remedy, notBeforeMs });
    github.clearFaults();
    const patient = await openGitHubHost(github);
    expect(answered(await askNews(patient))?.changed).toHaveLength(1);
    expect(answered(await askAbout(patient))[0]?.pullRequests).toHaveLength(1);
  });

  test.each<Fault>([{ kind: "cut_before_headers" }, { kind: "cut_in_body" }])("%j", async (fault) => {
    const { github } = await start();
    const host = await openGitHubHost(github);
    github.fault(fault);
    for (const answer of [await askNews(host), await askAbout(host)]) {
      expect(failureOf(answer)).toMatchObject({ reason: "unreachable", remedy: null, notBeforeMs: null });
      expect(failureOf(answer).message).toMatch(/^The connection to GitHub (?:broke|failed)/);
    }
  });

  test.each<Fault>([{ kind: "invalid_json" }, { kind: "html_page" }])("%j", async (fault) => {
    const { github } = await start();
    const host = await openGitHubHost(github);
    github.fault(fault);
    expect(failureOf(await askNews(host))).toMatchObject({
      ...{ reason: "malformed", message: "GitHub's answer was not a list" },
    });
    expect(failureOf(await askAbout(host))).toMatchObject({
      ...{ reason: "malformed", message: "GitHub's answer did not match the query" },
    });
  });

  test("a late answer is an answer", async () => {
    const { github, repository } = await start();
    openPullRequest(repository, { branch: "task/0" });
    const host = await openGitHubHost(github);
    github.fault({ kind: "slow", delayMs: 50 });
    expect(answered(await askNews(host))?.changed).toHaveLength(1);
    expect(answered(await askAbout(host))[0]?.pullRequests).toHaveLength(1);
  });

  test("a server that is gone", async () => {
    const { github } = await start();
    const host = await openGitHubHost(github);
    await github.close();
    for (const answer of [await askNews(host), await askAbout(host)])
      expect(failureOf(answer)).toMatchObject({
        ...{ reason: "unreachable", message: "GitHub's host refused the connection (ECONNREFUSED)" },
      });
  });

  test("one list that fails fails the news, and the mark stays good", async () => {
    const { github, repository } = await start();
    openPullRequest(repository, { branch: "task/0" });
    const host = await openGitHubHost(github);
    const mark = answered(await askNews(host))?.mark ?? "";
    github.fault({ kind: "server_error", status: 502 }, { times: 1 });
    expect((await askNews(host, mark)).kind).toBe("failed");
    expect(answered(await askNews(host, mark))).toBeNull();
  });
});

describe("errors of GraphQL", () => {
  test.each<[type: string, message: string, reason: HostFailure["reason"], said: string]>([
    [
      "RATE_LIMITED",
      "API rate limit exceeded",
      "rate_limit",
      "GitHub received too many requests in a short time (secondary rate limit)",
    ],
    [
      "RATE_LIMIT",
      "API rate limit already exceeded for user ID 1.",
      "rate_limit",
      "GitHub received too many requests in a short time (secondary rate limit)",
    ],
    [
      "FORBIDDEN",
      "Resource not accessible by personal access token",
      "auth",
      "This token may not see the repository on GitHub",
    ],
    [
      "INSUFFICIENT_SCOPES",
      "Your token has not been granted the required scopes",
      "auth",
      "This token may not see the repository on GitHub",
    ],
    [
      "INTERNAL",
      "Something went wrong while executing your query on 2026-03-24.",
      "server",
      "GitHub could not answer: it had an error or took too long",
    ],
    [
      "undefinedField",
      "Field 'isInMergeQueue' doesn't exist on type 'PullRequest'",
      "malformed",
      "GitHub rejected the query: \"Field 'isInMergeQueue' doesn't exist on type 'PullRequest'\"",
    ],
  ])("%s: %s", async (type, message, reason, said) => {
    const { github } = await start();
    const host = await openGitHubHost(github);
    github.fault({ kind: "errors_only", errors: [{ type, message }] });
    expect(failureOf(await askAbout(host))).toMatchObject({ reason, message: said });
  });

  test("a budget that is used up is said by GraphQL with status 200, and waits for its reset", async () => {
    const { github, clock } = await start();
    const host = await openGitHubHost(github, { nowMs: clock.wallMs });
    github.accounts.setRemaining("octocat", "graphql", 0);
    const answer = await askAbout(host);
    expect(failureOf(answer)).toEqual({
      reason: "rate_limit",
      message: "GitHub's rate limit for this token is used up",
      remedy: null,
      notBeforeMs: clock.wallMs() + 3_600_000,
    });
    expect(answer.budget).toMatchObject({ limit: 5000, remaining: 0 });
    expect(answered(await askNews(host))).not.toBeNull();
  });

  test("errors about some leave the others", async () => {
    const { github, repository } = await start();
    for (const branch of names(5)) openPullRequest(repository, { branch });
    const host = await openGitHubHost(github);
    github.fault({ kind: "partial", branches: ["task/1"], pullRequests: [4] });
    const wanted: WantedPullRequest[] = [
      ...branches(5),
      { kind: "number", number: 4 },
      { kind: "number", number: 5 },
    ];
    expect(numbersOf(answered(await askAbout(host, wanted)))).toEqual([[1], null, [3], null, [5], null, [5]]);
  });

  test("an error about one fact of one is an error about that one", async () => {
    const { github, repository } = await start();
    for (const branch of names(2)) addCheck(openPullRequest(repository, { branch }), "test");
    const host = await openGitHubHost(github);
    github.fault({ kind: "partial", field: "Commit.statusCheckRollup", pullRequests: [1] });
    expect(numbersOf(answered(await askAbout(host, branches(2))))).toEqual([null, [2]]);
  });

  test("checks that the token may not see are a failure with its remedy, not a silence", async () => {
    const { github, repository } = await start();
    addCheck(openPullRequest(repository, { branch: "task/0" }), "test");
    const host = await openGitHubHost(github);
    const error = { type: "FORBIDDEN", message: "Resource not accessible by personal access token" };
    github.fault({ kind: "partial", field: "Commit.statusCheckRollup", error });
    expect(failureOf(await askAbout(host))).toMatchObject({
      reason: "auth",
      message: "This token may not see what was requested from GitHub",
      remedy: "The token needs read access to pull requests, checks, statuses and Actions",
    });
  });

  test("checks beyond the hundred that are listed are counted, and the count itself is worth no failure", async () => {
    const { github, repository } = await start();
    const pull = openPullRequest(repository, { branch: "task/0" });
    for (let count = 0; count < 130; count += 1) {
      addCheck(pull, `job ${count}`);
      if (count < 120) completeCheck(pull, `job ${count}`, "success");
    }
    completeCheck(pull, "job 129", "failure");
    const host = await openGitHubHost(github);
    expect((await only(host)).checks).toMatchObject({ failing: 1, running: 9, passing: 120, foreign: true });
    github.fault({ kind: "partial", field: "StatusCheckRollupContextConnection.checkRunCountsByState" });
    const { failing, running, passing } = (await only(host)).checks;
    expect([failing + running + passing, passing]).toEqual([130, 100]);
  });

  test("how far it is behind is worth no failure", async () => {
    const { github, repository } = await start();
    openPullRequest(repository, { branch: "task/0" });
    pushToBase(repository, "main", 3);
    const host = await openGitHubHost(github);
    expect((await only(host)).behindBy).toBe(3);
    github.fault({ kind: "partial", field: "Ref.compare" });
    expect((await only(host)).behindBy).toBeNull();
  });
});

describe("what happens to branches and repositories", () => {
  test("a branch that was deleted after the merge", async () => {
    const { github, repository } = await start();
    const pull = openPullRequest(repository, { branch: "task/0" });
    merge(pull, "dave");
    deleteBranch(pull);
    const host = await openGitHubHost(github);
    expect(await only(host)).toMatchObject({
      state: "merged",
      mergedBy: "dave",
      behindBy: null,
      branch: "task/0",
    });
  });

  test("a branch that was deleted before closes its pull request", async () => {
    const { github, repository } = await start();
    deleteBranch(openPullRequest(repository, { branch: "task/0" }));
    const host = await openGitHubHost(github);
    expect(await only(host)).toMatchObject({ state: "closed", mergedAtMs: null });
  });

  test("a forced push is something new to review, however old its commit is", async () => {
    const { github, repository, clock } = await start();
    const pull = openPullRequest(repository, { branch: "task/0" });
    const host = await openGitHubHost(github);
    const before = await only(host);
    const madeMs = clock.wallMs() - 86_400_000;
    clock.advance(60_000);
    push(pull, { force: true, committedAtMs: madeMs });
    const after = await only(host);
    expect(after.headCommit).not.toBe(before.headCommit);
    expect(after.reviewableAtMs).toBe(clock.wallMs());
    clock.advance(60_000);
    push(pull, { committedAtMs: madeMs });
    expect((await only(host)).reviewableAtMs).toBe(after.reviewableAtMs);
  });

  test("a repository that was renamed is found under its old name, and conditions still hold", async () => {
    const { github, repository } = await start();
    openPullRequest(repository, { branch: "task/0" });
    const host = await openGitHubHost(github);
    renameRepository(repository, "acme/application");
    const answer = await askNews(host);
    expect(answered(answer)?.changed).toHaveLength(1);
    expect(answered(answer)?.changed[0]?.fork).toBe(false);
    expect(answer.requests).toBe(4);
    expect(await only(host)).toMatchObject({ number: 1, fork: false });
    expect(answered(await askNews(host, answered(answer)?.mark))).toBeNull();
  });

  test("a repository that is not there, and one that the token may not see", async () => {
    const { github, repository } = await start();
    const host = await openGitHubHost(github, { repository: "acme/nothing" });
    (repository as { visibleTo: readonly string[] | null }).visibleTo = ["hubot"];
    const hidden = await openGitHubHost(github);
    for (const one of [host, hidden])
      for (const answer of [await askNews(one), await askAbout(one)])
        expect(failureOf(answer)).toMatchObject({
          reason: "missing",
          message: expect.stringMatching(/^GitHub has no such repository, or this token may not see it/),
          remedy: "Check github.repository, and that the token has access to it",
        });
  });

  test("a fork's branch of the same name is said to be one", async () => {
    const { github, repository, clock } = await start();
    openPullRequest(repository, { branch: "task/0" });
    clock.advance(1000);
    openPullRequest(repository, { branch: "task/0", fork: "mallory" });
    const host = await openGitHubHost(github);
    const [found] = answered(await askAbout(host));
    expect(found?.pullRequests?.map(({ number, fork, behindBy }) => [number, fork, behindBy])).toEqual([
      [2, true, null],
      [1, false, 0],
    ]);
  });

  test("an Enterprise server has GraphQL beside its REST", async () => {
    const { github, repository } = await start();
    openPullRequest(repository, { branch: "task/0" });
    const host = await openGitHubHost(github, { path: "/api/v3/" });
    await askNews(host);
    await only(host);
    expect(github.requests.map(({ path }) => path.split("?")[0])).toEqual([
      "/api/v3/repos/acme/app/pulls",
      "/api/v3/repos/acme/app/actions/runs",
      "/api/graphql",
    ]);
  });
});

describe("what it costs", () => {
  test("P9: 400 branches take 8 requests and their news 6, and an unchanged state costs conditional requests only", async () => {
    const { github, repository, clock } = await start();
    for (const branch of names(400)) {
      const pull = openPullRequest(repository, { branch });
      addCheck(pull, "test");
      completeCheck(pull, "test", "success");
      setStatus(pull, "license", "success");
    }
    const host = await openGitHubHost(github, { nowMs: clock.wallMs });
    const first = await askNews(host);
    const wanted = branches(400);
    const found: FoundPullRequests[] = [];
    let requests = first.requests;
    for (let start = 0; start < wanted.length; start += 50) {
      const answer = await askAbout(host, wanted.slice(start, start + 50));
      requests += answer.requests;
      found.push(...answered(answer));
    }
    expect(found.map(({ pullRequests }) => pullRequests?.length)).toEqual(Array(400).fill(1));
    // Four pages of a hundred, one more that is empty, and the runs of workflows.
    expect(first.requests).toBe(6);
    expect(requests).toBe(14);
    const sent = github.requests.length;
    expect(sent).toBe(14);
    clock.advance(60_000);
    const second = await askNews(host, answered(first)?.mark, clock.wallMs());
    expect(answered(second)).toBeNull();
    expect(second.requests).toBe(2);
    expect(second.budget).toEqual(first.budget);
    expect(
      github.requests.slice(sent).map(({ status, cost, conditional }) => [status, cost, conditional]),
    ).toEqual([
      [304, 0, true],
      [304, 0, true],
    ]);
  });

  test.each<[changed: number, pages: number, listed: number, complete: boolean]>([
    [99, 1, 99, true],
    [100, 2, 100, true],
    [250, 3, 250, true],
    [499, 5, 499, true],
    [600, 5, 500, false],
  ])("%i changes are read from %i pages", async (changed, pages, listed, complete) => {
    const { github, repository, clock } = await start();
    for (const branch of names(50)) openPullRequest(repository, { branch });
    clock.advance(60_000);
    const sinceMs = clock.wallMs();
    for (let count = 0; count < changed; count += 1) openPullRequest(repository, { branch: `new/${count}` });
    const host = await openGitHubHost(github);
    const answer = await askNews(host, null, sinceMs);
    expect(answer.requests).toBe(pages + 1);
    expect(answered(answer)?.changed).toHaveLength(listed);
    expect(answered(answer)?.complete).toBe(complete);
  });

  test("more runs of workflows than are listed are not called complete", async () => {
    const { github, repository, clock } = await start();
    const run = (count: number) => {
      for (const branch of names(count)) addCheck(openPullRequest(repository, { branch }), "test");
    };
    run(49);
    const host = await openGitHubHost(github);
    expect(answered(await askNews(host, null, clock.wallMs()))).toMatchObject({ complete: true });
    run(1);
    const all = answered(await askNews(host, null, clock.wallMs()));
    expect(all).toMatchObject({ complete: false });
    clock.advance(1000);
    run(1);
    expect(answered(await askNews(host, all?.mark, 0))).toMatchObject({ complete: false });
    clock.advance(1000);
    run(1);
    const last = answered(await askNews(host, all?.mark, 0));
    expect(last).toMatchObject({ complete: false });
    clock.advance(1000);
    run(1);
    expect(answered(await askNews(host, last?.mark, 0))).toMatchObject({ complete: true });
  });
});

describe("a host that answers anything", () => {
  /** Answers REST and GraphQL with these texts. */
  const serve = (rest: string, graphql: string) =>
    openServer(({ method }, response) => response.end(method === "POST" ? graphql : rest));

  test.each([
    "",
    "null",
    "7",
    "[]",
    "{}",
    '"x"',
    "[null]",
    '[{"number":"1"}]',
    '{"data":null}',
    '{"data":7}',
    '{"data":{"repository":7}}',
    '{"errors":7}',
    '{"errors":"x"}',
    '{"errors":[],"data":null}',
    '{"errors":[null]}',
    '{"errors":{"map":1}}',
    '{"__proto__":{"data":{}},"constructor":1}',
    "[".repeat(100_000),
  ])("is said to be malformed: %j", async (text) => {
    const host = await serve(text === "[]" ? "{}" : text, text);
    expect(failureOf(await askNews(host)).reason).toBe("malformed");
    expect(failureOf(await askAbout(host)).reason).toBe("malformed");
  });

  test.each([
    '{"data":{"repository":{}}}',
    '{"data":{"repository":{"w0":null}}}',
    '{"data":{"repository":{"w0":{"nodes":"x"}}}}',
    '{"data":{"repository":{"w0":{"nodes":[{}]}}}}',
    '{"data":{"repository":{"w0":{"nodes":[{"number":1,"title":"x"}]}}}}',
  ])("is said not to be readable where only one is concerned: %s", async (text) => {
    const host = await serve("[]", text);
    expect(answered(await askAbout(host))).toEqual([{ wanted: branches(1)[0], pullRequests: null }]);
  });

  test("without Actions nothing runs", async () => {
    const host = await openServer(({ url }, response) => {
      const isRuns = url?.includes("/actions/") === true;
      response
        .writeHead(isRuns ? 404 : 200, { etag: '"one"' })
        .end(isRuns ? '{"message":"Not Found"}' : "[]");
    });
    const news = answered(await askNews(host)) as News;
    expect(news).toMatchObject({ changed: [], branchesWithChecks: [], complete: true });
    expect(JSON.parse(news.mark)).toEqual({ pulls: '"one"', runs: null, ranUntilMs: null });
  });

  test("what moves to the next page while pages are read is listed once", async () => {
    const pull = (number: number) => ({
      ...{ number, state: "open", updated_at: "2026-03-24T12:00:00Z" },
      head: { ref: `task/${number}`, repo: { full_name: "acme/app" } },
      base: { ref: "main", repo: { full_name: "acme/app" } },
    });
    const hundred = Array.from({ length: 100 }, (_, index) => pull(index + 1));
    const host = await openServer(({ url }, response) => {
      const runs = url?.includes("/actions/") === true;
      const page = url?.endsWith("&page=2") === true ? [pull(100), pull(101)] : hundred;
      response.end(JSON.stringify(runs ? { workflow_runs: [] } : page));
    });
    const news = answered(await askNews(host, null, Date.UTC(2026, 2, 24, 12)));
    const numbers = Array.from({ length: 101 }, (_, index) => index + 1);
    expect(news?.changed.map(({ number }) => number)).toEqual(numbers);
  });

  test("a host's times have no fractions: what changed in the second that is asked from counts", async () => {
    const { github, repository, clock } = await start();
    clock.advance(250);
    const sinceMs = clock.wallMs();
    clock.advance(500);
    addCheck(openPullRequest(repository, { branch: "task/0" }), "test");
    const news = answered(await askNews(await openGitHubHost(github), null, sinceMs));
    expect(news).toMatchObject({ changed: [{ branch: "task/0" }], branchesWithChecks: ["task/0"] });
  });

  test("when the newest reported run is deleted, the newest remaining one is reported", async () => {
    let minutes = [0, 5];
    const host = await openServer(({ url }, response) => {
      const runs = minutes.map((minute) => {
        const time = new Date(Date.UTC(2026, 2, 24, 12, minute)).toISOString();
        return { head_branch: `task/${minute}`, updated_at: time };
      });
      response.end(url?.includes("/actions/") === true ? JSON.stringify({ workflow_runs: runs }) : "[]");
    });
    const first = answered(await askNews(host));
    expect(first?.branchesWithChecks).toEqual(["task/0", "task/5"]);
    minutes = [0, 1];
    expect(answered(await askNews(host, first?.mark))?.branchesWithChecks).toEqual(["task/1"]);
  });

  test("a pull request of another branch is not taken for that of this one", async () => {
    const { github, repository } = await start();
    openPullRequest(repository, { branch: "task/0" });
    const response = await fetch(`${github.url}/graphql`, {
      method: "POST",
      headers: { authorization: `bearer ${github.token}` },
      body: JSON.stringify(buildQuery({ owner: "acme", name: "app" }, branches(1))),
    });
    const host = await serve("[]", await response.text());
    expect(answered(await askAbout(host))[0]?.pullRequests).toHaveLength(1);
    const [other] = answered(await askAbout(host, [{ kind: "branch", branch: "task/other" }]));
    expect(other?.pullRequests).toEqual([]);
  });

  test("S17: a number that is none is not asked for", async () => {
    const { github } = await start();
    const host = await openGitHubHost(github);
    const numbers = [0, -1, 1.5, Number.NaN, 2 ** 31, 1e300];
    const wanted = numbers.map((number): WantedPullRequest => ({ kind: "number", number }));
    const answer = await askAbout(host, [...wanted, { kind: "branch", branch: "" }]);
    expect(answered(answer).every(({ pullRequests }) => pullRequests?.length === 0)).toBe(true);
    expect(github.requests).toEqual([]);
  });
});

describe("S20: the token is in no answer, whatever goes wrong", () => {
  const HEX = "0123456789abcdef0123456789abcdef01234567";
  const TOKENS: ReadonlyArray<readonly [shape: string, token: string]> = [
    ["classic", `ghp_${"aB3".repeat(12)}`],
    ["fine-grained", `github_pat_11AAAAAAA0${"x".repeat(20)}_${"Yz9".repeat(19)}`],
    ["of an app for a user", `gho_${"cD4".repeat(12)}`],
    ["of an installation", `ghs_${"eF5".repeat(12)}`],
    ["bare hex", HEX],
    ["with characters of the shell", `s3cr3t$(id)\`x\`;'"&|<>\\*`],
  ];
  const FAULTS: readonly Fault[] = [
    { kind: "unauthorized" },
    { kind: "forbidden" },
    { kind: "primary_limit" },
    { kind: "secondary_limit" },
    { kind: "too_many_requests" },
    { kind: "server_error", status: 500 },
    { kind: "server_error", status: 502 },
    { kind: "html_page" },
    { kind: "stall" },
    { kind: "cut_before_headers" },
    { kind: "cut_in_body" },
    { kind: "invalid_json" },
    { kind: "huge_body", sizeBytes: 200_000 },
    { kind: "errors_only" },
    { kind: "partial", pullRequests: [1], branches: ["task/0"] },
  ];

  test.each(TOKENS)("%s", async (_, token) => {
    const world = await start();
    const { github, repository } = world;
    openPullRequest(repository, { branch: "task/0" });
    github.accounts.allow(token);
    const host = await openGitHubHost(github, { token });
    const seen: unknown[] = [await askNews(host), await askAbout(host), host];
    expect(seen).toMatchObject([{ kind: "answered" }, { kind: "answered" }, {}]);
    for (const fault of FAULTS) {
      const other = await openFor(world, fault, token);
      const clear = github.fault(fault);
      seen.push(await askNews(other), await askAbout(other));
      clear();
    }
    github.accounts.revoke(token);
    seen.push(await askNews(host), await askAbout(host));
    await github.close();
    seen.push(await askNews(host), await askAbout(host));
    expectNone(seen, token);
  });

  test.each(TOKENS)("%s, repeated by the host in its complaints", async (_, token) => {
    let status = 200;
    const host = await openServer(({ headers, method }, response) => {
      const sent = headers.authorization ?? "";
      const quoted = encodeURIComponent(sent);
      const message = `Bad credentials: ${sent}`;
      response.writeHead(status, { "x-github-sso": quoted, "retry-after": quoted, location: `/${quoted}` });
      const errors = [{ type: "OTHER", message, path: [sent] }];
      response.end(JSON.stringify(method === "POST" ? { message, errors } : { message }));
    }, token);
    const seen: HostAnswer<unknown>[] = [];
    for (status of [200, 302, 307, 400, 401, 403, 404, 422, 429, 500])
      seen.push(await askNews(host), await askAbout(host));
    expect(new Set(seen.map(({ kind }) => kind))).toEqual(new Set(["failed"]));
    expectNone(seen, token);
  });

  function expectNone(seen: readonly unknown[], token: string): void {
    const text = JSON.stringify(seen);
    const escaped = JSON.stringify(token).slice(1, -1);
    for (const form of [token, escaped, encodeURIComponent(token), token.slice(4, 24)])
      expect(text).not.toContain(form);
  }
});

/** The only one of `task/0`. */
async function only(host: PullRequestHost): Promise<PullRequest> {
  const [found] = answered(await askAbout(host));
  const [pullRequest] = found?.pullRequests ?? [];
  if (pullRequest === undefined) throw new Error("There is none.");
  return pullRequest;
}

function numbersOf(found: readonly FoundPullRequests[]): ReadonlyArray<readonly number[] | null> {
  return found.map(({ pullRequests }) => pullRequests?.map(({ number }) => number) ?? null);
}
