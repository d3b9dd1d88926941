// The one table of signals: what each code means, its tier, its sentence and the evidence behind it. docs/signals.md is
// printed from here. Sentences and evidence hold thresholds and times, never ages: a signal changes only when a fact does.

import { quote } from "../quote.ts";
import type { SignalCode } from "./signal.ts";

export type Evidence = Readonly<Record<string, string>>;

export type SignalKind = {
  /** Which tier, in words. */
  readonly tier: string;
  readonly means: string;
  /** Names of the evidence, each with what it holds. */
  readonly evidence: Readonly<Record<string, string>>;
  readonly sentence: (evidence: Evidence) => string;
  /** Evidence as it may look, for the docs. */
  readonly example: Evidence;
};

const FILE_EVIDENCE = { file: "the task's file", line: "where in it, when there is one line" } as const;

export const SIGNAL_TABLE: Readonly<Record<SignalCode, SignalKind>> = {
  invalid_task: {
    tier: "2",
    means: "The task's file cannot be relied on.",
    evidence: {
      ...FILE_EVIDENCE,
      problem: "code of the first problem",
      message: "its message",
      more: "further errors in the file",
    },
    sentence: ({ line, message, more }) =>
      `${line === undefined ? "" : `Line ${line}: `}${message ?? ""}${more === undefined ? "" : ` (and ${more} more)`}`,
    example: {
      file: "tasks/workstreams/infra/tasks/fix-ci.md",
      line: "4",
      problem: "bad_yaml",
      message: "The list is never closed.",
    },
  },
  unknown_owner: {
    tier: "2",
    means: "The owner is no person, alias or role, or a role that leads to nobody.",
    evidence: { ...FILE_EVIDENCE, owner: "as written", role: "`unfilled` for a role that leads to nobody" },
    sentence: ({ owner = "", role }) =>
      role === undefined
        ? `The owner ${quote(owner)} is not known under tasks/team/`
        : `The owner ${quote(owner)} is a role that leads to nobody`,
    example: { file: "tasks/workstreams/infra/tasks/fix-ci.md", line: "6", owner: "zoe" },
  },
  dependency_missing: {
    tier: "2",
    means: "A dependency does not exist, or could mean several tasks.",
    evidence: {
      ...FILE_EVIDENCE,
      references: "as written",
      ambiguous: "`yes` when they exist, but could mean several tasks",
      candidates: "keys they could mean, or that look like them",
      count: "how many references, when more than one",
    },
    sentence: ({ references, ambiguous, candidates, count }) => {
      if (ambiguous !== undefined) return `Depends on ${references}, which could mean ${candidates}`;
      return `Depends on ${references}, which ${count === undefined ? "does" : "do"} not exist`;
    },
    example: {
      file: "tasks/workstreams/infra/tasks/fix-ci.md",
      line: "7",
      references: "fix-the-thing",
      candidates: "fix-a-thing",
    },
  },
  dependency_cycle: {
    tier: "2",
    means: "The task waits for itself, through tasks that are all open.",
    evidence: {
      ...FILE_EVIDENCE,
      cycle: "keys in order of dependency",
      size: "tasks that wait for each other",
    },
    sentence: ({ cycle, size }) =>
      cycle === undefined
        ? `One of ${size} tasks that wait for each other in a circle`
        : `Waits for itself: ${cycle}`,
    example: { file: "tasks/workstreams/infra/tasks/a.md", line: "7", cycle: "a → b → a", size: "2" },
  },
  dependency_cancelled: {
    tier: "2",
    means: "A dependency was cancelled, so the task would wait for ever.",
    evidence: { ...FILE_EVIDENCE, dependencies: "keys of the cancelled tasks" },
    sentence: ({ dependencies }) => `Waits for a cancelled task: ${dependencies}`,
    example: { file: "tasks/workstreams/infra/tasks/fix-ci.md", line: "7", dependencies: "fix-the-thing" },
  },
  pickup_overdue: {
    tier: "1 from half of `thresholds.pickup_overdue_hours`, 2 from all of it",
    means: "The task has been ready for long and nobody started it.",
    evidence: { since: "when it became ready", threshold: "how long is too long" },
    sentence: ({ threshold }) => `Ready for over ${threshold} and not picked up`,
    example: { since: "2026-03-23T09:00:00.000Z", threshold: "24 h" },
  },
  stuck_in_progress: {
    tier: "1 from half of `thresholds.stuck_in_progress_hours`, 2 from all of it",
    means: "The task is in progress and its file has not changed for long.",
    evidence: { since: "when the file last changed", threshold: "how long is too long" },
    sentence: ({ threshold }) => `In progress and unchanged for over ${threshold}`,
    example: { since: "2026-03-20T09:00:00.000Z", threshold: "72 h" },
  },
  detector_doubt: {
    tier: "1",
    means:
      "So many tasks turned overdue or stuck in one update that the detector is doubted before the tasks are.",
    evidence: {
      signal: "the code held back",
      group: "the group it is about",
      tasks: "tasks whose signals are held back",
      group_size: "tasks in the group",
      doubt_percent: "share of the group that raises the doubt",
      until: "when the detector is believed after all",
    },
    sentence: ({ signal, group, tasks, group_size: size }) =>
      `${tasks} of ${size} ${group} tasks turned ${signal === "pickup_overdue" ? "overdue" : "stuck"} in one update: is the clock right? Their signals are held back`,
    example: {
      signal: "pickup_overdue",
      group: "ready",
      tasks: "12",
      group_size: "30",
      doubt_percent: "20",
      until: "2026-03-24T13:00:00.000Z",
    },
  },
};
