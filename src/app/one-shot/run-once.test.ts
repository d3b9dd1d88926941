import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryPullRequestHost } from "../../../test/memory/memory-pull-request-host.ts";
import { createMemoryStore } from "../../../test/memory/memory-store.ts";
import {
  createTestWorld,
  holderNamed,
  type TestWorldOptions,
  TIMER_CLOCK,
  taskPath,
  taskText,
} from "../../../test/support/app-world.ts";
import {
  deliveryRecord,
  hostFailure,
  lookedUp,
  pullRequest,
} from "../../../test/support/pull-request-samples.ts";
import type { HostSearch, NewsQuestion, PullRequestHosts } from "../../ports/git/pull-request-host.ts";
import type { CommitDates, Store } from "../../ports/store/store.ts";
import type { SnapshotFile } from "../../ports/tree/snapshot-files.ts";
import type { RunnerContext } from "../cycle/cycle-context.ts";
import { readSnapshot, readTask } from "./read-snapshot.ts";
import { runOnce } from "./run-once.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.parse("2026-03-24T12:00:00.000Z") }));
afterEach(() => void vi.useRealTimers());

const TEXTS = { [taskPath("a")]: taskText({ title: "First" }), [taskPath("b")]: taskText() };

function setUp(options: Partial<TestWorldOptions> = {}) {
  return createTestWorld({ clock: TIMER_CLOCK, texts: TEXTS, ...options });
}

/** The outcome of a promise that may reject, while time passes. */
async function after<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  const settled = work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await vi.advanceTimersByTimeAsync(ms);
  const outcome = await settled;
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}

async function holdLease(store: Store, id = "other"): Promise<void> {
  const holder = { ...holderNamed(id), url: "http://127.0.0.1:8005/status" };
  await store.claimLease({ holder, termMs: 21_000, nowMs: Date.now() });
}

test("one cycle: published, its files written, the lease given back", async () => {
  const { world, snapshotFiles } = setUp();
  const first = await runOnce(world, { files: "always" });
  expect(first).toMatchObject({ outcome: "published", by: null, brief: { seq: 1, counts: { ready: 2 } } });
  expect(snapshotFiles.byOwner.get("everyone")?.snapshot).toEqual(await first.snapshot());
  expect(await world.store.readLease()).toBeNull();
  expect(await world.store.readIndex()).toHaveLength(2);
  vi.advanceTimersByTime(60_000);
  const second = await runOnce(world, { files: "always" });
  expect(second).toMatchObject({ outcome: "attested", brief: { seq: 1 } });
  expect(snapshotFiles.byOwner.get("everyone")?.attestation.observed_at).toBe(second.attestation.observed_at);
});

test("dates of commits that come in time make a second cycle; those that do not are not waited for", async () => {
  const dates = {
    head: "c1",
    datesMs: new Map([[taskPath("a"), Date.now() - 3_600_000]]),
    addedMs: new Map(),
  } as unknown as CommitDates;
  const quick = setUp();
  quick.git.setCommitDates(dates);
  const snapshot = await (await runOnce(quick.world, { files: "always" })).snapshot();
  expect(snapshot.tasks[0]).toMatchObject({ since_basis: "commit" });
  expect(await quick.world.store.readCommitDates()).toEqual(dates);

  const slow = setUp();
  let isAborted = false;
  slow.git.commitDates = (signal) =>
    new Promise(() =>
      signal.addEventListener("abort", () => {
        isAborted = true;
      }),
    );
  const result = await after(500, runOnce(slow.world, { files: "always" }));
  expect((await result.snapshot()).tasks[0]).toMatchObject({ since_basis: "first_seen" });
  expect(isAborted).toBe(true);
});

test("R9: while another process holds the lease it is asked, and its result is the result", async () => {
  const { world } = setUp();
  await runOnce(world, { files: "always" });
  await holdLease(world.store);
  const asked = runOnce(world, { files: "always" });
  await vi.advanceTimersByTimeAsync(100);
  expect(await world.store.pendingRefresh()).toBe(1);
  await world.store.answerRefresh({ id: 1 });
  expect(await after(100, asked)).toMatchObject({ by: { id: "other" }, brief: { seq: 1 } });
  expect((await world.store.readLease())?.holder.id).toBe("other");
});

test("R9: a holder that never answers is waited for, bounded, and then named", async () => {
  const { world } = setUp();
  await holdLease(world.store);
  const renew = setInterval(
    () => void world.store.renewLease({ epoch: 1, termMs: 21_000, nowMs: Date.now() }),
    5_000,
  );
  await expect(after(40_000, runOnce(world, { files: "always" }))).rejects.toMatchObject({
    code: "lease_held",
    message: expect.stringContaining("http://127.0.0.1:8005/status"),
  });
  clearInterval(renew);
});

test("R9: a holder that dies while it is asked is followed", async () => {
  let seen: "alive" | "gone" = "alive";
  const { world } = setUp({ processProbe: { see: () => seen } });
  await holdLease(world.store);
  const asked = runOnce(world, { files: "always" });
  await vi.advanceTimersByTimeAsync(3_000);
  seen = "gone";
  expect(await after(2_000, asked)).toMatchObject({ by: null, outcome: "published" });
});

test("C5: a cycle that fails is an error that says why, and the lease is free again", async () => {
  const { world, tree } = setUp();
  tree.failListing("The folder tasks is gone.");
  await expect(runOnce(world, { files: "always" })).rejects.toMatchObject({
    code: "heartbeat_failed",
    message: expect.stringContaining("The folder tasks is gone."),
  });
  expect(await world.store.readLease()).toBeNull();
});

test("a list is read after a cycle of its own", async () => {
  const { world, tree } = setUp();
  expect(await readSnapshot(world, { fresh: true })).toMatchObject({
    snapshot: { seq: 1 },
    freshness: { state: "fresh" },
  });
  tree.write(taskPath("c"), taskText());
  vi.advanceTimersByTime(1_000);
  const { snapshot, freshness } = await readSnapshot(world, { fresh: true });
  expect(snapshot.tasks).toHaveLength(3);
  expect(freshness).toMatchObject({ state: "fresh", age_ms: 0 });
});

test("F4: when the cycle for a list fails, the last snapshot is read, with the reason", async () => {
  const { world, tree } = setUp();
  await readSnapshot(world, { fresh: true });
  vi.advanceTimersByTime(60_000);
  tree.failListing("The folder tasks is gone.");
  const { snapshot, freshness } = await readSnapshot(world, { fresh: true });
  expect(snapshot.tasks).toHaveLength(2);
  expect(freshness).toMatchObject({
    state: "stale",
    stale_reason: "disk",
    detail: "The folder tasks is gone.",
    age_ms: 60_000,
  });
});

test("without any snapshot a failed cycle is the answer", async () => {
  const { world, tree } = setUp();
  tree.failListing("The folder tasks is gone.");
  await expect(readSnapshot(world, { fresh: true })).rejects.toMatchObject({ code: "heartbeat_failed" });
  await expect(readSnapshot(world, { fresh: false })).rejects.toMatchObject({ code: "heartbeat_failed" });
});

test("when the store cannot be read the snapshot file is, and says that it is not fresh", async () => {
  const { world } = setUp();
  await runOnce(world, { files: "always" });
  Object.assign(world.store, { readPublished: () => Promise.reject(new Error("no store")) });
  const { snapshot, freshness } = await readSnapshot(world, { fresh: false });
  expect(snapshot.tasks).toHaveLength(2);
  expect(freshness.stale).toBe(true);
});

test("P11: one task is one row and one file, whatever else there is", async () => {
  const { world, tree } = setUp({ store: createMemoryStore() });
  await runOnce(world, { files: "always" });
  const reads: string[] = [];
  const reader = {
    read(path: string) {
      reads.push(path);
      return tree.reader.read(path);
    },
  };
  Object.assign(world.store, { readRows: () => expect.fail("all rows were read") });
  const { rows, file, freshness } = await readTask({ ...world, reader }, "a");
  expect(rows).toMatchObject([{ key: "a", title: "First" }]);
  expect(file).toMatchObject({ kind: "text" });
  expect(reads).toEqual([taskPath("a")]);
  expect(freshness).toMatchObject({ state: "stale", stale_reason: "no-runner" });
});

test("a slug used twice gives both tasks, and no file of either", async () => {
  const { world, tree } = setUp({
    texts: { [taskPath("a", "x")]: taskText(), [taskPath("a", "y")]: taskText() },
  });
  await runOnce(world, { files: "always" });
  const twice = await readTask({ ...world, reader: tree.reader }, "a");
  expect([twice.rows.map(({ key }) => key), twice.file]).toEqual([["x/a", "y/a"], null]);
  const one = await readTask({ ...world, reader: tree.reader }, "y/a");
  expect(one.rows).toMatchObject([{ workstream: "y" }]);
  expect(await readTask({ ...world, reader: tree.reader }, "zzz")).toMatchObject({ rows: [], file: null });
});

/** After a first cycle that leaves nothing to be looked at again: old files, and dates for the commit. */
async function setUpSettled() {
  const made = setUp();
  made.git.setCommitDates({ head: "c1", datesMs: new Map(), addedMs: new Map() });
  vi.advanceTimersByTime(60_000);
  await runOnce(made.world, { files: "always" });
  return made;
}

test("P4: a cycle that finds nothing changed reads no record and no row", async () => {
  const { world } = await setUpSettled();
  const before = await world.store.readPublished();
  vi.advanceTimersByTime(10_000);
  const costly = { readIndex: world.store.readIndex, readRows: world.store.readRows };
  Object.assign(world.store, {
    readIndex: () => expect.fail("the index"),
    readRows: () => expect.fail("the rows"),
  });
  const again = await runOnce(world, { files: "always" });
  expect(again).toMatchObject({ outcome: "attested", brief: { counts: { ready: 2 } } });
  expect(again.attestation.cycle).toBe((before?.attestation.cycle ?? 0) + 1);
  expect((await world.store.readPublished())?.attestation).toEqual(again.attestation);
  expect((await world.store.readCycles(1))[0]).toMatchObject({ outcome: "attested", tasks: 2 });
  Object.assign(world.store, costly);
  expect((await again.snapshot()).tasks).toHaveLength(2);
});

test.each<[string, (made: ReturnType<typeof setUp>) => void]>([
  ["a changed file", ({ tree }) => tree.write(taskPath("a"), taskText({ status: "in_progress" }))],
  ["a new file", ({ tree }) => tree.write(taskPath("c"), taskText())],
  ["a file that is gone", ({ tree }) => tree.remove(taskPath("a"))],
  ["another commit", ({ git }) => git.setFacts({ commit: "c2" })],
  ["a threshold that passes", () => vi.advanceTimersByTime(13 * 3_600_000)],
  ["another version of this program", ({ world }) => Object.assign(world, { version: "1.0.1" })],
  [
    "other thresholds",
    ({ world }) =>
      Object.assign(world, {
        config: { ...world.config, thresholds: { ...world.config.thresholds, pickup_overdue_hours: 0.001 } },
      }),
  ],
])("P4: %s is noticed by the short way too", async (_what, change) => {
  const made = await setUpSettled();
  vi.advanceTimersByTime(10_000);
  change(made);
  let isRead = false;
  const { readRows } = made.world.store;
  Object.assign(made.world.store, {
    readRows: (after: number) => {
      isRead = true;
      return readRows(after);
    },
  });
  const { brief } = await runOnce(made.world, { files: "always" });
  expect(isRead).toBe(true);
  const rows = (await readRows(0)).rows;
  expect(Object.values(brief.counts).reduce((sum, count) => sum + count)).toBe(rows.length);
});

test("P4: a snapshot file that was deleted, or is old, is written again", async () => {
  const { world, snapshotFiles } = await setUpSettled();
  snapshotFiles.byOwner.clear();
  await runOnce(world, { files: "always" });
  expect(snapshotFiles.byOwner.size).toBe(1);
  vi.advanceTimersByTime(30_000);
  const { attestation } = await runOnce(world, { files: "always" });
  expect(snapshotFiles.byOwner.get("everyone")?.attestation).toEqual(attestation);
});

describe("pull requests", () => {
  const ASKED = deliveryRecord({ repairs: [{ headCommit: "x", because: "checks", atMs: 0 }] });

  /** A settled tree and a host that has one of task `a`; `asked` counts the host's questions. */
  async function setUpHosted(options: { readonly search?: HostSearch; readonly texts?: typeof TEXTS } = {}) {
    const host = createMemoryPullRequestHost();
    host.put(pullRequest({ updatedAtMs: Date.now() }));
    const at = { asked: 0, searches: 0, search: options.search ?? null };
    const { readNews } = host;
    const asked = {
      ...host,
      readNews: (question: NewsQuestion) => {
        at.asked += 1;
        return readNews(question);
      },
    };
    const hosts: PullRequestHosts = {
      find: async () => {
        at.searches += 1;
        return at.search ?? { kind: "found", host: asked };
      },
    };
    const made = setUp({ hosts, texts: options.texts ?? TEXTS });
    made.git.setCommitDates({ head: "c1", datesMs: new Map(), addedMs: new Map() });
    vi.advanceTimersByTime(60_000);
    await runOnce(made.world, { files: "always" });
    const { store } = made.world;
    return { ...made, store, host, at, look: () => runOnce(made.world, { files: "always", syncs: true }) };
  }

  test("are not synced unless requested, and the source says so", async () => {
    const { world, at, store } = await setUpHosted();
    const { attestation } = await runOnce(world, { files: "always" });
    expect(attestation.sources.pull_requests).toMatchObject({
      state: "off",
      off_because: "not synced yet",
    });
    expect([at.asked, at.searches, (await store.readPullRequests()).state]).toEqual([0, 0, null]);
  });

  test("are looked up when it is time to, and shown by the same command", async () => {
    const { at, look, snapshotFiles } = await setUpHosted();
    const first = await look();
    const snapshot = await first.snapshot();
    expect(first).toMatchObject({ outcome: "published", brief: { counts: { in_review: 1 } } });
    expect(snapshot.tasks[0]).toMatchObject({ key: "a", pull_request: { number: 712 } });
    expect(first.attestation.sources.pull_requests).toMatchObject({ state: "ok", repository: "acme/app" });
    expect(snapshotFiles.byOwner.get("everyone")?.snapshot).toEqual(snapshot);
    vi.advanceTimersByTime(60_000);
    expect(await look()).toMatchObject({ outcome: "attested", brief: { counts: { in_review: 1 } } });
    expect(at.asked).toBe(1);
    vi.advanceTimersByTime(60_000);
    await look();
    expect(at.asked).toBe(2);
  });

  test("a sync that finds the same publishes nothing, and says that it looked", async () => {
    const { look } = await setUpHosted();
    const first = await look();
    vi.advanceTimersByTime(120_000);
    const second = await look();
    expect(second).toMatchObject({ outcome: "attested", brief: { seq: first.brief.seq } });
    expect(second.attestation.sources.pull_requests.observed_at).toBe("2026-03-24T12:03:00.000Z");
  });

  /** More than one round asks for: 352 branches and 350 numbers. */
  const MANY = {
    ...TEXTS,
    ...Object.fromEntries(
      Array.from({ length: 350 }, (_, at): [string, string] => [
        taskPath(`t${at}`),
        taskText({ status: "in_progress", pr_number: String(1_000 + at) }),
      ]),
    ),
  };

  test("P9: a command whose facts are refused stops asking", async () => {
    const { at, look, store } = await setUpHosted({ texts: MANY });
    // Another process syncs in the meantime.
    const postponed = [{ kind: "number", number: 1 }] as const;
    vi.spyOn(store, "writePullRequests").mockResolvedValue(false);
    vi.spyOn(store, "readPullRequestsVersion").mockImplementation(async () => at.asked);
    vi.spyOn(store, "readPullRequests").mockResolvedValue({
      state: lookedUp({ triedAtMs: 0, observedAtMs: null, postponed }),
      known: [],
      care: [],
    });
    await look();
    expect(at.asked).toBe(5);
  });

  test("P9: what one round has no request for is asked in the next, by the same command", async () => {
    const { at, look, store } = await setUpHosted({ texts: MANY });
    expect((await look()).attestation.sources.pull_requests).toMatchObject({ state: "ok" });
    const { state } = await store.readPullRequests();
    expect([at.asked, state?.postponed, Object.keys(state?.askedAtMs ?? {}).length]).toEqual([2, [], 702]);
  });

  test("F9: a host that fails fails no command", async () => {
    const { host, look } = await setUpHosted();
    await look();
    host.fail(hostFailure());
    vi.advanceTimersByTime(120_000);
    const failing = await look();
    expect((await failing.snapshot()).tasks[0]?.pull_request?.number).toBe(712);
    expect(failing.attestation.sources).toMatchObject({
      ...{ tasks: { state: "ok" }, runs: { state: "ok" } },
      pull_requests: { state: "failing", observed_at: "2026-03-24T12:01:00.000Z" },
    });
  });

  test("a token that is there since the last command is used by this one", async () => {
    const { at, look } = await setUpHosted({ search: { kind: "off", because: "no token", remedy: null } });
    expect((await look()).attestation.sources.pull_requests).toMatchObject({ off_because: "no token" });
    vi.advanceTimersByTime(5_000);
    at.search = null;
    expect((await look()).attestation.sources.pull_requests).toMatchObject({ state: "ok" });
  });

  test.each<[string, (store: Store) => Promise<unknown>]>([
    [
      "facts that another process found",
      async (store) => {
        const { lease } = await store.claimLease({ holder: holderNamed("c"), termMs: 1, nowMs: Date.now() });
        const { state } = await store.readPullRequests();
        if (state === null) throw new Error("no sync");
        const changed = [pullRequest({ title: "New" })];
        await store.writePullRequests({ epoch: lease.epoch, state, changed, gone: [] });
        await store.releaseLease({ epoch: lease.epoch });
      },
    ],
    ["what was done for a branch", (store) => store.replaceCare({ before: null, after: ASKED })],
  ])("P4: %s are noticed by the short way", async (_, change) => {
    const { world, store, look } = await setUpHosted();
    await look();
    vi.advanceTimersByTime(10_000);
    const before = await runOnce(world, { files: "always" });
    expect(before.outcome).toBe("attested");
    const row = await store.readRow("a");
    await change(store);
    const after = await runOnce(world, { files: "always" });
    expect([after.outcome, after.brief.seq]).toEqual(["published", before.brief.seq + 1]);
    expect((await store.readRow("a"))?.pull_request).not.toEqual(row?.pull_request);
  });

  test("P4: what is done for a branch while a command ends is noticed by the next", async () => {
    const { world, store, look, snapshotFiles } = await setUpHosted();
    const { write } = snapshotFiles;
    Object.assign(snapshotFiles, {
      write: async (file: SnapshotFile) => {
        await store.replaceCare({ before: null, after: ASKED });
        await write(file);
      },
    });
    await look();
    vi.advanceTimersByTime(10_000);
    await runOnce(world, { files: "always" });
    expect((await store.readRow("a"))?.pull_request?.care.repairs).toBe(1);
  });

  test.each<[string, (world: RunnerContext) => object]>([
    ["other patterns", ({ config }) => ({ ...config, github: { ...config.github, branches: ["x/{slug}"] } })],
    [
      "care that is switched on",
      ({ config }) => ({ ...config, delivery: { rebase: "safe", repair: "off" } }),
    ],
  ])("P4: %s are noticed by the short way", async (_, change) => {
    const { world, store, host, look } = await setUpHosted();
    host.put(pullRequest({ mergeable: "conflict", updatedAtMs: Date.now() }));
    await look();
    vi.advanceTimersByTime(10_000);
    const before = await store.readRow("a");
    Object.assign(world, { config: change(world) });
    expect((await runOnce(world, { files: "always" })).outcome).toBe("published");
    expect((await store.readRow("a"))?.pull_request).not.toEqual(before?.pull_request);
  });

  test("P4: the short way is taken with pull requests too, and shows the source as old as it is", async () => {
    const { world, look } = await setUpHosted();
    await look();
    vi.advanceTimersByTime(10_000);
    Object.assign(world.store, {
      readRows: () => expect.fail("the rows"),
      readIndex: () => expect.fail("the index"),
    });
    const { attestation, outcome } = await look();
    expect([outcome, attestation.sources.pull_requests.observed_at]).toEqual([
      "attested",
      "2026-03-24T12:01:00.000Z",
    ]);
  });
});
