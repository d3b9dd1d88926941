import { expect, test, vi } from "vitest";
import { attestation, row } from "../../../test/contract/store-samples.ts";
import { createMemoryStore } from "../../../test/memory/memory-store.ts";
import {
  claim,
  flush,
  publish,
  setUpLeading,
  setUpServer,
  useFakeServerTime,
} from "../../../test/support/driven-server.ts";
import type { Store } from "../../ports/store/store.ts";
import { StoreError } from "../../ports/store/store-error.ts";

useFakeServerTime();

test("before the first snapshot nothing is shown, with the reason that the runner is starting", async () => {
  const { live } = await setUpServer();
  expect(live.view()).toBeNull();
  expect(live.freshness()).toMatchObject({
    state: "unknown",
    stale: true,
    stale_reason: "starting",
    age_ms: null,
  });
});

test("R17: the snapshot from before a restart is there at once, with its age, and marked", async () => {
  const store = createMemoryStore();
  await claim(store);
  await publish(store, ["a"]);
  vi.advanceTimersByTime(600_000);
  const { live } = await setUpServer({ store });
  expect(live.view()?.snapshot).toMatchObject({ seq: 1, tasks: [{ key: "a" }] });
  expect(live.freshness()).toMatchObject({ state: "stale", stale_reason: "starting", age_ms: 600_000 });
});

test("a publication loads what changed and is announced; an attestation only renews the age", async () => {
  const { live, store, runner, events } = await setUpServer();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a", "b"]));
  await flush();
  const first = live.view();
  runner.end(await publish(store, ["b"], 1));
  await flush();
  const second = live.view();
  expect(second?.snapshot.seq).toBe(2);
  expect(second?.rowByKey.get("a")).toBe(first?.rowByKey.get("a"));
  expect(second?.rowByKey.get("b")).not.toBe(first?.rowByKey.get("b"));
  vi.advanceTimersByTime(20_000);
  expect(live.freshness()).toMatchObject({ state: "fresh", age_ms: 20_000 });
  runner.end({
    kind: "attested",
    seq: 2,
    epoch: 1,
    tasks: 2,
    attestation: { ...attestation(999), observed_at: new Date().toISOString() },
  });
  await flush();
  expect(live.freshness()).toMatchObject({ state: "fresh", age_ms: 0 });
  expect(live.view()?.snapshot).toBe(second?.snapshot);
  expect(events.filter(({ kind }) => kind !== "freshness").map(({ kind }) => kind)).toEqual([
    "published",
    "published",
    "attested",
  ]);
});

test("an attestation of a snapshot that was not seen renews no age before that one is loaded", async () => {
  const { live, store, runner } = await setUpLeading();
  const unseen = await publish(store, ["b"]);
  if (unseen.kind !== "published") expect.fail();
  runner.end({ ...unseen, kind: "attested" });
  await flush();
  expect(live.view()?.snapshot.seq).toBe(2);
});

test("F4: a failed cycle makes the page stale with its reason at once, and a good one clears it", async () => {
  const { live, store, runner } = await setUpServer();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a"]));
  runner.end({ kind: "failed", reason: "disk", detail: "The disk is full." });
  await flush();
  expect(live.freshness()).toMatchObject({
    state: "stale",
    stale_reason: "disk",
    detail: "The disk is full.",
  });
  runner.end(await publish(store, ["a"], 1));
  await flush();
  expect(live.freshness()).toMatchObject({ state: "fresh", stale_reason: null });
  expect(live.counters()).toMatchObject({ cyclesSucceeded: 2, cyclesFailedByReason: { disk: 1 } });
});

test("F9: a source that fails is marked while the snapshot stays", async () => {
  const { live, store, runner } = await setUpServer();
  await claim(store);
  runner.lead();
  const outcome = await publish(store, ["a"]);
  runner.end(outcome);
  await flush();
  if (outcome.kind !== "published") expect.fail();
  const tasks = {
    state: "failing",
    observed_at: null,
    error: "The folder tasks is gone.",
    mode: null,
  } as const;
  const failing = { ...outcome.attestation, sources: { ...outcome.attestation.sources, tasks } };
  await store.attest({ epoch: 1, attestation: failing });
  runner.end({ kind: "failed", reason: "disk", detail: "The folder tasks is gone." });
  await flush();
  expect(live.view()?.attestation.sources).toMatchObject({
    tasks: { state: "failing" },
    runs: { state: "off" },
  });
  expect(live.view()?.snapshot.tasks).toHaveLength(1);
});

test("when the store cannot be read the snapshot file is shown, and the reason is given", async () => {
  const store = createMemoryStore();
  await claim(store);
  await publish(store, ["a"]);
  const { live: source } = await setUpServer({ store });
  const view = source.view();
  const broken = new StoreError({ kind: "disk", message: "The disk does not answer.", hint: "Look at it." });
  const unreadable: Store = { ...createMemoryStore(), readLease: () => Promise.reject(broken) };
  const { live, snapshotFiles } = await setUpServer({ store: unreadable });
  expect(live.view()).toBeNull();
  if (view !== null) await snapshotFiles.write(view);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(live.view()?.snapshot.tasks).toHaveLength(1);
  expect(live.freshness()).toMatchObject({
    state: "stale",
    stale_reason: "disk",
    detail: "The disk does not answer.",
  });
});

test("a publication between two reads is never shown half", async () => {
  const store = createMemoryStore();
  await claim(store);
  await publish(store, ["a", "b"]);
  const { readRows } = store;
  let overtaken = false;
  Object.assign(store, {
    readRows: async (afterSeq: number) => {
      const rows = await readRows(afterSeq);
      if (!overtaken) await publish(store, ["a", "b"], 1);
      overtaken = true;
      return rows;
    },
  });
  const { live } = await setUpServer({ store });
  expect(live.view()?.snapshot.seq).toBe(2);
  expect(live.view()?.snapshot.tasks).toEqual([row("a", 1), row("b", 1)]);
});

test("a rebuilt store replaces everything that was known", async () => {
  const { live, store, runner } = await setUpServer();
  await claim(store);
  runner.lead();
  runner.end(await publish(store, ["a", "b"]));
  await flush();
  // Its numbers may even be the same; epochs go by the time of day and are not.
  Object.assign(store, createMemoryStore());
  for (const name of ["b", "c"]) {
    await claim(store, name);
    await store.releaseLease({ epoch: (await store.readLease())?.epoch ?? 0 });
  }
  await claim(store);
  runner.end(await publish(store, ["z"]));
  await flush();
  expect(live.view()?.snapshot).toMatchObject({ seq: 1, tasks: [{ key: "z" }] });
});
