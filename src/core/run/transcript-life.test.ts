import { expect, test } from "vitest";
import { RUN_STATES } from "../contract/run.ts";
import { isTranscriptOver } from "./transcript-life.ts";

const DAY_MS = 86_400_000;
const over = (days: number, closedDaysAgo: number) =>
  isTranscriptOver(
    { state: "closed", sinceMs: (100 - closedDaysAgo) * DAY_MS },
    { changedAtMs: 0, nowMs: 100 * DAY_MS, days },
  );

test("K35: the files of a run go the configured days after it was closed, whenever it began", () => {
  expect([over(30, 29), over(30, 30), over(30, 31), over(0, 1), over(365, 99)]).toEqual([
    false,
    false,
    true,
    true,
    false,
  ]);
  expect(over(30, -5)).toBe(false);
});

test.each(RUN_STATES.filter((state) => state !== "closed"))(
  "K35: those of a run that is %s stay",
  (state) => {
    const old = { changedAtMs: 0, nowMs: 1_000 * DAY_MS, days: 0 };
    expect(isTranscriptOver({ state, sinceMs: 0 }, old)).toBe(false);
  },
);

test("K35: those of a run that no one knows go by their own age", () => {
  const at = (changedAtMs: number) => isTranscriptOver(null, { changedAtMs, nowMs: 100 * DAY_MS, days: 30 });
  expect([at(69 * DAY_MS), at(71 * DAY_MS)]).toEqual([true, false]);
});
