// The build after an edit: while only some task files, runs and pull requests changed and no time is up, only the rows
// they belong to are made anew. Everything that would have to be asked of all tasks (circles, doubts, dates) was asked by
// the build before, and its answer stands. Equal to a build from scratch; where that is not certain there is none.

import type { TaskRow } from "../contract/snapshot.ts";
import type { LinkedTree } from "../links/link-tree.ts";
import { replaceValues } from "../values/patched-map.ts";
import { sameValue } from "../values/same-value.ts";
import type { BuildInput, BuildMemory, BuiltSnapshot } from "./build.ts";
import { buildHeader } from "./build-header.ts";
import { draftEntry, type Entry, type Linked, nextChange, stateOf } from "./entry.ts";
import { nextTargetMs } from "./past-target.ts";

/** Null when more may have changed than the rows of some tasks and of those that depend on them. */
export function rebuildEdited(input: BuildInput, linked: Linked): BuiltSnapshot | null {
  const { previous, nowMs } = input;
  const memory = previous?.memory ?? null;
  if (previous === null || memory === null || !isOnlyEdited(input, linked, memory)) return null;
  if (nowMs < memory.builtMs || nowMs >= (previous.nextChangeMs ?? Number.POSITIVE_INFINITY)) return null;

  const entries = [...memory.entries];
  const changed = new Map<string, TaskRow>();
  const due = new Set<number>();
  const places = placesOf(input, linked, { memory, rows: previous.rows });
  if (places === null) return null;
  for (const place of places) {
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
    memory: {
      ...{ ...memory, ...linked, entries },
      runs: input.runs,
      input: input.pullRequests,
      builtMs: nowMs,
    },
  };
}

/** Whatever else rows and header are made of is the same object, or equal. */
function isOnlyEdited(input: BuildInput, { tree, cycles }: Linked, memory: BuildMemory): boolean {
  return (
    !memory.isDoubted &&
    (tree === memory.tree || tree.edited !== null) &&
    cycles === memory.cycles &&
    input.runs.attemptsMax === memory.runs.attemptsMax &&
    sameValue(input.runs.jump, memory.runs.jump) &&
    input.commitDatesMs === memory.commitDatesMs &&
    input.addedDatesMs === memory.addedDatesMs &&
    input.repository.default_branch === memory.gitDefaultBranch &&
    sameValue(input.pullRequests.delivery, memory.delivery) &&
    sameValue(input.thresholds, memory.thresholds)
  );
}

type Before = { readonly memory: BuildMemory; readonly rows: BuiltSnapshot["rows"] };

/**
 * Tasks whose file, run, acknowledgements or pull request changed, and those that depend on one which is finished now or
 * no longer. Null when a run belongs to no task: that is a signal of the repository.
 */
function placesOf(
  { runs }: BuildInput,
  linked: Linked,
  { memory, rows }: Before,
): ReadonlySet<number> | null {
  const { tree } = linked;
  const places = new Set(tree === memory.tree ? [] : tree.edited);
  const keys = [
    ...changedKeys(memory.runs.byKey, runs.byKey),
    ...changedKeys(memory.runs.acknowledgementsByKey, runs.acknowledgementsByKey),
    ...changedKeys(memory.pullRequests, linked.pullRequests),
  ];
  const placeOfKey = (key: string) => tree.placeOf(rows.get(key)?.file ?? "");
  for (const key of keys) {
    const place = placeOfKey(key);
    if (place === undefined) return null;
    places.add(place);
  }
  for (const place of [...places]) {
    if (stateOf(place, linked) === stateOf(place, memory)) continue;
    for (const key of tree.tasks[place]?.links.dependents ?? []) places.add(placeOfKey(key) ?? place);
  }
  return places;
}

function changedKeys(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): readonly string[] {
  if (before === after) return [];
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => before.get(key) !== after.get(key),
  );
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
