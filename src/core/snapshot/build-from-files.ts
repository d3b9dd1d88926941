// A snapshot from files alone: without git, runs, pull requests and an earlier snapshot.

import type { TreeIndex } from "../contract/parsed-file.ts";
import type { Repository, Thresholds } from "../contract/snapshot.ts";
import { NOTHING_ASKED } from "../pull-request/pull-requests-input.ts";
import { NO_RUNS } from "../run/run-facts.ts";
import { buildSnapshot } from "./build.ts";
import type { BuiltSnapshot } from "./built-snapshot.ts";

export function buildFromFiles(input: {
  readonly index: TreeIndex;
  readonly thresholds: Thresholds;
  readonly nowMs: number;
}): BuiltSnapshot {
  return buildSnapshot({
    ...input,
    previous: null,
    repository: NO_REPOSITORY,
    addedDatesMs: null,
    commitDatesMs: new Map(),
    runs: NO_RUNS,
    pullRequests: NOTHING_ASKED,
  });
}

const NO_REPOSITORY: Repository = {
  name: "",
  branch: null,
  commit: null,
  default_branch: null,
  git: "none",
  notice: null,
};
