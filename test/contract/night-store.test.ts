// What every store adapter promises about pauses, usage windows, the ledger and notifications.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunId } from "../../src/core/contract/run.ts";
import type { Notification } from "../../src/core/records/notification.ts";
import type { AccountWindow, ScopedPause } from "../../src/core/records/scoped-pause.ts";
import type { UsageRecord } from "../../src/core/records/usage-record.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { type OpenedStore, STORE_ADAPTERS } from "./store-adapters.ts";

const T0_MS = Date.UTC(2026, 11, 1, 22);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RUN = "run-1" as RunId;

const pause = (name: string, over: Partial<ScopedPause> = {}): ScopedPause => ({
  scope: { kind: "account", name },
  revision: 0,
  cause: "limit",
  why: "5-hour limit reached",
  sinceMs: T0_MS,
  untilMs: T0_MS + HOUR_MS,
  nextProbeMs: null,
  failedProbes: 0,
  phase: "waiting",
  probe: null,
  starts: [],
  window: "five_hour",
  credentials: null,
  key: "a",
  run: RUN,
  host: "desk",
  ...over,
});

const window = (name: string, over: Partial<AccountWindow> = {}): AccountWindow => ({
  account: "claude@desk",
  window: name,
  usedPercent: 40,
  resetsAtMs: null,
  atMs: T0_MS,
  ...over,
});

const usage = (over: Partial<UsageRecord> = {}): UsageRecord => ({
  run: RUN,
  startedAtMs: T0_MS,
  hourMs: T0_MS,
  key: "a",
  owner: "dave",
  worker: "claude",
  account: "claude@desk",
  model: null,
  input: 10,
  output: 5,
  cached: 100,
  usd: null,
  isEstimate: false,
  tools: 3,
  workMs: 60_000,
  countsTokens: true,
  ...over,
});

const notification = (id: string, over: Partial<Notification> = {}): Notification => ({
  id,
  channel: "ntfy",
  kind: "needs_you",
  key: "a",
  title: "1 task needs you",
  text: "",
  atMs: T0_MS,
  state: "waiting",
  tries: 0,
  nextTryMs: T0_MS,
  error: null,
  ...over,
});

describe.each(STORE_ADAPTERS)("what a night needs, $name", ({ open }) => {
  let opened: OpenedStore;
  let store: Store;

  beforeEach(async () => {
    opened = await open();
    store = opened.store;
  });
  afterEach(() => opened.cleanUp());

  it("N1: a pause is written only over the revision that was read, and each change counts as one of runs", async () => {
    const before = await store.readRunsVersion();
    expect(await store.writeScopedPause({ pause: pause("b") })).toBe(true);
    expect(await store.writeScopedPause({ pause: pause("b", { why: "twice" }) })).toBe(false);
    expect(await store.writeScopedPause({ pause: pause("a") })).toBe(true);
    const [first, second] = await store.readScopedPauses();
    expect([first, second]).toEqual([pause("a", { revision: 1 }), pause("b", { revision: 1 })]);
    const probing = pause("b", {
      revision: 1,
      phase: "probing",
      probe: RUN,
      starts: [{ run: RUN, atMs: T0_MS }],
    });
    expect(await store.writeScopedPause({ pause: probing })).toBe(true);
    expect(await store.writeScopedPause({ pause: probing })).toBe(false);
    expect(await store.dropScopedPause({ scope: probing.scope, revision: 1 })).toBe(false);
    expect(await store.dropScopedPause({ scope: probing.scope, revision: 2 })).toBe(true);
    expect(await store.readScopedPauses()).toHaveLength(1);
    expect(await store.readRunsVersion()).toBeGreaterThanOrEqual(before + 4);
  });

  it("N1: of one usage window the newest word counts", async () => {
    await store.writeAccountWindow(window("weekly"));
    await store.writeAccountWindow(window("five_hour", { usedPercent: 90 }));
    await store.writeAccountWindow(window("five_hour", { usedPercent: 50, atMs: T0_MS - 1 }));
    await store.writeAccountWindow(window("weekly", { usedPercent: 41, atMs: T0_MS + 1 }));
    expect(await store.readAccountWindows()).toEqual([
      window("five_hour", { usedPercent: 90 }),
      window("weekly", { usedPercent: 41, atMs: T0_MS + 1 }),
    ]);
  });

  it("N35: what an attempt used in an hour is replaced, never added twice; unknown stays unknown", async () => {
    await store.writeUsage([usage(), usage({ run: "run-2" as RunId, usd: 0.5 })]);
    await store.writeUsage([usage({ input: 30 }), usage({ hourMs: T0_MS + HOUR_MS })]);
    expect(await store.readUsage({ run: RUN })).toEqual([
      usage({ input: 30 }),
      usage({ hourMs: T0_MS + HOUR_MS }),
    ]);
    expect(await store.readUsage({ sinceMs: T0_MS + 1 })).toEqual([usage({ hourMs: T0_MS + HOUR_MS })]);
  });

  it("N90: a span of slots grows; a sleep is kept once", async () => {
    const span = { host: "desk", fromMs: T0_MS, toMs: T0_MS + 5, uses: { working: 5, limit: 10 } } as const;
    const grown = { ...span, toMs: T0_MS + 9, uses: { working: 9, limit: 18 } };
    const next = { ...span, fromMs: T0_MS + 9, toMs: T0_MS + 12 };
    await store.writeSlotSpan(next);
    await store.writeSlotSpan(span);
    await store.writeSlotSpan(grown);
    expect(await store.readSlotSpans({ sinceMs: T0_MS })).toEqual([grown, next]);
    expect(await store.readSlotSpans({ sinceMs: T0_MS + 9 })).toEqual([next]);
    await store.writeSleep({ host: "desk", fromMs: T0_MS, toMs: T0_MS + 5 });
    await store.writeSleep({ host: "desk", fromMs: T0_MS, toMs: T0_MS + 9 });
    expect(await store.readSleeps({ sinceMs: T0_MS + 5 })).toEqual([
      { host: "desk", fromMs: T0_MS, toMs: T0_MS + 9 },
    ]);
    expect(await store.readSleeps({ sinceMs: T0_MS + 9 })).toEqual([]);
  });

  it("N80: a notification is stored once, and waits until it was sent", async () => {
    const later = notification("b", { nextTryMs: T0_MS + 1, atMs: T0_MS + 1 });
    expect(await store.addNotifications([later, notification("a")])).toBe(2);
    expect(await store.addNotifications([notification("a", { title: "again" })])).toBe(0);
    expect(await store.readWaitingNotifications(5)).toEqual([notification("a"), later]);
    const sent = notification("a", { state: "sent", tries: 1 });
    await store.replaceNotification(sent);
    await store.replaceNotification(notification("gone"));
    expect(await store.readWaitingNotifications(5)).toEqual([later]);
    expect(await store.readNotifications(5)).toEqual([later, sent]);
  });

  it("N1, N35, N80: what is old is dropped", async () => {
    const nowMs = T0_MS + 91 * DAY_MS;
    await store.writeUsage([usage(), usage({ hourMs: nowMs })]);
    await store.writeSlotSpan({ host: "desk", fromMs: T0_MS, toMs: T0_MS + 1, uses: { limit: 1 } });
    await store.writeSleep({ host: "desk", fromMs: T0_MS, toMs: T0_MS + 5 });
    await store.addNotifications([notification("a")]);
    await store.prune(nowMs);
    expect(await store.readUsage({ sinceMs: 0 })).toEqual([usage({ hourMs: nowMs })]);
    expect(await store.readSlotSpans({ sinceMs: 0 })).toEqual([]);
    expect(await store.readSleeps({ sinceMs: 0 })).toEqual([]);
    expect(await store.readNotifications(5)).toEqual([]);
  });
});
