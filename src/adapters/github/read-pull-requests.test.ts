import { expect, test } from "vitest";
import { createMemoryClock } from "../../../test/memory/memory-clock.ts";
import type {
  FoundPullRequests,
  HostAnswer,
  HostFailure,
  WantedPullRequest,
} from "../../ports/git/pull-request-host.ts";
import { createBatchSize } from "./read-pull-requests.ts";

const branches = (count: number): WantedPullRequest[] =>
  Array.from({ length: count }, (_, index) => ({ kind: "branch", branch: `task/${index}` }));

/** A host that gives up on more than `bearable` at once, and the sizes of what it was asked. */
function createHeavyHost(bearable: number, reason: HostFailure["reason"] = "server") {
  const sizes: number[] = [];
  const ask = async (
    wanted: readonly WantedPullRequest[],
  ): Promise<HostAnswer<readonly FoundPullRequests[]>> => {
    sizes.push(wanted.length);
    const failure = { reason, message: "no", remedy: null, notBeforeMs: null };
    const budget = { limit: 5000, remaining: 5000 - sizes.length, resetAtMs: 0 };
    return wanted.length > bearable
      ? { kind: "failed", failure, budget: null, requests: 1 }
      : {
          kind: "answered",
          value: wanted.map((one) => ({ wanted: one, pullRequests: [] })),
          budget,
          requests: 1,
        };
  };
  return { sizes, ask };
}

test("fifty are one question", async () => {
  const host = createHeavyHost(50);
  const answer = await createBatchSize(() => 0).ask(branches(50), host.ask);
  expect(host.sizes).toEqual([50]);
  expect(answer).toMatchObject({ kind: "answered", requests: 1 });
});

test("more are asked for in several, in their order, with one account", async () => {
  const host = createHeavyHost(50);
  const answer = await createBatchSize(() => 0).ask(branches(120), host.ask);
  expect(host.sizes).toEqual([50, 50, 20]);
  expect(answer).toMatchObject({ kind: "answered", requests: 3, budget: { remaining: 4997 } });
  expect(answer.kind === "answered" && answer.value.map(({ wanted }) => wanted)).toEqual(branches(120));
});

test("nothing is no question", async () => {
  const host = createHeavyHost(50);
  const answer = await createBatchSize(() => 0).ask([], host.ask);
  expect(answer).toEqual({ kind: "answered", value: [], budget: null, requests: 0 });
});

test("what is too heavy twice in a row is asked in halves from then on, and whole again after hours", async () => {
  const clock = createMemoryClock();
  const pieces = createBatchSize(clock.wallMs);
  const host = createHeavyHost(20);
  const kinds: string[] = [];
  for (let round = 0; round < 5; round += 1) kinds.push((await pieces.ask(branches(40), host.ask)).kind);
  expect(kinds).toEqual(["failed", "failed", "failed", "failed", "answered"]);
  expect(host.sizes).toEqual([40, 40, 25, 25, 13, 13, 13, 1]);
  clock.advance(6 * 3_600_000 + 1);
  await pieces.ask(branches(40), host.ask);
  expect(host.sizes.at(-1)).toBe(40);
});

test("one failure alone changes nothing", async () => {
  const pieces = createBatchSize(() => 0);
  const [light, heavy] = [createHeavyHost(50), createHeavyHost(0)];
  for (const host of [heavy, light, heavy, light]) await pieces.ask(branches(50), host.ask);
  expect([...light.sizes, ...heavy.sizes]).toEqual([50, 50, 50, 50]);
});

test.each<HostFailure["reason"]>(["auth", "rate_limit", "unreachable", "missing", "malformed"])(
  "%s is not a matter of size",
  async (reason) => {
    const pieces = createBatchSize(() => 0);
    const host = createHeavyHost(0, reason);
    for (let round = 0; round < 4; round += 1) await pieces.ask(branches(50), host.ask);
    expect(host.sizes).toEqual([50, 50, 50, 50]);
  },
);

test("it never gets smaller than is sensible", async () => {
  const pieces = createBatchSize(() => 0);
  const host = createHeavyHost(0, "timeout");
  for (let round = 0; round < 20; round += 1) await pieces.ask(branches(50), host.ask);
  expect(Math.min(...host.sizes)).toBe(7);
});
