// Checks a whole tree once, without a store: every file is read, and the same build that makes snapshots finds the flaws.

import type { FileStamp } from "../../core/contract/parsed-file.ts";
import { pathKind } from "../../core/contract/path-kind.ts";
import type { Problem } from "../../core/contract/problem.ts";
import type { Repository } from "../../core/contract/snapshot.ts";
import { NOTHING_ASKED } from "../../core/pull-request/pull-requests-input.ts";
import { NO_RUNS } from "../../core/run/run-facts.ts";
import { buildSnapshot } from "../../core/snapshot/build.ts";
import { compareText } from "../../core/text/compare-text.ts";
import { applyReads } from "../../core/tree/update-index.ts";
import type { TreeFiles } from "../../ports/tree/tree-files.ts";

export type Validation =
  | {
      readonly kind: "validated";
      readonly files: number;
      readonly tasks: number;
      /** By file, then line. A flaw that needs a person is an error here, whatever its own severity. */
      readonly flaws: readonly Problem[];
    }
  /** The tree could not be listed: nothing is known. */
  | { readonly kind: "failed"; readonly detail: string };

/** Reads and checks everything under `tasks/`. */
export function validateTree({
  files,
  nowMs,
}: {
  readonly files: TreeFiles;
  readonly nowMs: number;
}): Validation {
  const listing = files.list();
  if (listing.kind === "failed") return listing;
  const reads = listing.stamps.map((stamp) => files.read(stamp));
  const { index } = applyReads({ index: new Map(), reads, gone: [], nowMs });
  const { header, rows } = buildSnapshot({
    index,
    previous: null,
    repository: NO_REPOSITORY,
    thresholds: NO_THRESHOLDS,
    addedDatesMs: null,
    commitDatesMs: new Map(),
    runs: NO_RUNS,
    pullRequests: NOTHING_ASKED,
    nowMs,
  });
  const flaws = [...header.problems, ...[...rows.values()].flatMap(({ problems }) => problems)];
  return {
    kind: "validated",
    files: countRead(listing.stamps),
    tasks: rows.size,
    flaws: flaws.sort(byPlace),
  };
}

/** Those that are only looked at to say that they are not read do not count. */
function countRead(stamps: readonly FileStamp[]): number {
  return stamps.filter(({ path }) => pathKind(path) !== "stray").length;
}

function byPlace(a: Problem, b: Problem): number {
  return compareText(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0);
}

/** Flaws of files depend on neither git nor time. */
const NO_REPOSITORY: Repository = {
  name: "",
  branch: null,
  commit: null,
  default_branch: null,
  git: "none",
  notice: null,
};
const NEVER = 10_000;
const NO_THRESHOLDS = {
  pickup_overdue_hours: NEVER,
  stuck_in_progress_hours: NEVER,
  doubt_percent: 100,
  look_closer_minutes: NEVER,
  idle_watch_minutes: NEVER,
  idle_person_minutes: NEVER,
  start_stalled_minutes: NEVER,
  grace_minutes: NEVER,
  review_overdue_hours: NEVER,
  reraise_hours: NEVER,
};
