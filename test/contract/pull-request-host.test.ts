import { describe, expect, test } from "vitest";
import type { PullRequest } from "../../src/core/contract/pull-request.ts";
import type { HostAnswer, News, WantedPullRequest } from "../../src/ports/git/pull-request-host.ts";
import { HOST_ADAPTERS, type HostWorld } from "./pull-request-host-adapters.ts";

describe.each(HOST_ADAPTERS)("PullRequestHost: %s", (_name, create) => {
  describe("news", () => {
    test("a host without pull requests has none", async () => {
      const world = await create();
      expect(await news(world, null)).toMatchObject({ changed: [], branchesWithChecks: [], complete: true });
    });

    test("the first time all that is new is listed, newest first", async () => {
      const world = await create();
      const first = world.open("task/a");
      world.passSeconds(1);
      const second = world.open("task/b", { fork: "mona" });
      world.beginCheck(first, "test");
      expect(await news(world, null)).toMatchObject({
        changed: [
          {
            number: second,
            branch: "task/b",
            fork: true,
            base: "main",
            updatedAtMs: world.nowMs(),
            closed: false,
          },
          { number: first, branch: "task/a", fork: false, base: "main", closed: false },
        ],
        branchesWithChecks: ["task/a"],
        complete: true,
      });
    });

    test("P9: nothing changed: no news", async () => {
      const world = await create();
      world.beginCheck(world.open("task/a"), "test");
      const { mark } = await someNews(world, null);
      expect(await news(world, mark)).toBeNull();
      expect(await news(world, mark, world.nowMs())).toBeNull();
    });

    test("what changed since then is listed, and no more", async () => {
      const world = await create();
      const [first, second] = [world.open("task/a"), world.open("task/b")];
      const before = await someNews(world, null);
      world.passSeconds(60);
      const sinceMs = world.nowMs();
      world.label(second, ["urgent"]);
      const after = await someNews(world, before.mark, sinceMs);
      expect(after.changed.map(({ number }) => number)).toEqual([second]);
      expect(after.branchesWithChecks).toEqual([]);
      expect(after.mark).not.toBe(before.mark);
      world.passSeconds(60);
      world.merge(first, "dave");
      world.close(second);
      const last = await someNews(world, after.mark, world.nowMs());
      expect(last.changed.map(({ number, closed }) => [number, closed])).toEqual([
        [second, true],
        [first, true],
      ]);
    });

    test("a check that ends does not change the pull request, and its branch is named", async () => {
      const world = await create();
      const number = world.open("task/a");
      world.open("task/b");
      world.beginCheck(number, "test");
      const { mark } = await someNews(world, null);
      world.passSeconds(60);
      world.endCheck(number, "test", "failing");
      expect(await news(world, mark, world.nowMs())).toMatchObject({
        changed: [],
        branchesWithChecks: ["task/a"],
        complete: true,
      });
    });

    test("without a mark, branches whose checks ran before then are not named", async () => {
      const world = await create();
      const [first, second] = [world.open("task/a"), world.open("task/b")];
      world.beginCheck(first, "test");
      world.passSeconds(60);
      world.beginCheck(second, "test");
      expect((await someNews(world, null, world.nowMs())).branchesWithChecks).toEqual(["task/b"]);
    });

    test("reported checks are not reported again, however long pull requests have been quiet", async () => {
      const world = await create();
      const numbers = ["task/a", "task/b", "task/c"].map((branch) => world.open(branch));
      const sinceMs = world.nowMs();
      let mark: string | null = null;
      const reported: (readonly string[])[] = [];
      for (const number of numbers) {
        world.passSeconds(60);
        world.beginCheck(number, "test");
        const news: News = await someNews(world, mark, sinceMs);
        reported.push(news.branchesWithChecks);
        mark = news.mark;
      }
      expect(reported[0]).toEqual(["task/a"]);
      expect(reported[1]).toContain("task/b");
      expect(reported[2]).toContain("task/c");
      expect(reported[2]).not.toContain("task/a");
    });

    test.each(["", "{", "0", '{"pulls":1}', "\r\nX: y"])("a damaged mark is none: %j", async (mark) => {
      const world = await create();
      const number = world.open("task/a");
      expect((await someNews(world, mark)).changed.map((change) => change.number)).toEqual([number]);
    });

    test("what was asked and what is left is said each time", async () => {
      const world = await create();
      const answer = await world.host.readNews({ mark: null, sinceMs: null, signal: never() });
      expect(answer.requests).toBe(2);
      expect(answer.budget).toMatchObject({ limit: 5000, resetAtMs: world.nowMs() + 3_600_000 });
    });
  });

  describe("pull requests", () => {
    test("are found by branch and by number, in the order asked", async () => {
      const world = await create();
      const [first, second] = [world.open("task/a"), world.open("task/b")];
      const wanted: WantedPullRequest[] = [
        { kind: "number", number: second },
        { kind: "branch", branch: "task/none" },
        { kind: "branch", branch: "task/a" },
        { kind: "number", number: 999 },
      ];
      const found = await find(world, wanted);
      expect(found.map((one) => one.wanted)).toEqual(wanted);
      expect(found.map(({ pullRequests }) => pullRequests?.map(({ number }) => number))).toEqual([
        [second],
        [],
        [first],
        [],
      ]);
    });

    test("of one branch the three newest, newest first", async () => {
      const world = await create();
      const numbers: number[] = [];
      for (let count = 0; count < 4; count += 1) {
        numbers.push(world.open("task/a"));
        world.close(numbers.at(-1) ?? 0);
        world.passSeconds(1);
      }
      const [found] = await find(world, [{ kind: "branch", branch: "task/a" }]);
      expect(found?.pullRequests?.map(({ number }) => number)).toEqual(numbers.toReversed().slice(0, 3));
    });

    test("tell what they are", async () => {
      const world = await create();
      const number = world.open("task/a", { draft: true, title: "Add a map" });
      world.label(number, ["ui", "map"]);
      const openedMs = world.nowMs();
      expect(await the(world, "task/a")).toMatchObject({
        ...{ number, url: `https://github.com/acme/app/pull/${number}`, title: "Add a map", author: "mona" },
        ...{ state: "open", draft: true, branch: "task/a", fork: false, base: "main", labels: ["ui", "map"] },
        ...{ behindBy: 0, mustUpdate: false, review: "none", mergeable: "clean" },
        ...{ createdAtMs: openedMs, updatedAtMs: openedMs, reviewableAtMs: openedMs },
        ...{ mergedAtMs: null, mergedBy: null, closedAtMs: null },
        checks: { failing: 0, running: 0, passing: 0, skipped: 0, listed: [], foreign: false },
      });
    });

    test("tell how they ended", async () => {
      const world = await create();
      const [first, second] = [world.open("task/a"), world.open("task/b")];
      world.passSeconds(60);
      world.merge(first, "dave");
      world.close(second);
      const atMs = world.nowMs();
      expect(await the(world, "task/a")).toMatchObject({
        state: "merged",
        mergedAtMs: atMs,
        mergedBy: "dave",
      });
      expect(await the(world, "task/b")).toMatchObject({
        state: "closed",
        mergedAtMs: null,
        closedAtMs: atMs,
      });
    });

    test("a push is another head commit, and something new to review", async () => {
      const world = await create();
      const number = world.open("task/a");
      const before = await the(world, "task/a");
      world.passSeconds(60);
      world.push(number);
      const after = await the(world, "task/a");
      expect(after.headCommit).toMatch(/^[0-9a-f]{40}$/);
      expect(after.headCommit).not.toBe(before.headCommit);
      expect(after.reviewableAtMs).toBe(world.nowMs());
    });

    test("a red check that runs again is running", async () => {
      const world = await create();
      const number = world.open("task/a");
      const states: unknown[] = [];
      const look = async () => {
        const { checks } = await the(world, "task/a");
        states.push(checks.listed.map(({ name, state }) => `${name} ${state}`));
        world.passSeconds(1);
      };
      world.beginCheck(number, "test");
      await look();
      world.endCheck(number, "test", "failing");
      await look();
      world.beginCheck(number, "test");
      await look();
      world.endCheck(number, "test", "passing");
      await look();
      expect(states).toEqual([["test running"], ["test failing"], ["test running"], ["test passing"]]);
    });

    test("what cannot be said about one leaves the others", async () => {
      const world = await create();
      const [first, second] = [world.open("task/a"), world.open("task/b")];
      world.hideBranch("task/a");
      const wanted: WantedPullRequest[] = [
        { kind: "branch", branch: "task/a" },
        { kind: "branch", branch: "task/b" },
      ];
      const found = await find(world, wanted);
      expect(found[0]?.pullRequests).toBeNull();
      expect(found[1]?.pullRequests?.map(({ number }) => number)).toEqual([second]);
      world.hideBranch(null);
      const again = await find(world, wanted);
      expect(again[0]?.pullRequests?.map(({ number }) => number)).toEqual([first]);
    });

    test.each([
      "--upload-pack=touch x",
      '") { nodes { id } } #',
      "$(touch x)",
      "a;b`c`|d",
      "refs/heads/task/a",
      "Task/A",
      "task/a ",
      "ext::sh -c x",
      "a\nb",
      "*",
      "\u{1f600}",
    ])("S17: a branch may be called anything, and is no other branch: %j", async (branch) => {
      const world = await create();
      world.open("task/a");
      const [none] = await find(world, [{ kind: "branch", branch }]);
      expect(none?.pullRequests).toEqual([]);
      const number = world.open(branch);
      expect((await the(world, branch)).number).toBe(number);
    });

    test("fifty are one request, none is none, and more are more", async () => {
      const world = await create();
      const wanted = Array.from({ length: 51 }, (_, index): WantedPullRequest => {
        return { kind: "branch", branch: `task/${index}` };
      });
      const ask = async (count: number) => {
        const question = { wanted: wanted.slice(0, count), signal: never() };
        const answer = await world.host.readPullRequests(question);
        return [answer.requests, answer.kind === "answered" && answer.value.length];
      };
      expect([await ask(0), await ask(1), await ask(50), await ask(51)]).toEqual([
        [0, 0],
        [1, 1],
        [1, 50],
        [2, 51],
      ]);
    });
  });

  test("a failure is an answer, and passes", async () => {
    const world = await create();
    world.open("task/a");
    const { mark } = await someNews(world, null);
    world.refuseToken(true);
    const wanted: WantedPullRequest[] = [{ kind: "branch", branch: "task/a" }];
    const failed = { kind: "failed", failure: { reason: "auth", remedy: expect.any(String) } };
    expect(await world.host.readNews({ mark, sinceMs: null, signal: never() })).toMatchObject(failed);
    expect(await world.host.readPullRequests({ wanted, signal: never() })).toMatchObject(failed);
    world.refuseToken(false);
    expect(await news(world, mark)).toBeNull();
    expect(await find(world, wanted)).toHaveLength(1);
  });

  test("a question that is no longer wanted is a failure, at once", async () => {
    const world = await create();
    const signal = AbortSignal.abort();
    const failed = { kind: "failed", failure: { reason: "timeout" } };
    expect(await world.host.readNews({ mark: null, sinceMs: null, signal })).toMatchObject(failed);
    const wanted: WantedPullRequest[] = [{ kind: "branch", branch: "task/a" }];
    expect(await world.host.readPullRequests({ wanted, signal })).toMatchObject(failed);
  });
});

async function news(
  { host }: HostWorld,
  mark: string | null,
  sinceMs: number | null = null,
): Promise<News | null> {
  return answered(await host.readNews({ mark, sinceMs, signal: never() }));
}

async function someNews(world: HostWorld, mark: string | null, sinceMs: number | null = null): Promise<News> {
  const found = await news(world, mark, sinceMs);
  if (found === null) throw new Error("There are no news.");
  return found;
}

async function find({ host }: HostWorld, wanted: readonly WantedPullRequest[]) {
  return answered(await host.readPullRequests({ wanted, signal: never() }));
}

/** The only one of that branch. */
async function the(world: HostWorld, branch: string): Promise<PullRequest> {
  const [found] = await find(world, [{ kind: "branch", branch }]);
  const [pullRequest, ...others] = found?.pullRequests ?? [];
  if (pullRequest === undefined || others.length > 0) throw new Error(`There is not one of ${branch}.`);
  return pullRequest;
}

function answered<Value>(answer: HostAnswer<Value>): Value {
  if (answer.kind === "failed") throw new Error(answer.failure.message);
  return answer.value;
}

function never(): AbortSignal {
  return new AbortController().signal;
}
