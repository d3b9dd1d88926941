import { expect, test } from "vitest";
import { listed } from "./listed.ts";

test.each([
  [[], ""],
  [["a"], "a"],
  [["a", "b"], "a or b"],
  [["a", "b", "c"], "a, b or c"],
  [["a", "b", "c", "d", "e"], "a, b, c and 2 more"],
  [["tasks/workstreams/infra/tasks/größe.md"], "tasks/workstreams/infra/tasks/größe.md"],
])("%j reads %j", (names, text) => {
  expect(listed(names, "or")).toBe(text);
});

test.each([
  ["", '""'],
  ["two words", '"two words"'],
  ["\u001b[31m\u202Ered", '"\uFFFD[31m\uFFFDred"'],
  ["x".repeat(1_000_000), `"${"x".repeat(60)}…"`],
])("S12, S15: a name that is not plain is quoted, cut and made harmless", (name, text) => {
  expect(listed([name])).toBe(text);
});
