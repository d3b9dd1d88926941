import fc from "fast-check";
import { expect, test } from "vitest";
import { changedValues, replaceValues } from "./patched-map.ts";

const KEYS = 400;
const start = new Map(Array.from({ length: KEYS }, (_, at) => [`k${at}`, 0]));

const change = fc.tuple(
  fc.integer({ min: 0, max: KEYS - 1 }).map((at) => `k${at}`),
  fc.integer({ min: 0, max: 3 }),
);

test("R14: however often values are replaced, it is the map that a plain one would be", () => {
  const steps = fc.array(fc.array(change, { maxLength: 150 }), { maxLength: 5 });
  fc.assert(
    fc.property(steps, (all) => {
      let map: ReadonlyMap<string, number> = start;
      let plain = new Map(start);
      for (const changes of all) {
        const [before, plainBefore] = [map, plain];
        map = replaceValues(map, new Map(changes));
        plain = new Map([...plain, ...changes]);
        expect([...map]).toEqual([...plain]);
        expect([...before]).toEqual([...plainBefore]);
        const expected = [...plain.keys()].filter((key) => plain.get(key) !== plainBefore.get(key)).sort();
        const known = changedValues(before, map);
        if (known !== null) expect(known.map(({ key }) => key).sort()).toEqual(expected);
      }
    }),
    { numRuns: 100 },
  );
});

test("it is read like any other map", () => {
  const map = replaceValues(start, new Map([["k1", 7]]));
  expect(map.size).toBe(KEYS);
  expect([map.get("k0"), map.get("k1"), map.get("x")]).toEqual([0, 7, undefined]);
  expect([map.has("k1"), map.has("x")]).toEqual([true, false]);
  expect([...map.values()].slice(0, 2)).toEqual([0, 7]);
  expect([...map.keys()]).toEqual([...start.keys()]);
  const seen: [string, number][] = [];
  map.forEach((value, key) => {
    seen.push([key, value]);
  });
  expect(seen).toEqual([...map.entries()]);
});

test("what changed is known without a look at the rest, until too much did", () => {
  const one = replaceValues(start, new Map([["k1", 7]]));
  const two = replaceValues(one, new Map([["k2", 8]]));
  expect(changedValues(one, two)).toEqual([{ key: "k2", before: 0, after: 8 }]);
  expect(changedValues(two, start)).toHaveLength(2);
  expect(changedValues(start, new Map(start))).toBeNull();
  const many = new Map([...start.keys()].slice(0, 300).map((key) => [key, 9]));
  expect(changedValues(two, replaceValues(two, many))).toBeNull();
});
