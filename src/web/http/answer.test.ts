import { expect, test } from "vitest";
import { tagMatches } from "./answer.ts";

test.each([
  ['W/"a"', true],
  ['"a"', true],
  ['"b", W/"a"', true],
  ['"b" ,"a"', true],
  ["*", true],
  [undefined, false],
  ["", false],
  ['"b"', false],
  ["a", false],
  ['"aa"', false],
])('H1: If-None-Match %s against W/"a" is %s', (header, expected) => {
  expect(tagMatches(header, 'W/"a"')).toBe(expected);
});
