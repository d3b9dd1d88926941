// The example tree is what the demo, the screenshots and these tests stand on: how much of what it has to have.

import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createTreeFiles } from "../../src/adapters/tree-files/tree-files.ts";
import { validateTree } from "../../src/app/tasks/validate-tree.ts";
import { configSchema } from "../../src/config/schema.ts";
import type { ParsedFile } from "../../src/core/contract/parsed-file.ts";
import { parseFile } from "../../src/core/tree/parse-file.ts";

const root = fileURLToPath(new URL("../../examples/dataface", import.meta.url));

function parseTree(): readonly ParsedFile[] {
  const files = createTreeFiles({ root });
  const listing = files.list();
  if (listing.kind === "failed") throw new Error(listing.detail);
  return listing.stamps.map((stamp) => {
    const read = files.read(stamp);
    if (read.kind === "refused") throw new Error(read.message);
    return parseFile(stamp.path, read.text);
  });
}

const SECTIONS = [
  "Problem",
  "Context",
  "Possible Solutions",
  "Plan",
  "Implementation Progress",
  "QA Exploration",
  "Review Feedback",
];

test("at least 60 tasks in 5 workstreams, 4 milestones, 2 initiatives, people with aliases, roles with filled_by", () => {
  const parsed = parseTree();
  const ofKind = <Kind extends ParsedFile["kind"]>(kind: Kind) =>
    parsed.filter((file): file is Extract<ParsedFile, { kind: Kind }> => file.kind === kind);
  expect(ofKind("task").length).toBeGreaterThanOrEqual(60);
  expect(ofKind("workstream").length).toBeGreaterThanOrEqual(5);
  expect(ofKind("milestone").length).toBeGreaterThanOrEqual(4);
  expect(new Set(ofKind("initiative").map(({ slug }) => slug)).size).toBeGreaterThanOrEqual(2);
  expect(ofKind("person").every(({ aliases }) => aliases.length > 0)).toBe(true);
  expect(ofKind("role").filter(({ filledBy }) => filledBy !== null).length).toBeGreaterThanOrEqual(2);
});

test("every readable task has the seven sections in order", () => {
  for (const file of parseTree()) {
    if (file.kind !== "task" || !file.readable) continue;
    const headings = file.spec.sections
      .map(({ heading }) => heading)
      .filter((name) => SECTIONS.includes(name));
    expect([file.spec.slug, headings]).toEqual([file.spec.slug, SECTIONS]);
  }
});

test("it has the problems it means to have, and no others", () => {
  const validation = validateTree({
    files: createTreeFiles({ root }),
    thresholds: configSchema.parse({}).thresholds,
    nowMs: 0,
  });
  if (validation.kind === "failed") throw new Error(validation.detail);
  const problems = validation.problems.map(
    ({ file, code, severity }) => `${severity} ${code} ${file.split("/").at(-1)}`,
  );
  expect(problems.toSorted()).toMatchInlineSnapshot(`
    [
      "error dependency_cycle render-from-query-plans.md",
      "error dependency_cycle split-the-query-planner-from-the-renderer.md",
      "error dependency_missing cap-query-cost-per-question.md",
      "error slug_taken write-onboarding-guide.md",
      "error slug_taken write-onboarding-guide.md",
      "error unknown_owner rotate-agent-api-keys-weekly.md",
      "error yaml_invalid give-every-worktree-its-own-port-bundle.md",
      "warning completed_by_missing layout-grid-with-named-areas.md",
      "warning completed_date_missing layout-grid-with-named-areas.md",
      "warning gate_open make-tasks-server-status-page-use-fresh-heartbeat-data-and-auto-refresh.md",
      "warning status_legacy error-messages-with-line-and-suggestion.md",
    ]
  `);
});
