import { expect, test } from "vitest";
import { runsPage } from "../../../../test/support/rendered-pages.ts";
import { storedRun } from "../../../../test/support/sample-runs.ts";
import { OBSERVED_AT_MS } from "../../../../test/support/sample-snapshot.ts";
import type { Run, RunId } from "../../../core/contract/run.ts";

/** The text of each row's cells. */
const rows = (...runs: readonly Run[]) =>
  [...runsPage(runs).matchAll(/<tr id="r-.*?<\/tr>/gs)].map(([row]) =>
    [...row.matchAll(/<t[hd].*?<\/t[hd]>/gs)].map(([cell]) =>
      cell
        .replace(/<[^>]*>/g, "")
        .replace(/\s+/g, " ")
        .trim(),
    ),
  );

test("K67: a run at work says what its worker does, its kind, its cost and for how long", () => {
  const agent = { name: "careful", kind: "claude", program: null, version: null };
  const cost = { usd: 1.864, isEstimate: true };
  const end = { kind: "exited", code: 2 } as const;
  const use = { tokens: null, cost, events: 1, unparsed: 0 };
  const attempts = [{ number: 1, startedAtMs: 0, endedAtMs: 1, end, use }];
  const other = { id: "run-other" as RunId, workerName: "careful", agent, attempts };
  expect(rows(storedRun("port-bundles"), storedRun("port-bundles", { ...other, state: "failed" }))).toEqual([
    [
      "Per-worktree port bundles port-bundles",
      "● working 1 commit 9 s ago open run",
      "claude",
      "–not known",
      "12 min",
    ],
    [
      "Per-worktree port bundles port-bundles",
      "failed, last attempt ended with exit code 2 open run",
      "careful (claude)",
      "≈ $1.86",
      "12 min ago",
    ],
  ]);
});

test("K67: a run that is closed, and one whose task is gone", () => {
  const closing = { by: "dave", atMs: OBSERVED_AT_MS, as: "superseded", why: "started over" } as const;
  const [closed, gone] = rows(
    storedRun("port-bundles", { id: "run-old" as RunId, state: "closed", closing }),
    storedRun("gone", { workerName: null, state: "queued" }),
  );
  expect(closed?.[1]).toBe("superseded by dave: started over open run");
  expect(gone?.slice(0, 3)).toEqual(["gone gone", "queued open run", "–no worker yet"]);
});

test("K67: no runs yet", () => {
  expect(runsPage([])).toContain("No runs yet.");
});
