// One pull request says one thing: each state through every surface that speaks of it.

import { expect, test } from "vitest";
import {
  checks,
  closed,
  merged,
  pullRequest,
  pullRequestsInput,
  RED,
  RUNNING,
} from "../../../../test/support/pull-request-samples.ts";
import { statusAtWork, taskPageAtWork } from "../../../../test/support/rendered-pages.ts";
import { runFacts, runsInput, sampleRun } from "../../../../test/support/run-samples.ts";
import { attestationAtWork, snapshotAtWork } from "../../../../test/support/sample-runs.ts";
import { build, NOON_MS, taskRecord } from "../../../../test/support/task-tree.ts";
import { explain } from "../../../core/classify/explain.ts";
import type { PullRequest } from "../../../core/contract/pull-request.ts";
import type { Run } from "../../../core/contract/run.ts";
import type { TaskRow } from "../../../core/contract/snapshot.ts";
import { AWAITED_WORDS, pullRequestWords } from "../../../core/pull-request/pull-request-words.ts";

const BLOCKED = { mergeStatus: "blocked" } as const;
const OPEN: Readonly<Record<string, Partial<PullRequest>>> = {
  ready: {},
  conflict: { mergeable: "conflict" },
  "conflict by its status": { mergeStatus: "conflict" },
  failing: { checks: RED },
  "changes requested": { review: "changes_requested" },
  "review again": { review: "changes_requested", reviewAgainBy: ["bob"] },
  draft: { draft: true },
  running: { checks: RUNNING },
  review: { review: "required" },
  queue: { hostMerges: "queue" },
  "queue failed": { hostMerges: "queue_failed" },
  auto: { hostMerges: "auto" },
  behind: { mustUpdate: true, behindBy: 3 },
  "missing check": { ...BLOCKED, checks: { ...checks({ passing: 1 }), missing: ["e2e"] } },
  threads: { ...BLOCKED, unresolvedThreads: 2 },
  blocked: BLOCKED,
  unknown: { mergeable: "unknown" },
  "of an earlier version": { mergeStatus: "unknown" },
  outdated: { approvedCommit: "3f2c1ab9d41de8d8e1b5" },
};
const OVER: Readonly<Record<string, readonly PullRequest[]>> = {
  merged: [merged()],
  closed: [closed()],
  elsewhere: [merged({ base: "feature-b" })],
  reverted: [merged(), merged({ number: 800, branch: "revert-712-task/a", reverts: 712 })],
  earlier: [merged({ mergedAtMs: 0 })],
  ambiguous: [merged({ branch: "dave/a" }), merged({ number: 3, branch: "eva/a" })],
};
const QUEUED_MS = NOON_MS - 3_600_000;
const RUNS: Readonly<Record<string, Partial<Run> | null>> = {
  "without a run": null,
  "its worker has ended": { state: "exited", queued: { by: "dave", atMs: QUEUED_MS, note: null } },
  "its worker is at it": { state: "running", queued: { by: "dave", atMs: QUEUED_MS, note: null } },
};

function rowOf(known: readonly PullRequest[], run: Partial<Run> | null): TaskRow {
  const record = taskRecord({ slug: "a", status: "in_progress" });
  const { rows } = build([{ ...record, firstSeenMs: NOON_MS }], {
    pullRequests: pullRequestsInput(known),
    addedDatesMs: new Map([[record.stamp.path, NOON_MS]]),
    nowMs: NOON_MS,
    ...(run !== null && { runs: runsInput([runFacts(sampleRun(run))]) }),
  });
  return rows.get("a") ?? expect.fail("no row");
}

const text = (html: string) =>
  html
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&#39;", "'")
    .replace(/\s+/g, " ")
    .replace(/ ([.,:;])/g, "$1");

/** What each surface says of it, as plain text. */
function surfaces(row: TaskRow) {
  const page = statusAtWork({ snapshot: snapshotAtWork({}, [row]), attestation: attestationAtWork() });
  const section = /<section class="group" id="pull-request">.*?<\/section>/s;
  const { inputs } = explain(row, snapshotAtWork({}, [row]));
  return {
    list: text(/<tr id="t-a">.*?<\/tr>/s.exec(page)?.[0] ?? ""),
    page: text(
      section.exec(taskPageAtWork("port-bundles", { row: { ...row, key: "port-bundles" } }))?.[0] ?? "",
    ),
    why: inputs.map(({ name, value }) => `${name}: ${value}`).join("\n"),
  };
}

const withRuns = <Value>(values: Readonly<Record<string, Value>>) =>
  Object.entries(values).flatMap(([name, value]) =>
    Object.entries(RUNS).map(([how, run]) => [name, how, value, run] as const),
  );

test.each(withRuns(OPEN))("D14: an open one says one thing: %s, %s", (_, __, facts, run) => {
  const row = rowOf([pullRequest(facts)], run);
  const waits = row.pull_request?.waits ?? expect.fail("waits for nothing");
  const whom = AWAITED_WORDS[waits.for];
  const { list, page, why } = surfaces(row);
  expect(page).toMatch(new RegExp(`Waits for \\S ${whom} ${escaped(waits.what)}`));
  expect(why).toContain(`waits for: ${whom}: ${waits.what}`);
  expect(row.pull_request && pullRequestWords(row.pull_request)).toBe(`waits for ${whom}: ${waits.what}`);
  // A signal needs a person exactly where the pull request waits for one.
  const needs = row.signals.some(
    ({ code, tier }) => tier === 2 && (code === "ci_failed" || code === "pr_conflict"),
  );
  const hasSignal = waits.because === "conflict" || waits.because === "failing_checks";
  expect(needs).toBe(hasSignal && waits.for === "you");
  if (row.group === "in_review") {
    expect(row.reason).toBe(`#712 waits for ${whom}: ${waits.what}`);
    expect(list).toContain(`${whom} ${waits.what}`);
  }
  if (waits.for === "github") {
    expect(row.group).not.toBe("needs_attention");
    expect(
      row.signals.filter(({ tier, code }) => tier === 2 && code !== "dispatch_completed_unreconciled"),
    ).toEqual([]);
  }
});

test.each(withRuns(OVER))("D14: one that is over says one thing: %s, %s", (name, __, known, run) => {
  const row = rowOf(known, run);
  const view = row.pull_request ?? expect.fail("no pull request");
  const words = pullRequestWords(view);
  const { list, page, why } = surfaces(row);
  if (view.merge === null || name === "merged") {
    expect(page).toContain(name === "merged" ? "✓ merged" : words);
    return;
  }
  expect(page).toContain(`#${view.number} was ${words}. ${view.merge.hint}`);
  expect(page).not.toContain("✓ merged");
  expect(why).toContain(`merge: ${words}`);
  expect(row.group).not.toBe("done");
  const isTheReason =
    row.rule === "reverted" ||
    row.rule === "merged_elsewhere" ||
    row.signals.some(({ code }) => code === "work_reverted");
  if (isTheReason) expect(list).toContain(`#${view.number} was ${words}`);
});

function escaped(words: string): string {
  return words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
