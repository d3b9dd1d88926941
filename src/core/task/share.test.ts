import fc from "fast-check";
import { expect, test } from "vitest";
import type { Section } from "../contract/task.ts";
import { shareLines, shareSections, shareText } from "./share.ts";

const section = fc.record<Section>({
  heading: fc.constantFrom("Problem", "Context", "__proto__"),
  line: fc.integer({ min: 1, max: 3 }),
  ticked: fc.constantFrom(0, 1, 999),
  dropped: fc.constantFrom(0, 1, 999),
  total: fc.constantFrom(1, 2, 999, 1_000, 1_001),
});

test("P19: sections are shared when they are equal, and never when they are not", () => {
  fc.assert(
    fc.property(fc.array(section), (list) => {
      const shared = shareSections(list);
      expect(shared).toEqual(list);
      expect(shareSections(list.map((one) => ({ ...one })).filter(({ total }) => total < 1_000))).toEqual(
        list.filter(({ total }) => total < 1_000),
      );
    }),
  );
  const one = { heading: "Plan", line: 3, ticked: 0, dropped: 0, total: 2 };
  expect(shareSections([{ ...one }])[0]).toBe(shareSections([{ ...one }])[0]);
});

test("a full pool starts again, and gives right values still", () => {
  const made = Array.from({ length: 60_000 }, (_, line) => ({
    heading: "Plan",
    line,
    ticked: 0,
    dropped: 0,
    total: 1,
  }));
  expect(shareSections(made)).toEqual(made);
  expect(shareSections(made.slice(0, 3))).toEqual(made.slice(0, 3));
  expect(Array.from({ length: 25_000 }, (_, at) => shareText(`owner ${at}`)).at(-1)).toBe("owner 24999");
});

test("tables of lines keep the order of their keys", () => {
  expect(Object.keys(shareLines({ status: 2, title: 3 }))).toEqual(["status", "title"]);
  expect(Object.keys(shareLines({ title: 3, status: 2 }))).toEqual(["title", "status"]);
  expect(shareLines({ title: 3 })).toBe(shareLines({ title: 3 }));
  expect(shareText(null)).toBeNull();
});
