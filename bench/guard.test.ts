import { describe, expect, test } from "vitest";
import { guard } from "./guard.ts";
import { judge } from "./judge.ts";
import type { Figure, Untaken } from "./measure.ts";
import { mergeSaved, type SavedFigure } from "./saved.ts";

function figure(changes: Partial<Figure> = {}): Figure {
  return {
    requirement: "P1",
    name: "cold",
    tasks: 1_000,
    value: 50,
    unit: "ms",
    baseline: { name: "R(n)", value: 10 },
    target: { atMost: 4 },
    ...changes,
  };
}

function saved(ratio: number, changes: Partial<SavedFigure> = {}): SavedFigure {
  const { pairedRatio: _, ...rest } = figure();
  return { ...rest, ratio, met: null, ...changes };
}

const untaken: Untaken = { requirement: "P1", name: "cold", tasks: 1_000, why: "the server ended with 1" };

describe("P25: a figure fails when it is more than twice worse than the saved one", () => {
  const atLeast = { target: { atLeast: 0.5 } } as const;
  const core = { unit: "% of a core", baseline: null } as const;
  const requests = { unit: "requests", baseline: null } as const;
  const cases: [string, Figure, SavedFigure, boolean][] = [
    ["as it was", figure(), saved(5), true],
    ["twice", figure(), saved(2.5), true],
    ["more than twice", figure(), saved(2.49), false],
    ["a target that is missed as before", figure({ value: 900 }), saved(80), true],
    ["a target that is met, and yet worse", figure({ value: 30 }), saved(1), false],
    ["better by far", figure({ value: 1 }), saved(5), true],
    ["the ratio of pairs counts, not that of the medians", figure({ pairedRatio: 11 }), saved(5), false],
    ["at least: half", figure({ ...atLeast, value: 3 }), saved(0.6), true],
    ["at least: less than half", figure({ ...atLeast, value: 2 }), saved(0.6), false],
    ["at least: more", figure({ ...atLeast, value: 40 }), saved(0.6), true],
    ["no baseline: the value", figure({ baseline: null, value: 201, unit: "MB" }), saved(100), false],
    ["idle below the floor", figure({ ...core, value: 0.5 }), saved(0.02), true],
    ["idle above the floor", figure({ ...core, value: 0.51 }), saved(0.02), false],
    ["a difference that was below zero", figure({ ...core, value: 0.3 }), saved(-0.1), true],
    ["counted, and none before", figure({ ...requests, value: 1 }), saved(0), false],
    ["counted, and none now", figure({ ...requests, value: 0 }), saved(0), true],
    ["not a number", figure({ value: Number.NaN }), saved(5), false],
  ];
  test.each(cases)("%s", (_, now, before, isWell) => {
    expect(judge(now, [before]) === null).toBe(isWell);
  });

  test("the sentence names all three numbers", () => {
    expect(judge(figure({ value: 120 }), [saved(5)])?.why).toBe("it is 12 and was 5; 10 is the limit");
  });

  test.each([
    ["another size", saved(5, { tasks: 10_000 })],
    ["another name", saved(5, { name: "warm" })],
    ["another requirement", saved(5, { requirement: "P2" })],
  ])("what is saved of %s is none: it fails and names the remedy", (_, other) => {
    expect(judge(figure(), [other])).toMatchObject({
      why: expect.stringContaining("npm run bench -- --only P1 --save"),
      mayPass: false,
    });
  });

  test("a figure that could not be taken fails with its reason", () => {
    expect(judge(untaken, [saved(5)])).toMatchObject({
      why: "it could not be measured: the server ended with 1",
      mayPass: true,
    });
  });
});

describe("P25: three tries, and only of what failed", () => {
  const good = figure();
  const bad = figure({ value: 1_000 });
  const other = figure({ name: "warm" });
  const slowOther = figure({ name: "warm", value: 1_000 });
  const baseline = [saved(5), saved(5, { name: "warm" })];

  async function run(parts: Record<string, readonly (Figure | Untaken)[][]>, against = baseline) {
    const taken: string[] = [];
    const failures = await guard(
      Object.keys(parts),
      async (part, attempt) => {
        taken.push(`${part}${attempt}`);
        return parts[part]?.[attempt - 1] ?? [];
      },
      against,
    );
    return { taken, failed: failures.map(({ name }) => name) };
  }

  test("all well: each part once", async () => {
    expect(await run({ a: [[good]], b: [[other]] })).toEqual({ taken: ["a1", "b1"], failed: [] });
  });

  test("a bad moment is forgiven, twice", async () => {
    const result = await run({ a: [[bad], [bad], [good]], b: [[other]] });
    expect(result).toEqual({ taken: ["a1", "b1", "a2", "a3"], failed: [] });
  });

  test("worse in all three tries is a failure", async () => {
    const result = await run({ a: [[bad], [bad], [bad], [good]], b: [[other]] });
    expect(result).toEqual({ taken: ["a1", "b1", "a2", "a3"], failed: ["cold"] });
  });

  test("what passed once is not judged again beside what failed", async () => {
    const result = await run({
      a: [
        [bad, other],
        [good, slowOther],
      ],
    });
    expect(result).toEqual({ taken: ["a1", "a2"], failed: [] });
  });

  test("a suite that failed to run is judged by what it brings the next time", async () => {
    const crash = { ...untaken, name: "suite" };
    expect(await run({ a: [[crash], [bad], [bad]] })).toEqual({
      taken: ["a1", "a2", "a3"],
      failed: ["cold"],
    });
    expect(await run({ a: [[crash], [good]] })).toEqual({ taken: ["a1", "a2"], failed: [] });
  });

  test("what is not saved fails at once", async () => {
    expect(await run({ a: [[good]] }, [])).toEqual({ taken: ["a1"], failed: ["cold"] });
  });
});

describe("P25: what is saved", () => {
  const old = saved(5, { name: "an old name" });
  const elsewhere = saved(5, { tasks: 100_000 });

  test("a new figure replaces the one of its name and size; what this run would have taken is dropped", () => {
    const merged = mergeSaved([elsewhere, old, saved(9)], [figure()], ({ tasks }) => tasks === 1_000);
    expect(merged.map(({ name, tasks, ratio }) => [name, tasks, ratio])).toEqual([
      ["cold", 1_000, 5],
      ["cold", 100_000, 5],
    ]);
  });

  test("a figure is saved with the ratio that was judged, whether it is met, and in few digits", () => {
    const [record] = mergeSaved([], [figure({ value: 50.123456, pairedRatio: 3.98765 })], () => false);
    expect(record).toEqual({
      requirement: "P1",
      name: "cold",
      tasks: 1_000,
      ratio: 3.988,
      value: 50.12,
      unit: "ms",
      baseline: { name: "R(n)", value: 10 },
      target: { atMost: 4 },
      met: true,
    });
  });

  test("the order is that of requirements as numbers, whatever was saved first", () => {
    const taken = ["P10", "P2"].map((requirement) => figure({ requirement }));
    expect(mergeSaved([], taken, () => false).map(({ requirement }) => requirement)).toEqual(["P2", "P10"]);
  });
});
