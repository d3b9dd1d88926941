import { describe, expect, it } from "vitest";
import { otherPages, SAMPLE_TEXT } from "../../../../test/support/rendered-pages.ts";
import { sampleRow, sampleSignal } from "../../../../test/support/sample-snapshot.ts";
import type { RelativePath } from "../../../core/contract/task.ts";
import { parseTask } from "../../../core/task/parse-task.ts";
import { TOP_OF_BODY } from "../../../core/task/scan-body.ts";
import { fileDifferences } from "./task-differences.ts";

const ROW = sampleRow({
  key: "fix-ci",
  group: "needs_attention",
  title: "Fix CI",
  reason: "Line 7: depends on no-such-task",
  initiative: "live-pages",
  completed_by: "rj",
  completed: "2026-03-20",
  signals: [sampleSignal("dependency_missing", "Depends on no-such-task", { evidence: { line: "7" } })],
  problems: [
    {
      code: "dependency_missing",
      severity: "error",
      file: "x.md",
      line: 7,
      message: "No such task",
      hint: "Correct the name",
    },
  ],
  dependencies: [
    { reference: "port-bundles", key: "port-bundles", state: "unfinished", candidates: [] },
    { reference: "no-such-task", key: null, state: "missing", candidates: ["port-bundles"] },
  ],
  dependents: ["port-bundles"],
  sections: [{ heading: "Plan & more", line: 9, ticked: 1, dropped: 0, total: 2 }],
  gates: { qa_exploration: "ticked", review_cleared: "open" },
  progress: { ticked: 1, dropped: 0, total: 2 },
});
const OTHER = sampleRow({ key: "port-bundles", title: "Port bundles", group: "active" });

const pageOf = (text: string) => otherPages([ROW, OTHER], text)["task"] ?? "";
const textOf = (page: string) => page.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");

describe("a task's page", () => {
  const page = pageOf(SAMPLE_TEXT);
  const text = textOf(page);

  it.each([
    ["the header fields", "ID INFRA-TOOLING-FIX-CI".replaceAll("-", "_")],
    ["who finished it, and when", "Completed by rj Completed 2026-03-20"],
    ["where it stands and why", "▲ needs you Line 7: depends on no-such-task , for"],
    ["what it would be otherwise", "Otherwise: active"],
    ["its signals with evidence", "Depends on no-such-task dependency_missing , raised 21 min ago line 7"],
    ["problems with their lines", "Line 7 : No such task dependency_missing Correct the name"],
    ["what it depends on", "unfinished Port bundles"],
    ["near misses", "did you mean Port bundles"],
    ["what waits for it", "Blocks active Port bundles"],
    ["progress per section", "Plan &amp; more 1 of 2"],
    ["the gates", "QA exploration completed (or N/A for non-UI tasks) ☑ ticked"],
    ["its file", "tasks/workstreams/infra-tooling/tasks/fix-ci.md"],
    ["the rendered sections", "☑ one"],
  ])("has %s", (_, expected) => expect(text).toContain(expected));

  it("U1: does not reload automatically", () => expect(page).not.toMatch(/http-equiv="refresh"/));

  it("headings can be linked to", () =>
    expect(page).toContain('<h3 id="s-problem"><a class="anchor" href="#s-problem">'));

  it("boxes above the first heading count, and lead nowhere, since there is no heading", () => {
    const row = { ...ROW, sections: [{ heading: TOP_OF_BODY, line: 5, ticked: 0, dropped: 0, total: 1 }] };
    const early = otherPages([row, OTHER], "- [ ] one\n")["task"] ?? "";
    expect(early).toContain(TOP_OF_BODY);
    expect(early).not.toContain("#s-before");
  });

  it("says when the file is gone", () =>
    expect(textOf(otherPages([ROW])["taskWithoutFile"] ?? "")).toContain(
      "The file was removed since the last update.",
    ));
});

describe("differences between file and snapshot", () => {
  const row = sampleRow({
    key: "a",
    group: "ready",
    title: "A",
    status: "ready",
    priority: "p1",
    milestone: "m1-pilot",
  });
  const differences = (text: string) => fileDifferences(row, parseTask(row.file as RelativePath, text));
  const SAME = "---\ntitle: A\nstatus: ready\npriority: p1\nmilestone: m1-pilot\n---\n";

  it("are none when both say the same", () => expect(differences(SAME)).toEqual([]));
  it("name each field", () => {
    expect(differences(`${SAME.replace("ready", "completed")}## Plan\n- [x] done\n`)).toEqual([
      "its status is now completed",
      "its ticked boxes are now 1",
      "its boxes are now 1",
    ]);
  });
  it("say when it can no longer be read", () =>
    expect(differences("---\ntitle: [a\n")).toEqual(["it can no longer be read"]));
});
