// A host that random histories are played on: pull requests of tasks are opened, pushed to, checked, merged and closed.
// It has a clock of its own, as hosts have, and remembers everything, so that its answers can be compared with it.

import { expect } from "vitest";
import type { PullRequest } from "../../src/core/contract/pull-request.ts";
import type { PullRequestHosts } from "../../src/ports/git/pull-request-host.ts";
import { createMemoryPullRequestHost } from "../memory/memory-pull-request-host.ts";
import { checks, hostFailure, pullRequest, RED, RUNNING } from "./pull-request-samples.ts";
import { NOON_MS } from "./task-tree.ts";

export const HOST_EVENTS = [
  "open",
  "open",
  "push",
  "conflict",
  "begin_checks",
  "fail_checks",
  "merge",
  "close",
] as const;
type HostEvent = (typeof HOST_EVENTS)[number];

/** A host tells of a branch's three newest. */
const PER_BRANCH = 3;

export function createPlayedHost() {
  const host = createMemoryPullRequestHost();
  const all = new Map<string, PullRequest[]>();
  let count = 0;
  let isFailing = false;

  const hosts: PullRequestHosts = { find: async () => ({ kind: "found", host }) };
  const of = (slug: string) => all.get(slug) ?? [];

  function put(slug: string, one: PullRequest): void {
    all.set(slug, [...of(slug).filter(({ number }) => number !== one.number), one]);
    host.put(one);
  }

  return {
    hosts,
    isFailing: () => isFailing,
    fail(fails: boolean): void {
      isFailing = fails;
      host.fail(fails ? hostFailure() : null);
    },
    /** What cannot be is left out: nothing is merged that is not open, and a branch has no more than the host tells of. */
    play(slug: string, event: HostEvent): void {
      count += 1;
      const atMs = NOON_MS + count * 1_000;
      const open = of(slug).find(({ state }) => state === "open");
      if (event === "open" && open === undefined && of(slug).length < PER_BRANCH) {
        const times = { createdAtMs: atMs, updatedAtMs: atMs, reviewableAtMs: atMs };
        put(slug, pullRequest({ number: count, branch: `task/${slug}`, headCommit: `c${count}`, ...times }));
      } else if (open !== undefined && event !== "open") {
        put(slug, { ...open, ...changeOf(event, { atMs, count }) });
        if (event.endsWith("_checks")) host.runWorkflow(open.branch, atMs);
      }
    },
    /** Of those that are known, the one that a task's row must show. */
    bestOf(slug: string, known: readonly PullRequest[]): PullRequest | undefined {
      const rank = { open: 0, merged: 1, closed: 2 };
      return known
        .filter(({ branch }) => branch === `task/${slug}`)
        .toSorted((a, b) => rank[a.state] - rank[b.state] || b.number - a.number)[0];
    },
    /** Nothing that is known is old, and of these tasks nothing is missing. */
    expectKnown({
      known,
      slugs,
    }: {
      readonly known: readonly PullRequest[];
      readonly slugs: readonly string[];
    }): void {
      const byNumber = new Map([...all.values()].flat().map((one) => [one.number, one]));
      for (const one of known) expect(one).toEqual(byNumber.get(one.number));
      const numbers = new Set(known.map(({ number }) => number));
      for (const slug of slugs) for (const { number } of of(slug)) expect(numbers).toContain(number);
    },
  };
}

/** As at GitHub, checks change nothing of when it was updated. */
function changeOf(
  event: Exclude<HostEvent, "open">,
  { atMs, count }: { readonly atMs: number; readonly count: number },
): Partial<PullRequest> {
  switch (event) {
    case "push":
      return {
        headCommit: `c${count}`,
        checks: checks({}),
        mergeable: "clean",
        updatedAtMs: atMs,
        reviewableAtMs: atMs,
      };
    case "conflict":
      return { mergeable: "conflict", updatedAtMs: atMs };
    case "begin_checks":
      return { checks: RUNNING };
    case "fail_checks":
      return { checks: RED };
    case "merge":
      return { state: "merged", mergedAtMs: atMs, closedAtMs: atMs, mergedBy: "rj", updatedAtMs: atMs };
    case "close":
      return { state: "closed", closedAtMs: atMs, updatedAtMs: atMs };
  }
}
