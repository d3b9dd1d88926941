import { expect, test } from "vitest";
import { tagMatches, textAnswer, toResponse } from "./answer.ts";

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

test("a Response has the same status, headers and bytes, and their length", async () => {
  const response = toResponse(textAnswer({ status: 404, type: "text/plain; charset=utf-8", text: "grün" }));
  expect(response.status).toBe(404);
  expect(response.headers.get("content-length")).toBe("5");
  expect(response.headers.get("cache-control")).toBe("private, no-store");
  expect(await response.text()).toBe("grün");
});
