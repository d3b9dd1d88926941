import { expect, test } from "vitest";
import {
  minutesAgo,
  OBSERVED_AT_MS,
  sampleRow,
  sampleSignal,
} from "../../../test/support/sample-snapshot.ts";
import { freeTasks } from "./free-tasks.ts";

test("ready tasks that no one has, first in line first, whatever limits and settings hold for starts", () => {
  const rows = [
    sampleRow({ key: "low", group: "ready", priority: "p3" }),
    sampleRow({ key: "high", group: "ready", priority: "p0" }),
    sampleRow({ key: "old", group: "ready", priority: "p0", since: minutesAgo(900) }),
    sampleRow({ key: "planned", group: "planned", priority: "p0" }),
    sampleRow({
      key: "broken",
      group: "needs_attention",
      base_group: "ready",
      signals: [sampleSignal("invalid_task", "Line 4: the list is never closed")],
    }),
    sampleRow({
      key: "overdue",
      group: "needs_attention",
      base_group: "ready",
      priority: "p1",
      signals: [sampleSignal("pickup_overdue", "Not started for over 24 h")],
    }),
  ];
  expect(freeTasks(rows, { stopped: {}, nowMs: OBSERVED_AT_MS }).map(({ key }) => key)).toEqual([
    "old",
    "high",
    "overdue",
    "low",
  ]);
  const stopped = { high: { by: "mia", at: "2026-03-24T12:00:00.000Z", note: null } };
  expect(freeTasks(rows, { stopped, nowMs: OBSERVED_AT_MS }).map(({ key }) => key)).not.toContain("high");
  expect(freeTasks([], { stopped: {}, nowMs: OBSERVED_AT_MS })).toEqual([]);
});
