import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sameValue } from "./same-value.ts";

test("equal exactly when Node's own comparison says so, keys in any order", () => {
  // Few letters and little depth, so that equal values meet often.
  const values = fc.jsonValue({ maxDepth: 2, stringUnit: fc.constantFrom("a", "b") });
  fc.assert(
    fc.property(values, values, (a, b) => {
      expect(sameValue(a, b)).toBe(isDeepStrictEqual(plain(a), plain(b)));
      expect(sameValue(a, reversed(plain(a)))).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** The same value with the keys of each object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, held]) => [key, reversed(held)]));
}

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
