import fc from "fast-check";
import { expect, test } from "vitest";
import { nearMissFinder } from "../text/nearest.ts";
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

const NAMES = ["fix-ci", "fix-cd", "fix-the-ci", "write-docs", "a"];

test.each([
  ["fix-ci", ["fix-ci", "fix-cd"]],
  ["fix-cu", ["fix-cd", "fix-ci"]],
  ["writedocs", ["write-docs"]],
  ["write-dcs2", ["write-docs"]],
  ["nothing-like-it", []],
  ["", []],
  ["b", []],
  ["a", ["a"]],
  ["é".repeat(5000), []],
])("%j looks like %j", (asked, expected) => {
  expect(nearMissFinder(NAMES)(asked)).toEqual(expected);
});

test("a name with up to two edits is always found", () => {
  const name = fc.string({ unit: fc.constantFrom(..."abc-é"), minLength: 8, maxLength: 16 });
  const edit = fc.tuple(
    fc.nat({ max: 15 }),
    fc.constantFrom("drop", "add", "change"),
    fc.constantFrom(..."xyzab"),
  );
  fc.assert(
    fc.property(name, fc.array(edit, { maxLength: 2 }), (original, edits) => {
      const asked = edits.reduce((text, [at, kind, letter]) => {
        const place = at % (text.length + 1);
        return (
          text.slice(0, place) +
          (kind === "drop" ? "" : letter) +
          text.slice(place + (kind === "add" ? 0 : 1))
        );
      }, original);
      expect(nearMissFinder([original])(asked)).toEqual([original]);
    }),
    { numRuns: 3000 },
  );
});
