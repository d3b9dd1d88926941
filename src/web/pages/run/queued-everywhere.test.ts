// A queued run says one thing: in the list, on the task's page, and in the lines of `list`, `why` and `show`.

import { expect, test } from "vitest";
import { rowAtWork, runPage, statusAtWork, taskPageAtWork } from "../../../../test/support/rendered-pages.ts";
import { runFacts, runsInput, sampleRun } from "../../../../test/support/run-samples.ts";
import { snapshotAtWork } from "../../../../test/support/sample-runs.ts";
import { OBSERVED_AT_MS } from "../../../../test/support/sample-snapshot.ts";
import { build, THRESHOLDS } from "../../../../test/support/task-tree.ts";
import { explanationLines } from "../../../cli/print/explanation.ts";
import { taskFactLines } from "../../../cli/print/task-facts.ts";
import { taskListLines } from "../../../cli/print/task-list.ts";
import { explain } from "../../../core/classify/explain.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";

const STYLE = { strong: String, quiet: String, alarm: String, good: String };
const LAYOUT = { nowMs: OBSERVED_AT_MS, style: STYLE };
const KEY = "milestone-burn-up";
const QUEUED = { by: "dave", atMs: OBSERVED_AT_MS - 60_000, note: null };

/** A ready task that dave queued, before its first attempt. */
function queuedRow(): TaskRow {
  const { rows } = build([{ slug: KEY, status: "ready" }], {
    runs: runsInput([runFacts(sampleRun({ key: KEY, queued: QUEUED }))]),
  });
  const [row] = rows.values();
  return { ...rowAtWork(KEY), ...(row ?? expect.fail("no row")) };
}

const text = (html: string) =>
  html
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();

const part = (page: string, pattern: RegExp) => text(pattern.exec(page)?.[0] ?? expect.fail(String(pattern)));

/** What each place says of the row's run. */
function places(row: TaskRow): Readonly<Record<string, string>> {
  const explanation = explain(row, { tasks: [], thresholds: THRESHOLDS, doubts: [] });
  const status = statusAtWork({ snapshot: snapshotAtWork({}, [row]) });
  return {
    "the list": part(status, new RegExp(`<tr id="t-${KEY}">.*?</tr>`, "s")),
    "the task's page": part(taskPageAtWork(KEY, { row }), /<section class="group" id="work">.*?<\/section>/s),
    "tasks list": taskListLines([{ group: "ready", count: 1, rows: [row] }], {
      ...LAYOUT,
      columns: null,
    }).join(" "),
    "tasks why": explanationLines(row, explanation, LAYOUT).join(" "),
    "tasks show": taskFactLines(row, { ...LAYOUT, milestone: null }).join(" "),
  };
}

test.each(Object.entries(places(queuedRow())))("W28: a queued run in %s", (_, said) => {
  expect(said).toMatch(/queued by dave/i);
  expect(said).not.toMatch(/attempt|starting|running/i);
});

test("W28: neither the whole task page nor the run's speaks of an attempt before the first", () => {
  const run = sampleRun({ key: KEY, queued: QUEUED });
  const runs = { kind: "known", runs: [run], more: false } as const;
  for (const page of [taskPageAtWork(KEY, { row: queuedRow(), runs }), runPage(run)]) {
    expect(text(page)).toMatch(/queued/i);
    expect(text(page)).not.toMatch(/attempt 0|0 attempts|1 attempt\b|\bstarting\b/i);
  }
});

test("W28: it is in one group, with one reason, everywhere", () => {
  const row = queuedRow();
  expect([row.group, row.base_group, row.reason, row.run?.state, row.run?.attempt]).toEqual([
    "ready",
    "ready",
    "queued by dave",
    "queued",
    0,
  ]);
});
