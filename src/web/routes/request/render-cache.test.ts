import fc from "fast-check";
import { expect, test } from "vitest";
import { RenderCache } from "./render-cache.ts";

test("a view has one rendering, and only at its version", () => {
  const cache = new RenderCache<string>({ entries: 10, bytes: 100 });
  cache.set("a", "1", "first", 5);
  cache.set("a", "2", "second", 6);
  expect(cache.get("a", "1")).toBeNull();
  expect(cache.get("a", "2")).toBe("second");
  expect(cache.bytes).toBe(6);
});

test("the least recently used goes first", () => {
  const cache = new RenderCache<string>({ entries: 2, bytes: 100 });
  cache.set("a", "1", "a", 1);
  cache.set("b", "1", "b", 1);
  cache.get("a", "1");
  cache.set("c", "1", "c", 1);
  expect([cache.get("a", "1"), cache.get("b", "1"), cache.get("c", "1")]).toEqual(["a", null, "c"]);
});

test("one that is larger than the cache is kept alone", () => {
  const cache = new RenderCache<string>({ entries: 10, bytes: 100 });
  cache.set("small", "1", "small", 10);
  cache.set("large", "1", "large", 500);
  expect(cache.get("large", "1")).toBe("large");
  expect(cache.get("small", "1")).toBeNull();
  cache.set("small", "1", "small", 10);
  expect(cache.get("large", "1")).toBeNull();
});

test("whatever is put in, number and bytes stay within their limits, but for a single large one", () => {
  const entry = fc.record({ view: fc.integer({ min: 0, max: 20 }), bytes: fc.integer({ min: 0, max: 120 }) });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
      const cache = new RenderCache<number>({ entries: 5, bytes: 100 });
      const kept = new Map<number, number>();
      for (const { view, bytes } of entries) {
        cache.set(String(view), "1", bytes, bytes);
        kept.set(view, bytes);
        const found = [...kept.keys()].filter((one) => cache.get(String(one), "1") !== null);
        expect(found.length).toBeLessThanOrEqual(5);
        expect(found.reduce((total, one) => total + (kept.get(one) ?? 0), 0)).toBe(cache.bytes);
        if (found.length > 1) expect(cache.bytes).toBeLessThanOrEqual(100);
      }
    }),
  );
});
