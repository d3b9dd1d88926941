import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonParts } from "./json-parts.ts";

const text = (value: object) => [...jsonParts(value)].join("");

it("R14: the parts of any value are together what JSON.stringify makes of it", () => {
  const value = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()));
  fc.assert(fc.property(value, (any) => text(any as object) === JSON.stringify(any)));
});

it.each([0, 1, 63, 64, 65, 128, 1_000])("a list of %d items is whole, wherever it is cut", (length) => {
  const list = Array.from({ length }, (_, at) => ({ at, text: "Größe ☃" }));
  const value = { first: 1, gone: undefined, tasks: list, groups: { done: list.map(({ at }) => `${at}`) } };
  expect(text(value)).toBe(JSON.stringify(value));
});

it("P22: no part has more than 64 items, in lists of keys as well", () => {
  const keys = Array.from({ length: 1_000 }, (_, at) => `task-${at}`);
  for (const part of jsonParts({ tasks: keys, groups: { ready: keys }, escalation: { tasks: keys } }))
    expect(part.match(/task-/g)?.length ?? 0).toBeLessThanOrEqual(64);
});
