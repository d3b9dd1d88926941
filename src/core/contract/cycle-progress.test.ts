import { expect, test } from "vitest";
import { groupedDigits } from "../text/counted.ts";
import { describeProgress, hasAdvanced } from "./cycle-progress.ts";

test.each([
  [{ phase: "reading", done: 41_000, total: 100_000 }, "reading 41,000 of 100,000 files"],
  [{ phase: "listing", done: 900, total: null }, "listing 900 files so far"],
  [{ phase: "restoring", done: 0, total: 1_000_000 }, "loading 0 of 1,000,000 stored records"],
] as const)("%j is %s", (progress, words) => {
  expect(describeProgress(progress)).toBe(words);
});

test("only another phase or another count is progress", () => {
  const before = { phase: "reading", done: 5, total: 9 } as const;
  expect(hasAdvanced(null, before)).toBe(true);
  expect(hasAdvanced(before, { ...before })).toBe(false);
  expect(hasAdvanced(before, { ...before, done: 6 })).toBe(true);
  expect(hasAdvanced(before, { phase: "deriving", done: 5, total: 9 })).toBe(true);
});

test("thousands are kept apart", () => {
  expect([0, 999, 1_000, 1_234_567].map(groupedDigits)).toEqual(["0", "999", "1,000", "1,234,567"]);
});
