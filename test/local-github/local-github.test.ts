// That the local GitHub answers over HTTP as GitHub does; else every test that asks it proves nothing. What GraphQL
// shows is tested in query.test.ts and pull-request-nodes.test.ts, what goes wrong in faults.test.ts.

import { type IncomingMessage, request } from "node:http";
import { expect, test } from "vitest";
import { addBranchRun, addCheck } from "./checks.ts";
import { deleteFork, merge, openPullRequest, renameRepository, setLabels } from "./state.ts";
import { inRepository, openLocalGitHub } from "./tested-github.ts";

const remaining = (answer: Response) => Number(answer.headers.get("x-ratelimit-remaining"));

test("REST lists pull requests, newest changed first, in pages", async () => {
  const { github, repository, get, pass } = await openLocalGitHub();
  const own = openPullRequest(repository, { branch: "a", author: null });
  const fork = openPullRequest(repository, { branch: "main", fork: "eve", draft: true });
  pass(1);
  merge(own);
  const list = "/repos/acme/app/pulls?state=all&sort=updated&direction=desc";
  const answer = await get(`${list}&per_page=1`);
  expect(await answer.json()).toMatchObject([
    {
      ...{ number: 1, title: "Change a", html_url: "https://github.com/acme/app/pull/1", draft: false },
      ...{ state: "closed", updated_at: "2026-11-25T12:01:00Z", merged_at: "2026-11-25T12:01:00Z" },
      head: { ref: "a", sha: own.commits[0]?.oid, repo: { full_name: "acme/app" } },
      base: { ref: "main", repo: { full_name: "acme/app" } },
      user: { login: "ghost" },
    },
  ]);
  const next = /<(.+?)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1] ?? "";
  expect(next.slice(github.url.length)).toMatch(/^\/repositories\/1\/pulls\?.*page=2$/);
  const second = await get(next.slice(github.url.length));
  expect(await second.json()).toMatchObject([
    { number: 2, draft: true, head: { repo: { full_name: "eve/app" } } },
  ]);
  expect(second.headers.get("link")).not.toMatch(/next/);
  deleteFork(fork);
  expect(await (await get(list)).json()).toMatchObject([{ number: 1 }, { number: 2, head: { repo: null } }]);
  expect(await (await get("/repos/acme/app/pulls")).json()).toHaveLength(1);
  expect((await get("/repos/acme/app/pulls?head=acme:a")).status).toBe(501);
  expect((await get("/repos/acme/other/pulls")).status).toBe(404);
});

test("an unchanged list costs nothing; a change of one list is none of the other", async () => {
  const { github, repository, get } = await openLocalGitHub();
  const pull = openPullRequest(repository, { branch: "a" });
  const pulls = "/repos/acme/app/pulls?state=all";
  const runs = "/repos/acme/app/actions/runs?per_page=9";
  const first = await get(pulls);
  const firstRuns = await get(runs);
  const tag = { "if-none-match": first.headers.get("etag") ?? "" };
  expect(tag["if-none-match"]).toMatch(/^W\/"[0-9a-f]+"$/);
  expect(remaining(firstRuns)).toBe(4998);
  const same = await get(pulls, tag);
  expect([same.status, await same.text(), remaining(same)]).toEqual([304, "", 4998]);
  expect(same.headers.get("x-ratelimit-resource")).toBe("core");
  addCheck(pull, "test");
  addBranchRun(repository, "main");
  expect((await get(pulls, tag)).status).toBe(304);
  expect((await get(runs, { "if-none-match": firstRuns.headers.get("etag") ?? "" })).status).toBe(200);
  setLabels(pull, ["urgent"]);
  expect((await get(pulls, tag)).status).toBe(200);
  expect(github.requests.map(({ status, conditional, cost }) => [status, conditional, cost])).toEqual([
    [200, false, 1],
    [200, false, 1],
    [304, true, 0],
    [304, true, 0],
    [200, true, 1],
    [200, true, 1],
  ]);
});

test("budgets are counted apart, and are whole again after an hour", async () => {
  const { github, ask, get, pass } = await openLocalGitHub();
  const cheap = await ask("{ viewer { login } rateLimit { limit cost remaining used resetAt } }");
  expect(cheap.answer.headers.get("date")).toBe("Wed, 25 Nov 2026 12:00:00 GMT");
  expect(cheap.body.data).toEqual({
    viewer: { login: "octocat" },
    rateLimit: { limit: 5000, cost: 1, remaining: 4999, used: 1, resetAt: "2026-11-25T13:00:00Z" },
  });
  expect(remaining(cheap.answer)).toBe(4999);
  // 1 list, in it 100 of two kinds, in one of these 100 x 100: (1 + 200 + 10,000) / 100.
  const reviews = "reviews(first: 1) { totalCount }";
  const dear = `pullRequests(first: $n) { nodes { ...Lists } }`;
  const lists = `fragment Lists on PullRequest { ${reviews} commits(last: 100) { nodes { commit { statusCheckRollup { contexts(first: 1) { totalCount } } } } } }`;
  const { body } = await ask(
    `query ($n: Int!) ${inRepository(dear).replace(/}$/, "rateLimit { cost nodeCount } }")} ${lists}`,
    { n: 100 },
  );
  expect(body.data).toMatchObject({ rateLimit: { cost: 102, nodeCount: 100 + 100 + 10_000 + 10_000 } });
  expect(remaining(await get("/repos/acme/app/pulls"))).toBe(4999);
  expect((await ask("{ rateLimit { remaining } }")).body.data).toEqual({ rateLimit: { remaining: 4897 } });

  github.accounts.setRemaining("octocat", "core", 0);
  github.accounts.setRemaining("octocat", "graphql", 0);
  const refused = await get("/repos/acme/app/pulls");
  expect([refused.status, remaining(refused)]).toEqual([403, 0]);
  const usedUp = await ask("{ viewer { login } }");
  expect([usedUp.status, usedUp.body]).toMatchObject([200, { errors: [{ type: "RATE_LIMIT" }] }]);
  pass(60);
  expect((await get("/repos/acme/app/pulls")).status).toBe(200);
  expect((await ask("{ viewer { login } }")).body.errors).toBeUndefined();
});

test("two tokens: each login has its own budgets and tags, and a token that is gone is refused", async () => {
  const { github, repository, ask, get } = await openLocalGitHub();
  openPullRequest(repository, { branch: "a" });
  github.accounts.allow("ghp_second", "hubot");
  const path = "/repos/acme/app/pulls";
  const second = { authorization: "Bearer ghp_second" };
  const tag = { "if-none-match": (await get(path)).headers.get("etag") ?? "" };
  const other = await get(path, { ...second, ...tag });
  expect([other.status, remaining(other)]).toEqual([200, 4999]);
  expect((await ask("{ viewer { login } }", {}, "ghp_second")).body.data).toEqual({
    viewer: { login: "hubot" },
  });

  repository.visibleTo = ["hubot"];
  expect([(await get(path)).status, (await get(path, second)).status]).toEqual([404, 200]);
  expect((await ask(inRepository("id"))).body).toMatchObject({ errors: [{ type: "NOT_FOUND" }] });

  github.accounts.revoke("ghp_second");
  const refused = await get(path, second);
  expect([refused.status, await refused.json()]).toMatchObject([401, { message: "Bad credentials" }]);
  const { answer } = await ask("{ viewer { login } }", {}, "ghp_second");
  // Nothing is left of nothing, which is no rate limit.
  expect([answer.status, remaining(answer), answer.headers.get("x-ratelimit-limit")]).toEqual([401, 0, "0"]);
  expect((await fetch(github.url + path)).status).toBe(401);
  expect(github.requests.at(-1)).toMatchObject({ login: null, status: 401, cost: 0 });
});

test("no token is in the list of requests", async () => {
  const { github, get } = await openLocalGitHub();
  await get(`/repos/acme/app/pulls?access_token=${github.token}`);
  expect(JSON.stringify(github.requests)).not.toContain(github.token);
});

test("a renamed repository: REST redirects, GraphQL follows", async () => {
  const { github, repository, ask, get } = await openLocalGitHub();
  openPullRequest(repository, { branch: "a" });
  renameRepository(repository, "acme/web");
  const path = "/repos/acme/app/pulls?state=all";
  const moved = await fetch(github.url + path, {
    headers: { authorization: `token ${github.token}` },
    redirect: "manual",
  });
  const location = `${github.url}/repositories/1/pulls?state=all`;
  expect([moved.status, moved.headers.get("location")]).toEqual([301, location]);
  expect(await (await get(path)).json()).toMatchObject([{ base: { repo: { full_name: "acme/web" } } }]);
  expect(github.requests.map(({ status }) => status)).toEqual([301, 301, 200]);
  const { body } = await ask(inRepository("nameWithOwner pullRequest(number: 1) { url }"));
  expect(body.data).toEqual({
    repository: { nameWithOwner: "acme/web", pullRequest: { url: "https://github.com/acme/web/pull/1" } },
  });
  const strict = await ask('{ repository(owner: "acme", name: "app", followRenames: false) { id } }');
  expect(strict.body).toMatchObject({ data: { repository: null }, errors: [{ type: "NOT_FOUND" }] });
  expect(github.repository("acme/app")).not.toBe(repository);
});

test("GitHub Enterprise's paths mean the same", async () => {
  const { github, get } = await openLocalGitHub();
  expect((await get("/api/v3/repos/acme/app/pulls")).status).toBe(200);
  const answer = await fetch(`${github.url}/api/graphql`, {
    method: "POST",
    headers: { authorization: `token ${github.token}` },
    body: JSON.stringify({ query: "{ viewer { login } }" }),
  });
  expect(await answer.json()).toEqual({ data: { viewer: { login: "octocat" } } });
  expect(answer.headers.get("x-ratelimit-resource")).toBe("graphql");
});

test("who does not say what asks is refused", async () => {
  const { github } = await openLocalGitHub();
  // fetch() always says it.
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { authorization: `token ${github.token}` };
    request(`${github.url}/repos/acme/app/pulls`, { headers }, resolve).on("error", reject).end();
  });
  answer.resume();
  expect(answer.statusCode).toBe(403);
});
