import { expect, test, vi } from "vitest";
import { rememberLast } from "./remember-last.ts";

test("P5: one text after another is judged once, each other text for itself", () => {
  const judge = vi.fn((text: string) => ({ length: text.length }));
  const remembered = rememberLast(judge);
  expect(remembered("one")).toBe(remembered("one"));
  expect(remembered("three").length).toBe(5);
  expect(remembered("one").length).toBe(3);
  expect(judge).toHaveBeenCalledTimes(3);
});
