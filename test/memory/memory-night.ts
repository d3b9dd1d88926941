// Pauses, the ledger and notifications of the store in memory.

import type { ActionChange } from "../../src/core/contract/activity.ts";
import type { Notification } from "../../src/core/records/notification.ts";
import { type AccountWindow, type ScopedPause, scopeKey } from "../../src/core/records/scoped-pause.ts";
import type { Sleep, SlotSpan } from "../../src/core/records/slot-time.ts";
import type { UsageRecord } from "../../src/core/records/usage-record.ts";
import { compareText } from "../../src/core/text/compare-text.ts";
import type { LedgerStore } from "../../src/ports/store/ledger-store.ts";
import type { NotificationStore } from "../../src/ports/store/notification-store.ts";
import type { PauseStore } from "../../src/ports/store/pause-store.ts";
import {
  LEDGER_KEEP_MS,
  NOTIFICATIONS_KEEP_COUNT,
  NOTIFICATIONS_KEEP_MS,
  SCOPED_PAUSES_KEEP_COUNT,
  USAGE_KEEP_COUNT,
} from "../../src/ports/store/store-limits.ts";

export type MemoryNight = {
  /** By scope. */
  readonly pauses: Map<string, ScopedPause>;
  /** By account and window. */
  readonly windows: Map<string, AccountWindow>;
  /** By run, start and hour. */
  readonly usage: Map<string, UsageRecord>;
  /** By hour, host and use. */
  readonly slotSpans: Map<string, SlotSpan>;
  /** By start and host. */
  readonly sleeps: Map<string, Sleep>;
  readonly notifications: Map<string, Notification>;
};

export function createMemoryNight(): MemoryNight {
  return {
    pauses: new Map(),
    windows: new Map(),
    usage: new Map(),
    slotSpans: new Map(),
    sleeps: new Map(),
    notifications: new Map(),
  };
}

const idOf = (...parts: readonly (string | number)[]) => JSON.stringify(parts);

/** `recordChange` counts a change of runs. */
export function pauseMethods(
  { pauses, windows }: MemoryNight,
  recordChange: (action?: ActionChange) => void,
): PauseStore {
  return {
    readScopedPauses: async () =>
      [...pauses.values()].sort(
        (a, b) => compareText(a.scope.kind, b.scope.kind) || compareText(a.scope.name, b.scope.name),
      ),
    writeScopedPause: async ({ pause, action }) => {
      const id = scopeKey(pause.scope);
      if ((pauses.get(id)?.revision ?? 0) !== pause.revision) return false;
      pauses.set(id, { ...pause, revision: pause.revision + 1 });
      keepNewest(pauses, SCOPED_PAUSES_KEEP_COUNT, ({ sinceMs }) => sinceMs);
      recordChange(action);
      return true;
    },
    dropScopedPause: async ({ scope, revision, action }) => {
      if (pauses.get(scopeKey(scope))?.revision !== revision) return false;
      pauses.delete(scopeKey(scope));
      recordChange(action);
      return true;
    },
    readAccountWindows: async () =>
      [...windows.values()].sort(
        (a, b) => compareText(a.account, b.account) || compareText(a.window, b.window),
      ),
    writeAccountWindow: async (window) => {
      const id = idOf(window.account, window.window);
      if ((windows.get(id)?.atMs ?? Number.NEGATIVE_INFINITY) > window.atMs) return;
      windows.set(id, window);
      keepNewest(windows, SCOPED_PAUSES_KEEP_COUNT, ({ atMs }) => atMs);
      recordChange();
    },
  };
}

export function ledgerMethods({ usage, slotSpans, sleeps }: MemoryNight): LedgerStore {
  return {
    writeUsage: async (records) => {
      for (const record of records) usage.set(idOf(record.run, record.startedAtMs, record.hourMs), record);
    },
    readUsage: async (query) =>
      [...usage.values()]
        .filter((record) => ("run" in query ? record.run === query.run : record.hourMs >= query.sinceMs))
        .sort((a, b) => a.hourMs - b.hourMs || compareText(a.run, b.run) || a.startedAtMs - b.startedAtMs),
    writeSlotSpan: async (span) => void slotSpans.set(idOf(span.fromMs, span.host), span),
    readSlotSpans: async ({ sinceMs }) =>
      [...slotSpans.values()]
        .filter(({ toMs }) => toMs > sinceMs)
        .sort((a, b) => a.fromMs - b.fromMs || compareText(a.host, b.host)),
    writeSleep: async (sleep) => void sleeps.set(idOf(sleep.fromMs, sleep.host), sleep),
    readSleeps: async ({ sinceMs }) =>
      [...sleeps.values()]
        .filter(({ toMs }) => toMs > sinceMs)
        .sort((a, b) => a.fromMs - b.fromMs || compareText(a.host, b.host)),
  };
}

export function notificationMethods({ notifications }: MemoryNight): NotificationStore {
  return {
    addNotifications: async (added) => {
      const fresh = added.filter(({ id }) => !notifications.has(id));
      for (const notification of fresh) notifications.set(notification.id, notification);
      return fresh.length;
    },
    replaceNotification: async (changed) => {
      if (notifications.has(changed.id)) notifications.set(changed.id, changed);
    },
    readWaitingNotifications: async (limit) =>
      [...notifications.values()]
        .filter(({ state }) => state === "waiting")
        .sort((a, b) => a.nextTryMs - b.nextTryMs || compareText(a.id, b.id))
        .slice(0, limit),
    readNotifications: async (limit) =>
      [...notifications.values()].sort((a, b) => b.atMs - a.atMs || compareText(a.id, b.id)).slice(0, limit),
  };
}

export function pruneNight({ usage, slotSpans, sleeps, notifications }: MemoryNight, nowMs: number): void {
  const oldestMs = nowMs - LEDGER_KEEP_MS;
  dropWhere(usage, ({ hourMs }) => hourMs < oldestMs);
  keepNewest(usage, USAGE_KEEP_COUNT, ({ hourMs }) => hourMs);
  dropWhere(slotSpans, ({ toMs }) => toMs < oldestMs);
  dropWhere(sleeps, ({ toMs }) => toMs < oldestMs);
  dropWhere(notifications, ({ atMs }) => atMs < nowMs - NOTIFICATIONS_KEEP_MS);
  keepNewest(notifications, NOTIFICATIONS_KEEP_COUNT, ({ atMs }) => atMs);
}

function dropWhere<Value>(values: Map<string, Value>, isOver: (value: Value) => boolean): void {
  for (const [id, value] of values) if (isOver(value)) values.delete(id);
}

function keepNewest<Value>(
  values: Map<string, Value>,
  count: number,
  timeOf: (value: Value) => number,
): void {
  if (values.size <= count) return;
  const oldestFirst = [...values].sort(([, a], [, b]) => timeOf(a) - timeOf(b));
  for (const [id] of oldestFirst.slice(0, values.size - count)) values.delete(id);
}
