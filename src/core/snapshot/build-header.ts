import type { Signal } from "../contract/signal.ts";
import { SCHEMA_VERSION, type SnapshotHeader } from "../contract/snapshot.ts";
import { withWaiting } from "../dispatch/waiting-tasks.ts";
import { inOrder } from "../hold/general-holds.ts";
import { reviewHold } from "../hold/review-hold.ts";
import { doubtAfterJump } from "../signal/detector-doubt.ts";
import { makeSignal } from "../signal/signal-table.ts";
import { isoTime } from "../text/iso-time.ts";
import { sameValue } from "../values/same-value.ts";
import type { BuildInput, BuiltSnapshot } from "./built-snapshot.ts";
import { markPastTarget } from "./past-target.ts";
import type { Sources } from "./sources.ts";

type Derived = { readonly doubts: readonly Signal[]; readonly rows: BuiltSnapshot["rows"] };

/** Everything of a snapshot that is not about one task; the previous header itself when it is equal. */
export function buildHeader(input: BuildInput, sources: Sources, { doubts, rows }: Derived): SnapshotHeader {
  const { repository, previous, nowMs } = input;
  const { plans } = sources.tree;
  const header: SnapshotHeader = {
    schema_version: SCHEMA_VERSION,
    repository,
    thresholds: sources.thresholds,
    workstreams: plans.workstreams,
    milestones: markPastTarget(plans.milestones, rows.values(), nowMs),
    initiatives: plans.initiatives,
    people: plans.team.people as SnapshotHeader["people"],
    owners_checked: plans.team.checked,
    problems: plans.problems as SnapshotHeader["problems"],
    doubts: [...doubts, ...signalsOfRuns(input, rows)] as SnapshotHeader["doubts"],
    dispatch: dispatchOf(input, rows),
  };
  return previous !== null && sameValue(previous.header, header) ? previous.header : header;
}

/** With what only the rows know: the hold for what waits for review, and who waits for each pause. */
function dispatchOf({ runs }: BuildInput, rows: Derived["rows"]): SnapshotHeader["dispatch"] {
  const hold = reviewHold(rows.values(), runs.reviewsMax);
  const { dispatch } = runs;
  const held = hold === null ? dispatch : { ...dispatch, holds: inOrder([...dispatch.holds, hold]) };
  return withWaiting(held, rows.values());
}

/** Signals of runs that belong to no row: a run whose task's file is gone, and the doubt after a clock jumped. */
function signalsOfRuns({ runs, nowMs, previous }: BuildInput, rows: Derived["rows"]): readonly Signal[] {
  if (runs.byKey.size === 0) return [];
  const signals: Signal[] = runs.jump === null ? [] : [doubtAfterJump(runs.jump)];
  for (const [key, { run }] of runs.byKey) {
    if (rows.has(key)) continue;
    const evidence = { run: run.id, task: key };
    const before = previous?.header.doubts.find(({ evidence: { run: id } }) => id === run.id);
    const firstSeen = before?.first_seen ?? isoTime(nowMs);
    signals.push(makeSignal({ code: "register_orphan", tier: 2, evidence }, firstSeen));
  }
  return signals;
}
