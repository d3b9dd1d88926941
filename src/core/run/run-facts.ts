// What a cycle knows of runs: an input of snapshots, like the parsed tree.

import type { AgentActivity } from "../agent/activity/agent-activity.ts";
import type { Acknowledgement } from "../contract/acknowledgement.ts";
import type { Run } from "../contract/run.ts";
import type { Dispatch } from "../contract/run-view.ts";
import { type BudgetLimits, NO_LIMITS } from "../costs/budget-limits.ts";
import type { Sleep } from "../records/slot-time.ts";
import type { Progress } from "./judge-progress.ts";
import type { CheckedOut, RunObservation, WorktreeDiff } from "./observation.ts";

/** One open run in this cycle; the same object from cycle to cycle while nothing about it changed. */
export type RunFacts = {
  readonly run: Run;
  readonly progress: Progress | null;
  readonly seen: Pick<RunObservation, "worktreeExists" | "drifted" | "leftRunning"> & {
    readonly commits: number | null;
    /** See RunObservation. */
    readonly checkedOut: CheckedOut | null;
    readonly lastLine: string | null;
    /** What its agent says it does (run-activity.ts). */
    readonly activity: AgentActivity | null;
    /** Of its worktree; `atMs`: when git was asked. */
    readonly diff: (WorktreeDiff & { readonly atMs: number }) | null;
    /** Megabytes of its worktree; null if that was not measured. */
    readonly diskMb: number | null;
    /** What is checked out in its worktree. */
    readonly branch: string | null;
    readonly head: string | null;
    /** When its host slept since it was queued; oldest first. */
    readonly asleep: readonly Sleep[];
  };
};

/** The same object while nothing in it changed. */
export type RunsInput = {
  /** Open runs by task. */
  readonly byKey: ReadonlyMap<string, RunFacts>;
  readonly acknowledgementsByKey: ReadonlyMap<string, readonly Acknowledgement[]>;
  readonly dispatch: Dispatch;
  readonly attemptsMax: number;
  /** Tasks that may wait for review before no new one starts; null: any number. */
  readonly reviewsMax: number | null;
  /** The same object while the settings are. */
  readonly budget: BudgetLimits;
  /** A clock jumped or the machine slept: silence does not count between these ISO times. */
  readonly jump: { readonly since: string; readonly until: string } | null;
};

export const NOTHING_SEEN: RunFacts["seen"] = {
  worktreeExists: null,
  drifted: false,
  leftRunning: [],
  commits: null,
  checkedOut: null,
  lastLine: null,
  activity: null,
  diff: null,
  diskMb: null,
  branch: null,
  head: null,
  asleep: [],
};

/** No runs: for tests, and for checks of files alone. */
export const NO_RUNS: RunsInput = {
  byKey: new Map(),
  acknowledgementsByKey: new Map(),
  dispatch: {
    automatic: false,
    pause: null,
    host: "",
    configured: false,
    live: 0,
    elsewhere: 0,
    per_host: 0,
    per_owner: 0,
    stopped: {},
    barred: {},
    default_worker: null,
    fallbacks: {},
    held: {},
    pauses: [],
    windows: [],
    holds: [],
    room: null,
    untrusted: [],
  },
  attemptsMax: 0,
  reviewsMax: null,
  budget: NO_LIMITS,
  jump: null,
};
