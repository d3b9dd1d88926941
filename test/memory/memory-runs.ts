// The runs of the store in memory: the model of what every adapter promises about runs, pause and acknowledgements.

import type { Acknowledgement } from "../../src/core/contract/acknowledgement.ts";
import type { ActionChange } from "../../src/core/contract/activity.ts";
import { isLive, type Run, type RunId } from "../../src/core/contract/run.ts";
import { compareText } from "../../src/core/text/compare-text.ts";
import type {
  KindHold,
  Pause,
  RunReplacement,
  RunStore,
  StartLimits,
  StoppedTask,
} from "../../src/ports/store/run-store.ts";
import {
  ACKNOWLEDGEMENTS_KEEP_COUNT,
  ACKNOWLEDGEMENTS_KEEP_MS,
  RUNS_KEEP_COUNT,
  RUNS_KEEP_MS,
  STOPPED_TASKS_KEEP_COUNT,
} from "../../src/ports/store/store-limits.ts";

export type MemoryRuns = {
  /** In the order in which they were inserted. */
  readonly runs: Map<RunId, Run>;
  /** By key and code. */
  readonly acknowledgements: Map<string, Acknowledgement>;
  /** By key. */
  readonly stopped: Map<string, StoppedTask>;
  readonly kindHolds: Map<string, KindHold>;
  pause: Pause | null;
  version: number;
};

export function createMemoryRuns(): MemoryRuns {
  return {
    runs: new Map(),
    acknowledgements: new Map(),
    stopped: new Map(),
    kindHolds: new Map(),
    pause: null,
    version: 0,
  };
}

/** `append` writes an action to the activity feed. */
export function runMethods(contents: MemoryRuns, append: (action: ActionChange) => void): RunStore {
  const recordChange = (action?: ActionChange): void => {
    contents.version += 1;
    if (action !== undefined) append(action);
  };
  return { ...stateMethods(contents, recordChange), ...attentionMethods(contents, recordChange) };
}

type RecordChange = (action?: ActionChange) => void;
type StateMethods = Pick<
  RunStore,
  "insertRun" | "replaceRun" | "readRun" | "readOpenRun" | "readOpenRuns" | "readRuns" | "readRunsVersion"
>;

function stateMethods(contents: MemoryRuns, recordChange: RecordChange): StateMethods {
  const { runs, stopped } = contents;
  return {
    insertRun: async ({ run, action, automatic = false }) => {
      const stop = automatic ? stopped.get(run.key) : undefined;
      if (stop !== undefined) return { kind: "stopped", by: stop.by };
      const open = openRuns(contents).find(({ key }) => key === run.key);
      if (open !== undefined) return { kind: "refused", open };
      const inserted = { ...run, revision: 1, portBlock: lowestFreeBlock(contents) };
      runs.set(run.id, inserted);
      stopped.delete(run.key);
      recordChange(action);
      return { kind: "inserted", run: inserted };
    },
    replaceRun: async ({ run, limits, action, stopped: stop }) => {
      const obstacle = obstacleTo(contents, run, limits);
      if (obstacle !== null) return obstacle;
      if (limits !== undefined) stopped.delete(run.key);
      if (stop !== undefined) keepStopped(stopped, stop);
      const replaced = { ...run, revision: run.revision + 1 };
      runs.set(run.id, replaced);
      recordChange(action);
      return { kind: "replaced", run: replaced };
    },
    readRun: async (id) => runs.get(id) ?? null,
    readOpenRun: async (key) => openRuns(contents).find((run) => run.key === key) ?? null,
    readOpenRuns: async () => openRuns(contents),
    readRuns: async ({ key, beforeId, limit }) => {
      const inOrder = [...runs.values()];
      const end = beforeId === undefined ? inOrder.length : inOrder.findIndex(({ id }) => id === beforeId);
      return inOrder
        .slice(0, Math.max(0, end))
        .filter((run) => key === undefined || run.key === key)
        .reverse()
        .slice(0, limit);
    },
    readRunsVersion: async () => contents.version,
  };
}

function keepStopped(stopped: MemoryRuns["stopped"], stop: StoppedTask): void {
  stopped.set(stop.key, stop);
  const newestFirst = [...stopped.values()].sort((a, b) => b.atMs - a.atMs || compareText(a.key, b.key));
  for (const { key } of newestFirst.slice(STOPPED_TASKS_KEEP_COUNT)) stopped.delete(key);
}

function openRuns({ runs }: MemoryRuns): Run[] {
  return [...runs.values()].filter(({ state }) => state !== "closed");
}

function lowestFreeBlock(contents: MemoryRuns): number {
  const taken = new Set(openRuns(contents).map(({ portBlock }) => portBlock));
  let block = 0;
  while (taken.has(block)) block += 1;
  return block;
}

/** Why a run may not be replaced; null when it may. */
function obstacleTo(
  contents: MemoryRuns,
  { id, revision, owner }: Run,
  limits: StartLimits | undefined,
): RunReplacement | null {
  if (contents.runs.get(id)?.revision !== revision) return { kind: "conflict" };
  if (limits === undefined) return null;
  if (contents.pause !== null) return { kind: "held", by: "pause" };
  const others = openRuns(contents).filter(
    (run) => isLive(run) && run.kind === "supervised" && run.id !== id,
  );
  const onHost = others.filter(({ host }) => host === limits.host).length;
  if (onHost >= limits.perHost) return { kind: "held", by: "host" };
  const ofOwner = others.filter((run) => run.owner === owner).length;
  return ofOwner >= limits.perOwner ? { kind: "held", by: "owner" } : null;
}

type AttentionMethods = Omit<RunStore, keyof StateMethods>;

function attentionMethods(contents: MemoryRuns, recordChange: RecordChange): AttentionMethods {
  const { acknowledgements } = contents;
  return {
    readStoppedTasks: async () => [...contents.stopped.values()].sort((a, b) => compareText(a.key, b.key)),
    readPause: async () => contents.pause,
    writePause: async ({ pause, action }) => {
      if (pause === null && contents.pause === null) return;
      contents.pause = pause;
      recordChange(action);
    },
    readKindHolds: async () => [...contents.kindHolds.values()].sort((a, b) => compareText(a.kind, b.kind)),
    writeKindHold: async (hold) => {
      contents.kindHolds.set(hold.kind, hold);
      recordChange();
    },
    dropKindHold: async (kind) => {
      if (contents.kindHolds.delete(kind)) recordChange();
    },
    readAcknowledgements: async () => [...acknowledgements.values()].sort(byKeyAndCode),
    writeAcknowledgement: async ({ acknowledgement, action }) => {
      acknowledgements.set(nameOf(acknowledgement), acknowledgement);
      recordChange(action);
    },
    dropAcknowledgement: async ({ key, code, action }) => {
      if (acknowledgements.delete(nameOf({ key, code }))) recordChange(action);
    },
  };
}

function nameOf({ key, code }: { readonly key: string; readonly code: string }): string {
  return `${code} ${key}`;
}

function byKeyAndCode(a: Acknowledgement, b: Acknowledgement): number {
  return compareText(a.key, b.key) || compareText(a.code, b.code);
}

export function pruneRuns(contents: MemoryRuns, nowMs: number): void {
  const { runs, acknowledgements } = contents;
  const sizeBefore = runs.size + acknowledgements.size;
  const closed = [...runs.values()]
    .filter(({ state }) => state === "closed")
    .sort((a, b) => a.sinceMs - b.sinceMs);
  closed.forEach(({ id, sinceMs }, at) => {
    const isBeyond = at < closed.length - RUNS_KEEP_COUNT;
    if (isBeyond || sinceMs < nowMs - RUNS_KEEP_MS) runs.delete(id);
  });
  for (const [name, { untilMs }] of acknowledgements) {
    if (untilMs !== null && untilMs < nowMs - ACKNOWLEDGEMENTS_KEEP_MS) acknowledgements.delete(name);
  }
  const oldestFirst = [...acknowledgements].sort(([, a], [, b]) => a.atMs - b.atMs || byKeyAndCode(a, b));
  const beyond = oldestFirst.slice(0, Math.max(0, oldestFirst.length - ACKNOWLEDGEMENTS_KEEP_COUNT));
  for (const [name] of beyond) acknowledgements.delete(name);
  if (runs.size + acknowledgements.size < sizeBefore) contents.version += 1;
}
