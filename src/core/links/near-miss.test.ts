import fc from "fast-check";
import { expect, test } from "vitest";
import { nearMissFinder } from "./near-miss.ts";

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
