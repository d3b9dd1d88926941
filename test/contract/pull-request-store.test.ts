// The store's contract for pull requests, the state of syncs and the care of branches: every adapter keeps every one
// of these promises.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PullRequest } from "../../src/core/contract/pull-request.ts";
import type { DeliveryRecord } from "../../src/core/pull-request/judge-delivery.ts";
import { NEVER_SYNCED, type PullRequestSyncState } from "../../src/core/pull-request/sync-state.ts";
import type { Store } from "../../src/ports/store/store.ts";
import {
  checks,
  closed,
  deliveryRecord,
  lookedUp,
  merged,
  pullRequest,
  rebaseAttempt,
} from "../support/pull-request-samples.ts";
import { type OpenedStore, STORE_ADAPTERS } from "./store-adapters.ts";
import { acted } from "./store-run-samples.ts";
import { holder, T0_MS, TERM_MS } from "./store-samples.ts";

const FULL_STATE: PullRequestSyncState = lookedUp({
  standing: {
    kind: "failing",
    ...{ message: "GitHub refused the token (401) — \u2028<b>☃", remedy: "Run `gh auth login`." },
    ...{ sinceMs: T0_MS + 0.5, times: 3, notBeforeMs: T0_MS + 60_000 },
  },
  news: { limit: 5_000, remaining: 0, resetAtMs: T0_MS },
  questions: { limit: 60, remaining: 59, resetAtMs: T0_MS },
  askedAtMs: { "task/a": T0_MS, "#712": T0_MS + 1 },
});

/** Those in which nothing is null or empty that can be something else, and the other way round. */
const FULL = merged({
  ...{
    draft: true,
    fork: true,
    title: `It's "odd" — \u2028<b>\u0000☃`,
    labels: ["a", "ü", ""],
    mustUpdate: true,
  },
  checks: { ...checks({ failing: ["e2e / ünit"], running: 1, foreign: true }), skipped: 70 },
});
const BARE = closed({
  ...{ number: 2, author: null, behindBy: null, closedAtMs: null, review: "none", mergeable: "unknown" },
  checks: { ...checks({}), listed: [{ name: "", state: "passing", url: null, required: true }] },
});
const REBASED = deliveryRecord({ rebase: rebaseAttempt() });
const ASKED = deliveryRecord({
  rebase: rebaseAttempt({ outcome: "rebased", why: null, files: [] }),
  repairs: [{ headCommit: "x", because: "checks", atMs: T0_MS }],
});

describe.each(STORE_ADAPTERS)("contract of pull requests, $name", ({ open }) => {
  let opened: OpenedStore;
  let store: Store;
  let epoch: number;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    epoch = await hold("a");
  });
  afterEach(() => opened.cleanUp());

  async function hold(name: string, nowMs = T0_MS): Promise<number> {
    const claim = await store.claimLease({ holder: holder(name), termMs: TERM_MS, nowMs });
    return claim.lease.epoch;
  }

  const write = (
    changed: readonly PullRequest[],
    changes: {
      readonly epoch?: number;
      readonly state?: PullRequestSyncState;
      readonly gone?: readonly number[];
    } = {},
  ) => store.writePullRequests({ epoch, state: lookedUp(), changed, gone: [], ...changes });
  const replace = (before: DeliveryRecord | null, after: DeliveryRecord, into = store) =>
    into.replaceCare({ before, after });
  const numbers = async () => (await store.readPullRequests()).known.map(({ number }) => number);

  /** By how much `work` made the version grow: is it another, and never less? */
  async function grows(work: () => Promise<unknown>): Promise<boolean> {
    const before = await store.readPullRequestsVersion();
    await work();
    const after = await store.readPullRequestsVersion();
    expect(after).toBeGreaterThanOrEqual(before);
    return after > before;
  }

  describe("facts and the state of syncs", () => {
    it("F10: there is nothing at first, which is not a sync that found nothing", async () => {
      expect(await store.readPullRequests()).toEqual({ state: null, known: [], care: [] });
      expect(await write([])).toBe(true);
      expect(await store.readPullRequests()).toEqual({ state: lookedUp(), known: [], care: [] });
    });

    it("what is written is read back whole, in order of number", async () => {
      const ninth = pullRequest({ number: 9 });
      expect(await write([FULL, BARE, ninth], { state: FULL_STATE })).toBe(true);
      expect(await store.readPullRequests()).toEqual({
        ...{ state: FULL_STATE, known: [BARE, ninth, FULL], care: [] },
      });
    });

    it.each<[string, PullRequestSyncState]>([
      ["never", NEVER_SYNCED],
      ["off", lookedUp({ standing: { kind: "off", because: "no token", remedy: "Run it." } })],
      ["ok", lookedUp()],
    ])("a state of every kind is read back: %s", async (_, state) => {
      await write([], { state: FULL_STATE });
      await write([], { state });
      expect((await store.readPullRequests()).state).toEqual(state);
    });

    it("a change replaces one, a gone one goes with what was done for it, the rest stays", async () => {
      await write([pullRequest(), pullRequest({ number: 2 }), pullRequest({ number: 3 })]);
      await replace(null, REBASED);
      await replace(null, deliveryRecord({ number: 3 }));
      await write([pullRequest({ number: 2, title: "New" })], { gone: [712, 999] });
      expect(await store.readPullRequests()).toMatchObject({
        known: [{ number: 2, title: "New" }, { number: 3 }],
        care: [{ number: 3 }],
      });
      await write([pullRequest()]);
      expect(await numbers()).toEqual([2, 3, 712]);
      expect(await replace(null, REBASED)).toBe(true);
    });

    it("S14: branches that are called like parts of objects are names like any other", async () => {
      const askedAtMs: Record<string, number> = JSON.parse(
        '{"__proto__": 1, "constructor": 2, "toString": 3}',
      );
      const state = lookedUp({ askedAtMs });
      await write([pullRequest({ branch: "__proto__", labels: ["__proto__"] })], { state });
      const stored = await store.readPullRequests();
      expect(Object.entries(stored.state?.askedAtMs ?? {})).toEqual(Object.entries(askedAtMs));
      expect(stored.known[0]).toMatchObject({ branch: "__proto__", labels: ["__proto__"] });
    });

    it("hundreds are read back", async () => {
      const many = Array.from({ length: 400 }, (_, at) => pullRequest({ number: 400 - at }));
      await write(many);
      expect((await store.readPullRequests()).known).toEqual(many.toReversed());
    });
  });

  describe("R9: who may write", () => {
    it("a late writer is refused, and leaves no trace", async () => {
      await write([pullRequest()], { state: FULL_STATE });
      await replace(null, REBASED);
      const next = await hold("b", T0_MS + TERM_MS);
      const late = () => write([pullRequest({ number: 5 })], { gone: [712], state: NEVER_SYNCED });
      expect(
        await grows(async () => {
          expect(await late()).toBe(false);
        }),
      ).toBe(false);
      expect(await store.readPullRequests()).toEqual({
        ...{ state: FULL_STATE, known: [pullRequest()], care: [REBASED] },
      });
      expect(await write([], { epoch: next, gone: [712] })).toBe(true);
      expect(await numbers()).toEqual([]);
    });

    it("an epoch that was released, or never given, may not; one whose lease ran out may until it is taken", async () => {
      expect(await write([], { epoch: epoch + 1 })).toBe(false);
      expect(await write([], { epoch: 0 })).toBe(false);
      const old = await hold("b", T0_MS + 10 * TERM_MS);
      expect(await write([pullRequest()], { epoch: old })).toBe(true);
      await store.releaseLease({ epoch: old });
      expect(await write([], { epoch: old, gone: [712] })).toBe(false);
      expect(await numbers()).toEqual([712]);
    });
  });

  describe("care", () => {
    it("is replaced only as it was read", async () => {
      expect(await replace(REBASED, ASKED)).toBe(false);
      expect(await replace(null, REBASED)).toBe(true);
      expect(await replace(null, ASKED)).toBe(false);
      expect(await replace({ ...REBASED, rebase: rebaseAttempt({ atMs: 1 }) }, ASKED)).toBe(false);
      expect((await store.readPullRequests()).care).toEqual([REBASED]);
      // As read from the store: equal, not the same object.
      expect(await replace(structuredClone(REBASED), ASKED)).toBe(true);
      expect(await replace(REBASED, ASKED)).toBe(false);
      expect((await store.readPullRequests()).care).toEqual([ASKED]);
    });

    it("is each pull request's own, in order of number, and needs none to be known", async () => {
      const third = deliveryRecord({ number: 3 });
      await replace(null, REBASED);
      expect(await replace(null, third)).toBe(true);
      expect((await store.readPullRequests()).care).toEqual([third, REBASED]);
    });

    it("of two that take a step at once one has taken it", async () => {
      const other = (await opened.reopen?.()) ?? store;
      for (let before: DeliveryRecord | null = null, step = 0; step < 10; step += 1) {
        const [mine, theirs]: DeliveryRecord[] = [store, other].map((_, who) =>
          deliveryRecord({ repairs: [{ headCommit: `${who}`, because: "checks", atMs: step }] }),
        );
        if (mine === undefined || theirs === undefined) throw new Error("two");
        const taken: boolean[] = await Promise.all([replace(before, mine), replace(before, theirs, other)]);
        expect(taken.toSorted()).toEqual([false, true]);
        before = taken[0] ? mine : theirs;
        expect((await store.readPullRequests()).care).toEqual([before]);
      }
    });

    it("what it did stands in the feed when it was taken, and not otherwise", async () => {
      const action = acted("rebase", "a");
      expect(await store.replaceCare({ before: REBASED, after: ASKED, action })).toBe(false);
      expect(await store.readTransitions({ limit: 10 })).toEqual([]);
      expect(await store.replaceCare({ before: null, after: REBASED, action })).toBe(true);
      expect(await store.readTransitions({ limit: 10 })).toMatchObject([{ kind: "acted", action: "rebase" }]);
    });

    it("that changed counts as a change of runs", async () => {
      const before = await store.readRunsVersion();
      await replace(REBASED, ASKED);
      expect(await store.readRunsVersion()).toBe(before);
      await replace(null, REBASED);
      expect(await store.readRunsVersion()).toBeGreaterThan(before);
    });
  });

  describe("the version", () => {
    it.each<[string, boolean, () => Promise<unknown>]>([
      ["a fact", true, () => write([pullRequest()])],
      ["one that is gone", true, () => write([], { gone: [712] })],
      ["care that was taken", true, () => replace(null, REBASED)],
      ["a sync that found the same", false, () => write([])],
      ["a failing sync", false, () => write([], { state: FULL_STATE })],
      ["a refused sync", false, () => write([pullRequest()], { epoch: epoch + 1 })],
      ["care that was not taken", false, () => replace(ASKED, REBASED)],
      ["reading", false, () => store.readPullRequests()],
    ])("with %s grows: %s", async (_, expected, work) => {
      await write([pullRequest({ number: 1 })]);
      expect(await grows(work)).toBe(expected);
    });

    it("of runs does not grow with a sync: no run has changed", async () => {
      const before = await store.readRunsVersion();
      await write([pullRequest()], { gone: [1] });
      expect(await store.readRunsVersion()).toBe(before);
    });
  });

  it("what was written is there for another handle, and after closing", async () => {
    if (opened.reopen === null) return;
    await write([pullRequest()], { state: FULL_STATE });
    await replace(null, REBASED);
    const version = await store.readPullRequestsVersion();
    const other = await opened.reopen();
    expect(await other.readPullRequestsVersion()).toBe(version);
    await other.close();
    await store.close();
    const later = await opened.reopen();
    expect(await later.readPullRequests()).toEqual({
      ...{ state: FULL_STATE, known: [pullRequest()], care: [REBASED] },
    });
    expect(await later.readPullRequestsVersion()).toBe(version);
  });
});
