// The build after an edit: while nothing but a few task files changed and no time is up, only their rows are made anew.
// Everything that would have to be asked of all tasks (circles, doubts, runs, dates) was asked by the build before, and
// its answer stands. Equal to a build from scratch; where that is not certain there is none.

import { replaceValues } from "../patched-map.ts";
import type { LinkedTree } from "../tree/link.ts";
import type { BuildInput, BuildMemory, BuiltSnapshot } from "./build.ts";
import { buildHeader } from "./build-header.ts";
import { draftEntry, type Entry, type Linked, nextChange, stateOf } from "./entry.ts";
import { nextTargetMs } from "./past-target.ts";
import { sameValue } from "./same-value.ts";
import type { TaskRow } from "./schema.ts";

/** Null when more may have changed than the rows of edited tasks and of those that depend on them. */
export function rebuildEdited(input: BuildInput, linked: Linked): BuiltSnapshot | null {
  const { previous, nowMs } = input;
  const memory = previous?.memory ?? null;
  if (previous === null || memory === null || !isOnlyEdited(input, linked, memory)) return null;
  if (nowMs < memory.builtMs || nowMs >= (previous.nextChangeMs ?? Number.POSITIVE_INFINITY)) return null;

  const entries = [...memory.entries];
  const changed = new Map<string, TaskRow>();
  const due = new Set<number>();
  for (const place of placesOf(linked, memory, previous.rows)) {
    const [task, old] = [linked.tree.tasks[place], entries[place]];
    if (task === undefined || old === undefined) return null;
    const entry = draftEntry(input, linked, { task, place });
    // Time brings a signal just now: whether that is believed is a question about all tasks.
    if (entry.kind === "draft") return null;
    entries[place] = entry;
    if (entry.row !== old.row) changed.set(entry.row.key, entry.row);
    due.add(old.untilMs).add(entry.untilMs);
  }
  const rows = changed.size === 0 ? previous.rows : replaceValues(previous.rows, changed);
  const { doubts } = previous.header;
  return {
    header: buildHeader(input, linked.tree.plans, { doubts, rows: rows.values() }),
    rows,
    nextChangeMs: nextChangeOf({ previous, entries, due }, linked.tree, nowMs),
    moves: previous.moves,
    memory: { ...memory, ...linked, entries, input: input.pullRequests, builtMs: nowMs },
  };
}

/** Whatever else rows and header are made of is the same object, or equal. */
function isOnlyEdited(
  input: BuildInput,
  { tree, pullRequests, cycles }: Linked,
  memory: BuildMemory,
): boolean {
  return (
    !memory.isDoubted &&
    (tree === memory.tree || tree.edited !== null) &&
    pullRequests === memory.pullRequests &&
    cycles === memory.cycles &&
    input.runs === memory.runs &&
    input.commitDatesMs === memory.commitDatesMs &&
    input.addedDatesMs === memory.addedDatesMs &&
    input.repository.default_branch === memory.gitDefaultBranch &&
    sameValue(input.pullRequests.delivery, memory.delivery) &&
    sameValue(input.thresholds, memory.thresholds)
  );
}

/** Edited tasks, and those that depend on one which is finished now or no longer. */
function placesOf(linked: Linked, memory: BuildMemory, rows: BuiltSnapshot["rows"]): ReadonlySet<number> {
  const { tree } = linked;
  const edited = tree === memory.tree ? [] : (tree.edited ?? []);
  const places = new Set(edited);
  for (const place of edited) {
    if (stateOf(place, linked) === stateOf(place, memory)) continue;
    for (const key of tree.tasks[place]?.links.dependents ?? []) {
      const dependent = tree.placeOf(rows.get(key)?.file ?? "");
      if (dependent !== undefined) places.add(dependent);
    }
  }
  return places;
}

/** All entries are asked only when one of those that were next to change is another one now. */
function nextChangeOf(
  {
    previous,
    entries,
    due,
  }: {
    readonly previous: BuiltSnapshot;
    readonly entries: readonly Entry[];
    readonly due: ReadonlySet<number>;
  },
  { plans }: LinkedTree,
  nowMs: number,
): number | null {
  const before = previous.nextChangeMs ?? Number.POSITIVE_INFINITY;
  const soonest = Math.min(...due);
  if (soonest > before || soonest === Number.POSITIVE_INFINITY) return previous.nextChangeMs;
  return nextChange(entries, nextTargetMs(plans.milestones, nowMs));
}
