import { expect, test } from "vitest";
import { isBadlyParsed } from "./judge-parsing.ts";

test.each([
  [0, 0, false],
  [19, 19, false],
  [20, 20, true],
  [400, 20, false],
  [399, 20, true],
  [1_000, 50, false],
  [1_000, 51, true],
])("K9: of %d events, %d not understood: %s", (events, unparsed, expected) => {
  expect(isBadlyParsed({ events, unparsed })).toBe(expected);
});
