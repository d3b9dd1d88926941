import { expect, test } from "vitest";
import { SECOND_MS } from "../values/durations.ts";
import { NO_PACE, type Pace, paceNews } from "./burst.ts";

const many = (count: number) => Array.from({ length: count }, (_, at) => `news ${at}`);

function play(steps: readonly (readonly [second: number, count: number])[]) {
  let pace: Pace<string> = NO_PACE;
  return steps.map(([second, count]) => {
    const paced = paceNews(pace, many(count), second * SECOND_MS);
    pace = paced.pace;
    return [paced.single.length, paced.together.length, paced.dueMs];
  });
}

test("N83: up to five within a minute are said one by one", () => {
  expect(
    play([
      [0, 5],
      [61, 5],
    ]),
  ).toEqual([
    [5, 0, null],
    [5, 0, null],
  ]);
});

test("N83: more than five within a minute become one, and so does what follows within the next minute", () => {
  expect(play([[0, 6]])).toEqual([[0, 6, null]]);
  expect(
    play([
      [0, 3],
      [10, 3],
      [20, 4],
      [50, 4],
      [70, 0],
    ]),
  ).toEqual([
    [3, 0, null],
    [0, 3, null],
    [0, 0, 70_000],
    [0, 0, 70_000],
    [0, 8, null],
  ]);
});

test("N83: after a burst single ones are single again", () => {
  expect(
    play([
      [0, 6],
      [30, 1],
      [60, 0],
      [61, 1],
    ]),
  ).toEqual([
    [0, 6, null],
    [0, 0, 60_000],
    [1, 0, null],
    [1, 0, null],
  ]);
});
