import { expect, test } from "vitest";
import { OBSERVED_AT_MS, sampleRow } from "../../../test/support/sample-snapshot.ts";
import { taskFactLines } from "./task-facts.ts";

const STYLE = { strong: String, quiet: String, alarm: String, good: String };
const M2 = { slug: "m2", title: "Launch", file: "tasks/milestones/m2.md", target: "2026-03-12" };

/** The line of that fact, without its name. */
function fact(name: string, row: Parameters<typeof sampleRow>[0], pastTarget: boolean | null): string {
  const milestone = pastTarget === null ? null : { ...M2, past_target: pastTarget };
  const layout = { nowMs: OBSERVED_AT_MS, style: STYLE, milestone };
  const line = taskFactLines(sampleRow(row), layout).find((one) => one.startsWith(`  ${name} `));
  return line?.trim().slice(name.length).trim() ?? expect.fail(`no fact ${name}`);
}

test.each([
  [true, "m2, 11 d past its target, 2026-03-12"],
  [false, "m2"],
  [null, "m2"],
])("T18: the milestone of a task, past its target: %s", (pastTarget, expected) => {
  expect(fact("milestone", { key: "a", group: "ready", milestone: "m2" }, pastTarget)).toBe(expected);
});

test.each([
  ["first_seen", "at least a moment ago"],
  ["commit", "0 s ago"],
] as const)("T27: a file that changed just now, known as %s", (basis, expected) => {
  const changed = { changed_at: new Date(OBSERVED_AT_MS).toISOString(), changed_basis: basis };
  expect(fact("changed", { key: "a", group: "ready", ...changed }, null)).toBe(expected);
});
