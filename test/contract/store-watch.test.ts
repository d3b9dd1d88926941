// Store changes: every adapter reports when another user of the store has changed something, and misses nothing.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Store } from "../../src/ports/store/store.ts";
import { type OpenedStore, STORE_ADAPTERS } from "./store-adapters.ts";
import { acted, queued } from "./store-run-samples.ts";
import {
  attestation,
  header,
  holder,
  publication,
  record,
  row,
  T0_MS,
  TERM_MS,
  taskFile,
} from "./store-samples.ts";

const CHANGES: readonly (readonly [string, (store: Store, epoch: number) => Promise<unknown>])[] = [
  ["a refresh request", (store) => store.requestRefresh({ nowMs: T0_MS })],
  ["its answer", (store) => store.answerRefresh({ id: 1 })],
  ["a renewal", (store, epoch) => store.renewLease({ epoch, termMs: TERM_MS, nowMs: T0_MS + 1 })],
  ["a publication", (store, epoch) => store.publish(publication(epoch, { changedRows: [row("a", 1)] }))],
  ["an attestation", (store, epoch) => store.attest({ epoch, attestation: attestation(2) })],
  ["a run", (store) => store.insertRun({ run: queued("a"), action: acted("kickoff") })],
  ["a record", (store) => store.writeIndex({ changed: [record(taskFile("a", 1), 1)], gone: [] })],
  ["a header", (store, epoch) => store.publish(publication(epoch, { header: header("new") }))],
  ["a release", (store, epoch) => store.releaseLease({ epoch })],
];

describe.each(STORE_ADAPTERS)("store changes, $name", ({ open }) => {
  let opened: OpenedStore;
  let store: Store;
  let other: Store;
  let epoch: number;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
    other = (await opened.reopen?.()) ?? store;
    const claim = await other.claimLease({ holder: holder("a"), termMs: TERM_MS, nowMs: T0_MS });
    epoch = claim.lease.epoch;
  });
  afterEach(() => opened.cleanUp());

  it("P21: reports each change that another handle makes", async () => {
    const notified = vi.fn<() => void>();
    store.onChange(notified);
    for (const [name, change] of CHANGES) {
      const before = notified.mock.calls.length;
      await change(other, epoch);
      await vi.waitFor(() => expect(notified.mock.calls.length, name).toBeGreaterThan(before), 2_000);
    }
  });

  it("P21: a change of runs is reported to the handle that made it too", async () => {
    const notified = vi.fn<() => void>();
    store.onChange(notified);
    await store.insertRun({ run: queued("a"), action: acted("kickoff") });
    expect(notified).toHaveBeenCalled();
  });

  it("calls every listener, and none that has stopped", async () => {
    const [first, second] = [vi.fn<() => void>(), vi.fn<() => void>()];
    const stop = store.onChange(first);
    store.onChange(second);
    stop();
    stop();
    await other.requestRefresh({ nowMs: T0_MS });
    await vi.waitFor(() => expect(second).toHaveBeenCalled());
    expect(first).not.toHaveBeenCalled();
  });

  it("may be listened to again after all have stopped", async () => {
    store.onChange(() => {})();
    const notified = vi.fn<() => void>();
    store.onChange(notified);
    await other.requestRefresh({ nowMs: T0_MS });
    await vi.waitFor(() => expect(notified).toHaveBeenCalled());
  });

  it("P21: what changes after the call is reported, however soon", async () => {
    for (let round = 0; round < 50; round += 1) {
      const notified = Promise.withResolvers<void>();
      const stop = store.onChange(notified.resolve);
      await other.requestRefresh({ nowMs: T0_MS });
      await notified.promise;
      stop();
    }
  });
});
