import type { Signal } from "../contract/signal.ts";
import { SCHEMA_VERSION, type SnapshotHeader, type TaskRow } from "../contract/snapshot.ts";
import type { Plans } from "../links/link-plans.ts";
import { sameValue } from "../values/same-value.ts";
import type { BuildInput } from "./build.ts";
import { markPastTarget } from "./past-target.ts";

/** Everything of a snapshot that is not about one task; the previous header itself when it is equal. */
export function buildHeader(
  { repository, thresholds, previous, runs, nowMs }: BuildInput,
  plans: Plans,
  { doubts, rows }: { readonly doubts: readonly Signal[]; readonly rows: Iterable<TaskRow> },
): SnapshotHeader {
  const header: SnapshotHeader = {
    schema_version: SCHEMA_VERSION,
    repository,
    thresholds,
    workstreams: plans.workstreams,
    milestones: markPastTarget(plans.milestones, rows, nowMs),
    initiatives: plans.initiatives,
    people: plans.team.people as SnapshotHeader["people"],
    owners_checked: plans.team.checked,
    problems: plans.problems as SnapshotHeader["problems"],
    doubts: doubts as SnapshotHeader["doubts"],
    dispatch: runs.dispatch,
  };
  return previous !== null && sameValue(previous.header, header) ? previous.header : header;
}
