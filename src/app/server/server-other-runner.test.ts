import { expect, test, vi } from "vitest";
import { holder } from "../../../test/contract/store-samples.ts";
import { createMemoryStore } from "../../../test/memory/memory-store.ts";
import {
  claim,
  flush,
  publish,
  setUpServer,
  useFakeServerTime,
  WAIT_MS,
} from "../../../test/support/driven-server.ts";

useFakeServerTime();

test("R9: a second server shows what the first one's runner publishes, and says where that is", async () => {
  const store = createMemoryStore();
  await claim(store, "a");
  await publish(store, ["a"]);
  const { live, runner } = await setUpServer({ store });
  runner.say({ kind: "standby", holder: holder("a") });
  await flush();
  expect(live.freshness()).toMatchObject({ state: "fresh" });
  expect(live.notices()[0]).toContain("http://127.0.0.1:8005/status");
  await publish(store, ["b"]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(live.view()?.snapshot.seq).toBe(2);
});

test("R9: a load on the second server asks through the store, once for all, and waits for the answer", async () => {
  const store = createMemoryStore();
  await claim(store, "a");
  await publish(store, ["a"]);
  const { live } = await setUpServer({ store, alone: true });
  await vi.advanceTimersByTimeAsync(2_000);
  const loads = Array.from({ length: 10 }, () => live.refresh({ waitMs: WAIT_MS }));
  await flush();
  expect(await store.pendingRefresh()).toBe(1);
  await publish(store, ["b"]);
  await store.answerRefresh({ id: 1 });
  await vi.advanceTimersByTimeAsync(100);
  expect(new Set(await Promise.all(loads))).toEqual(new Set(["refreshed"]));
  expect(live.view()?.snapshot.seq).toBe(2);
});

test("a server that only views says when no runner updates, and waits for nothing", async () => {
  const store = createMemoryStore();
  await claim(store, "a");
  await publish(store, ["a"]);
  await store.releaseLease({ epoch: 1 });
  const { live } = await setUpServer({ store, alone: true });
  expect(live.freshness()).toMatchObject({ state: "stale", stale_reason: "no-runner" });
  expect(await live.refresh({ waitMs: WAIT_MS })).toBe("failed");
});

test("F11, F15: a second server asks the first one's runner, and waits for a cycle started after the change", async () => {
  const store = createMemoryStore();
  await claim(store, "a");
  await publish(store, ["a"]);
  const { live } = await setUpServer({ store, alone: true });
  // A load's request is pending, and its cycle may have read already.
  await vi.advanceTimersByTimeAsync(2_000);
  const load = live.refresh({ waitMs: WAIT_MS });
  await vi.advanceTimersByTimeAsync(1);
  const shown = vi.fn<() => void>();
  const later = [live.refreshNow().then(shown), live.refresh({ waitMs: WAIT_MS }).then(shown)];
  await publish(store, ["b"]);
  await store.answerRefresh({ id: 1 });
  await vi.advanceTimersByTimeAsync(60);
  expect(await load).toBe("refreshed");
  expect(shown).not.toHaveBeenCalled();
  await publish(store, ["c"]);
  await store.answerRefresh({ id: 2 });
  await vi.advanceTimersByTimeAsync(60);
  await Promise.all(later);
  expect(live.view()?.snapshot.tasks).toHaveLength(3);
});

test("F15: requests of a third process do not delay the answer to a load", async () => {
  const store = createMemoryStore();
  await claim(store, "a");
  await publish(store, ["a"]);
  const { live } = await setUpServer({ store, alone: true });
  const load = live.refresh({ waitMs: WAIT_MS });
  await flush();
  await store.requestRefresh({ nowMs: Date.now() });
  await store.answerRefresh({ id: 1 });
  await vi.advanceTimersByTimeAsync(60);
  expect(await load).toBe("refreshed");
});

test("P21: what another process does is shown at once, and a lease that runs out is noticed", async () => {
  const store = createMemoryStore();
  await claim(store, "other");
  const { live } = await setUpServer({ store, alone: true });
  expect(live.freshness().state).toBe("unknown");
  await publish(store, ["a"]);
  await flush();
  expect(live.view()?.snapshot.tasks).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(26_000);
  expect(live.freshness()).toMatchObject({ state: "stale", stale_reason: "no-runner" });
});
