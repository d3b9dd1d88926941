// The build after an edit: while inputs of only some tasks changed and no time is up, only their rows are derived again.
// What is asked of all tasks (is a detector to be doubted?) was answered by the build before. Equal to a build of all
// rows; where that is not certain there is none.

import type { TaskRow } from "../contract/snapshot.ts";
import { replaceValues } from "../values/patched-map.ts";
import { buildHeader } from "./build-header.ts";
import type { BuildInput, BuiltSnapshot } from "./built-snapshot.ts";
import { draftTask } from "./draft.ts";
import { finishEntry, NOTHING_HELD, nextChange } from "./entry.ts";
import { changedTasks, INPUT_NAMES } from "./entry-inputs.ts";
import { nextTargetMs } from "./past-target.ts";
import type { Sources } from "./sources.ts";

/** Null when more may have changed than some rows. */
export function rebuildChanged(input: BuildInput, sources: Sources): BuiltSnapshot | null {
  const { previous, nowMs, compared = INPUT_NAMES } = input;
  const memory = previous?.memory ?? null;
  if (previous === null || memory === null || memory.isDoubted) return null;
  const untilMs = previous.nextChangeMs ?? Number.POSITIVE_INFINITY;
  if (nowMs < memory.builtMs || nowMs >= untilMs) return null;
  const changed = changedTasks(compared, memory.sources, sources);
  if (changed === null) return null;

  const entries = [...memory.entries];
  const changedRows = new Map<string, TaskRow>();
  let dueMs = Number.POSITIVE_INFINITY;
  for (const index of changed) {
    const draft = draftTask(input, sources, index);
    // Time raises a signal just now: whether that is believed is a question about all tasks.
    if (draft.turning) return null;
    const [old, entry] = [entries[index], finishEntry(draft, NOTHING_HELD)];
    entries[index] = entry;
    if (entry.row !== old?.row) changedRows.set(entry.row.key, entry.row);
    dueMs = Math.min(dueMs, entry.untilMs, old?.untilMs ?? untilMs);
  }
  const rows = changedRows.size === 0 ? previous.rows : replaceValues(previous.rows, changedRows);
  const { milestones } = sources.tree.plans;
  return {
    header: buildHeader(input, sources, { doubts: [], rows }),
    rows,
    // Only an entry that was or is the next to change brings another time.
    nextChangeMs:
      dueMs > untilMs || dueMs === Number.POSITIVE_INFINITY
        ? previous.nextChangeMs
        : nextChange(entries, nextTargetMs(milestones, nowMs)),
    moves: previous.moves,
    memory: { ...memory, sources: { ...sources, rows }, entries, builtMs: nowMs },
  };
}
