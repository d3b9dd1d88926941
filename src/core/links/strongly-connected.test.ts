import fc from "fast-check";
import { expect, test } from "vitest";
import { stronglyConnected } from "./strongly-connected.ts";

/** Nodes that can reach themselves, by trying every way: slow and plainly right. */
function onLoop(edges: readonly (readonly number[])[]): Set<number> {
  const reach = (start: number) => {
    const seen = new Set<number>();
    const queue = [start];
    for (const node of queue) {
      for (const next of edges[node] ?? []) {
        if (!seen.has(next)) queue.push(next);
        seen.add(next);
      }
    }
    return seen;
  };
  return new Set(edges.keys().filter((node) => reach(node).has(node)));
}

test("R14: exactly the nodes that can reach themselves are in loops, each once", () => {
  const graph = fc.integer({ min: 1, max: 8 }).chain((count) =>
    fc.array(fc.array(fc.nat({ max: count - 1 }), { maxLength: 3 }), {
      minLength: count,
      maxLength: count,
    }),
  );
  fc.assert(
    fc.property(graph, (edges) => {
      const loops = stronglyConnected({
        count: edges.length,
        nodes: edges.keys(),
        edgesOf: (node) => edges[node] ?? [],
      });
      expect(new Set(loops.flat())).toEqual(onLoop(edges));
      expect(loops.flat()).toHaveLength(new Set(loops.flat()).size);
    }),
    { numRuns: 5000 },
  );
});

test("S15: a chain of 100,000 does not overflow the stack, nor does a circle of as many", () => {
  const count = 100_000;
  const chain = (node: number) => (node + 1 < count ? [node + 1] : []);
  expect(stronglyConnected({ count, nodes: [0], edgesOf: chain })).toEqual([]);
  const circle = stronglyConnected({ count, nodes: [0], edgesOf: (node) => [(node + 1) % count] });
  expect(circle.map((members) => members.length)).toEqual([count]);
});
