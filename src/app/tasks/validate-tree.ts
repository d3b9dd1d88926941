// Checks a whole tree once, without a store: every file is read, and the same build that makes snapshots finds the problems.

import type { FileStamp } from "../../core/contract/parsed-file.ts";
import { pathKind } from "../../core/contract/path-kind.ts";
import type { Problem } from "../../core/contract/problem.ts";
import type { Thresholds } from "../../core/contract/snapshot.ts";
import { buildFromFiles } from "../../core/snapshot/build-from-files.ts";
import { compareText } from "../../core/text/compare-text.ts";
import { applyReads } from "../../core/tree/update-index.ts";
import type { TreeFiles } from "../../ports/tree/tree-files.ts";

export type Validation =
  | {
      readonly kind: "validated";
      readonly files: number;
      readonly tasks: number;
      /** By file, then line. A problem that needs a person is an error here, whatever its own severity. */
      readonly problems: readonly Problem[];
    }
  /** The tree could not be listed: nothing is known. */
  | { readonly kind: "failed"; readonly detail: string };

/** Reads and checks everything under `tasks/`. */
export function validateTree({
  files,
  thresholds,
  nowMs,
}: {
  readonly files: TreeFiles;
  readonly thresholds: Thresholds;
  readonly nowMs: number;
}): Validation {
  const listing = files.list();
  if (listing.kind === "failed") return listing;
  const reads = listing.stamps.map((stamp) => files.read(stamp));
  const { index } = applyReads({ index: new Map(), reads, gone: [], nowMs });
  const { header, rows } = buildFromFiles({ index, thresholds, nowMs });
  const problems = [...header.problems, ...[...rows.values()].flatMap(({ problems }) => problems)];
  return {
    kind: "validated",
    files: countRead(listing.stamps),
    tasks: rows.size,
    problems: problems.sort(byPlace),
  };
}

/** Those that are only looked at to say that they are not read do not count. */
function countRead(stamps: readonly FileStamp[]): number {
  return stamps.filter(({ path }) => pathKind(path) !== "stray").length;
}

function byPlace(a: Problem, b: Problem): number {
  return compareText(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0);
}
