import fc from "fast-check";
import { expect, test } from "vitest";
import { sameValue } from "./same-value.ts";

test("equal exactly when their JSON is, keys in any order", () => {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== "object" || value === null) return value;
    return Object.entries(value)
      .sort()
      .map(([key, held]) => [key, sorted(held)]);
  };
  const values = fc.jsonValue({ maxDepth: 2 });
  fc.assert(
    fc.property(values, values, (a, b) => {
      const expected =
        JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)) && Array.isArray(a) === Array.isArray(b);
      if (expected || typeof a !== typeof b) expect(sameValue(a, b)).toBe(expected);
      expect(sameValue(a, structuredClone(a))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [{ a: 1 }, { a: 1, b: 2 }],
  [{ a: undefined }, {}],
  [{ a: undefined }, { b: undefined }],
  [{ a: [1] }, { a: [1, 2] }],
  [[], {}],
  [{}, []],
  [null, {}],
  [0, "0"],
])("%j is not %j", (a, b) => {
  expect(sameValue(a, b)).toBe(false);
  expect(sameValue(b, a)).toBe(false);
});
