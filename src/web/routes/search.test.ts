import { expect, test } from "vitest";
import { sampleRow } from "../../../test/support/sample-snapshot.ts";
import { SEARCH_ROWS_MAX, searchTasks } from "./search.ts";

const rows = [
  sampleRow({ key: "port", group: "done", title: "Finished", milestone: "m2" }),
  sampleRow({ key: "portable-builds", group: "ready", title: "Portable builds", owner: "rj" }),
  sampleRow({
    key: "a-port-map",
    group: "ready",
    title: "Map of ports",
    owner: "nadia",
    workstream: "harbour",
  }),
  sampleRow({ key: "b-report", group: "done", title: "Report", owner: "nadia", workstream: "harbour" }),
  sampleRow({
    key: "c-report",
    group: "active",
    title: "Report",
    id: "M1-INFRA-001",
    owner_as: "security-lead",
  }),
];

test.each([
  ["port", ["port", "portable-builds", "a-port-map", "c-report", "b-report"]],
  ["PORT", ["port", "portable-builds", "a-port-map", "c-report", "b-report"]],
  ["report", ["c-report", "b-report"]],
  ["port map", ["a-port-map"]],
  ["nadia", ["a-port-map", "b-report"]],
  ["harbour report", ["b-report"]],
  ["m1-infra-001", ["c-report"]],
  ["security-lead", ["c-report"]],
  ["m2", ["port"]],
  ["  ", []],
  ["nothing at all", []],
  [".*", []],
])("%s finds %j", (asked, keys) => {
  expect(searchTasks(rows, asked).rows.map(({ key }) => key)).toEqual(keys);
});

test("results are bounded, and their number is not", () => {
  const many = Array.from({ length: SEARCH_ROWS_MAX + 5 }, (_, at) =>
    sampleRow({ key: `x-${at}`, group: "ready" }),
  );
  const { rows: found, total } = searchTasks(many, "x");
  expect(found).toHaveLength(SEARCH_ROWS_MAX);
  expect(total).toBe(SEARCH_ROWS_MAX + 5);
});
