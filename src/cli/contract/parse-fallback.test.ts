import { expect, test } from "vitest";
import { MINUTE_MS } from "../../core/values/durations.ts";
import { parseFallback } from "./parse-fallback.ts";

const parse = (answer: string | null, until: string | null = null, choices: readonly string[] = []) =>
  parseFallback({ answer, until, choices }, 0);

test("N26: a default counts at the given time, or after half an hour", () => {
  expect(parse(null)).toBe(null);
  expect(parse(" eu ")).toEqual({ text: "eu", atMs: 30 * MINUTE_MS });
  expect(parse("eu", "45m", ["eu", "us"])).toEqual({ text: "eu", atMs: 45 * MINUTE_MS });
});

test.each<[string, string | null, string | null, readonly string[], RegExp]>([
  ["a time without a default", null, "45m", [], /there is no --default/],
  ["an empty default", " ", null, [], /default is empty/],
  ["a default that is no choice", "asia", null, ["eu", "us"], /"asia", which is not one of the choices/],
  ["no time", "eu", "soon", [], /which is not a time/],
])("N26: %s is refused", (_, answer, until, choices, message) => {
  expect(() => parse(answer, until, choices)).toThrow(message);
});
