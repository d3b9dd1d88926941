// Build: from the parsed tree to the snapshot's header and rows. Link, then per task classify and detect, then the one
// question about all of them (is the detector to be doubted?), then rows.
//
// A build is a pure function of its facts, the previous rows and the time. It is fast because it remembers what each row
// was derived from: a row with the same inputs, which time cannot have changed, is the same object again. Dropping that
// memory (a cold start) changes no row; a property test shows it (invariant 3).

import type { TaskRow } from "../contract/snapshot.ts";
import { findDoubts } from "../signal/detector-doubt.ts";
import { buildHeader } from "./build-header.ts";
import { type BuildInput, type BuiltSnapshot, NO_MOVES } from "./built-snapshot.ts";
import { type Draft, draftTask } from "./draft.ts";
import { countTurning, type Entry, finishEntry, NOTHING_HELD, nextChange } from "./entry.ts";
import { hasSameInputs, INPUT_NAMES } from "./entry-inputs.ts";
import { nextTargetMs } from "./past-target.ts";
import { rebuildChanged } from "./rebuild.ts";
import { readSources, type Sources } from "./sources.ts";

/** Making so many rows takes a few milliseconds. */
const TASKS_PER_STEP = 500;

/** Builds the snapshot of a tree at a moment. Never fails, whatever the files say. */
export function buildSnapshot(input: BuildInput): BuiltSnapshot {
  const steps = buildInSteps(input);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same in steps, each of which says how many rows are made: very many take seconds. */
export function* buildInSteps(input: BuildInput): Generator<number, BuiltSnapshot, void> {
  const { previous, nowMs } = input;
  const sources = readSources(input, previous?.memory?.sources ?? null, previous?.rows ?? NO_ROWS);
  yield 0;
  const rebuilt = rebuildChanged(input, sources);
  if (rebuilt !== null) return rebuilt;
  const { entries, turning } = yield* deriveEntries(input, sources);
  const counts = countTurning(entries, (index) => turning.has(index));
  const doubts = findDoubts(counts, previous?.header.doubts ?? [], sources.thresholds, nowMs);
  for (const [index, draft] of turning) entries[index] = finishEntry(draft, doubts.held);
  const rows = rowsOf(entries, previous);
  const { milestones } = sources.tree.plans;
  return {
    header: buildHeader(input, sources, { doubts: doubts.signals, rows }),
    rows,
    nextChangeMs: nextChange(entries, Math.min(doubts.untilMs, nextTargetMs(milestones, nowMs))),
    moves: NO_MOVES,
    memory: { sources: { ...sources, rows }, entries, isDoubted: doubts.signals.length > 0, builtMs: nowMs },
  };
}

type Derived = { readonly entries: Entry[]; readonly turning: ReadonlyMap<number, Draft> };

/** The entry of every task, kept where it still holds, and the drafts that a doubt may hold back. */
function* deriveEntries(input: BuildInput, sources: Sources): Generator<number, Derived, void> {
  const { tasks } = sources.tree;
  const keptEntry = entryKeeper(input, sources);
  const entries: Entry[] = [];
  const turning = new Map<number, Draft>();
  for (let index = 0; index < tasks.length; index++) {
    if (index > 0 && index % TASKS_PER_STEP === 0) yield index;
    const kept = keptEntry(index);
    const draft = kept === null ? draftTask(input, sources, index) : null;
    if (draft?.turning) turning.set(index, draft);
    entries.push(kept ?? finishEntry(draft as Draft, NOTHING_HELD));
  }
  yield entries.length;
  return { entries, turning };
}

/** Finds the entry that the build before made for a task, or null where it may not hold any more. */
function entryKeeper(
  { previous, nowMs, compared = INPUT_NAMES }: BuildInput,
  sources: Sources,
): (index: number) => Entry | null {
  const memory = previous?.memory ?? null;
  if (memory === null) return () => null;
  const { tree, rows } = sources;
  const isSameStructure = memory.sources.tree.structure === tree.structure;
  return (index) => {
    const entry = memory.entries[isSameStructure ? index : (tree.former[index] ?? -1)];
    if (entry === undefined || entry.isHeld || nowMs < entry.fromMs || nowMs >= entry.untilMs) return null;
    const before = rows.get(entry.row.key);
    return hasSameInputs(entry.inputs, compared, sources, index, before) ? entry : null;
  };
}

const NO_ROWS: BuiltSnapshot["rows"] = new Map();

/** The previous map itself when no row in it changed. */
function rowsOf(entries: readonly Entry[], previous: BuiltSnapshot | null): BuiltSnapshot["rows"] {
  const before = previous?.memory?.entries;
  if (
    previous !== null &&
    before?.length === entries.length &&
    entries.every((entry, index) => entry.row === before[index]?.row)
  )
    return previous.rows;
  const rows = new Map<string, TaskRow>();
  for (const { row } of entries) rows.set(row.key, row);
  return rows;
}
