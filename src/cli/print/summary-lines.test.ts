import { expect, test } from "vitest";
import { sampleRow, sampleSignal, sampleSnapshot } from "../../../test/support/sample-snapshot.ts";
import { summaryLines } from "./summary-lines.ts";

const ACKNOWLEDGED = {
  acknowledged: { kind: "acknowledged", by: "dave", note: null, until: null, at: "2026-03-24T12:00:00.000Z" },
} as const;

const ROWS = [
  sampleRow({
    key: "two-problems",
    group: "needs_attention",
    signals: [
      sampleSignal("invalid_task", "Line 6 is not YAML.", { tier: 2 }),
      sampleSignal("unknown_owner", "There is no owner zoe.", { tier: 2 }),
    ],
  }),
  sampleRow({
    key: "one-problem",
    group: "needs_attention",
    signals: [
      sampleSignal("dependency_missing", "x does not exist.", { tier: 2 }),
      sampleSignal("pickup_overdue", "Not started for over 12 h.", { tier: 1 }),
    ],
  }),
  sampleRow({
    key: "seen-by-dave",
    group: "ready",
    signals: [sampleSignal("unknown_owner", "There is no owner ann.", { tier: 2, ...ACKNOWLEDGED } as never)],
  }),
  sampleRow({ key: "fine", group: "active" }),
];

test("T28: heartbeat has one line per task that needs a person, as many as it counts", () => {
  const snapshot = sampleSnapshot(ROWS);
  const [counts, ...lines] = summaryLines(snapshot);
  expect(counts).toContain("Needs you 2 · Active 1");
  expect(lines).toEqual([
    "  two-problems: Line 6 is not YAML. (invalid_task) and 1 more",
    "  one-problem: x does not exist. (dependency_missing)",
  ]);
  expect(lines).toHaveLength(snapshot.counts.needs_attention);
});
