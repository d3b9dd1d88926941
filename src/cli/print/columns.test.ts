import { describe, expect, test } from "vitest";
import { alignColumns, cut, displayWidth } from "./columns.ts";

test("cells line up under each other, and the last one is not padded", () => {
  expect(
    alignColumns(
      [
        ["a", "1", "x"],
        ["long", "22", ""],
      ],
      null,
    ),
  ).toEqual(["a     1   x", "long  22"]);
});

test("the last column gives way to the width of the terminal", () => {
  const [line] = alignColumns([["key", "a sentence that is longer than there is room for"]], 30);
  expect(line).toBe("key  a sentence that is longe…");
  expect(displayWidth(line ?? "")).toBeLessThanOrEqual(30);
});

describe("the width a terminal shows", () => {
  test.each([
    ["plain", 5],
    ["東京", 4],
    ["e\u0301", 1],
    ["🚀", 2],
    ["Größe", 5],
  ])("%s is %d", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test("a wide character is never cut in half", () => {
    expect(cut("東京都", 4)).toBe("東…");
    expect(cut("東京", 4)).toBe("東京");
  });
});
