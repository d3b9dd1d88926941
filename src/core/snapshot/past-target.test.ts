import { expect, test } from "vitest";
import { build, milestone, NOON_MS } from "../../../test/support/task-tree.ts";
import { DAY_MS } from "../values/durations.ts";
import { targetEndMs } from "./past-target.ts";

const late = (files: Parameters<typeof build>[0], nowMs: number) => {
  const { header, nextChangeMs } = build(files, { nowMs });
  return { late: header.milestones.filter((one) => one.past_target).map(({ slug }) => slug), nextChangeMs };
};

test("T18: a target is over at the end of its day, and then time alone changes the snapshot", () => {
  const day = new Date(NOON_MS).toISOString().slice(0, 10);
  const endMs = targetEndMs(day) ?? 0;
  const files = [milestone("m1", day), { slug: "a", milestone: "m1" }];
  expect(late(files, NOON_MS).late).toEqual([]);
  expect(late(files, NOON_MS).nextChangeMs).toBeLessThanOrEqual(endMs);
  expect(late(files, endMs - 1).late).toEqual([]);
  expect(late(files, endMs).late).toEqual(["m1"]);
  expect(endMs - Date.parse(day)).toBe(DAY_MS);
});

test("T18: not while all its tasks are done, nor without a target", () => {
  const done = { slug: "a", milestone: "m1", status: "cancelled" } as const;
  expect(late([milestone("m1", "2020-01-01"), done], NOON_MS).late).toEqual([]);
  expect(late([milestone("m1"), { slug: "a", milestone: "m1" }], NOON_MS).late).toEqual([]);
});
