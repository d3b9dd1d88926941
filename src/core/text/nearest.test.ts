import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

test.each([
  ["redy", "ready"],
  ["raedy", "ready"],
  ["READY", "ready"],
  ["in-progress", "in_progress"],
  ["In  Progress", "in_progress"],
  ["blokced", "blocked"],
  ["xready", "ready"],
  ["ready", "ready"],
  ["", null],
  ["no", null],
  ["banana", null],
  ["r".repeat(1_000), null],
])("%j is near %j", (written, expected) => {
  expect(nearest(written, ["ready", "in_progress", "blocked"])).toBe(expected);
});

test("the nearest of several wins, the first of equals", () => {
  expect(nearest("ownes", ["owners", "owner"])).toBe("owners");
  expect(nearest("abcdef", ["abcdeg", "abcdef"])).toBe("abcdef");
});
