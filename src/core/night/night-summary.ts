// What happened since a time: what landed, what waits for a person, what failed and why, what it cost, and where the slot hours
// went. Each number has its tasks, so that it can lead to them.

import type { ActivityEvent } from "../contract/activity.ts";
import type { AttemptSpared, Run, RunId } from "../contract/run.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { type CostSum, sumUsage } from "../costs/cost-sum.ts";
import { asleepWithin } from "../records/sleep.ts";
import type { Sleep, SlotSpan, SlotUses } from "../records/slot-time.ts";
import type { UsageRecord } from "../records/usage-record.ts";
import { describeAttempt, endWords } from "../run/attempt-end.ts";
import { HOUR_MS } from "../values/durations.ts";
import { type SlotStretch, slotHours, slotStretches } from "./slot-hours.ts";

export type NightInput = {
  readonly sinceMs: number;
  readonly nowMs: number;
  readonly rows: Iterable<TaskRow>;
  /** Since `sinceMs`, in any order. */
  readonly transitions: readonly ActivityEvent[];
  /** All that may have an attempt in that time. */
  readonly runs: readonly Run[];
  readonly usage: readonly UsageRecord[];
  readonly spans: readonly SlotSpan[];
  readonly sleeps: readonly Sleep[];
  /** This machine, and its slots where no span says how many there were. */
  readonly host: string;
  readonly slots: number;
  /** `cycle.interval_s` of its runner. */
  readonly cycleS: number;
};

/** Keys of tasks. */
type Keys = readonly string[];
export type Cause = {
  readonly words: string;
  readonly keys: Keys;
  readonly attempts: number;
  /** The attempts themselves, the newest first. */
  readonly ended: readonly EndedAttempt[];
};

export type EndedAttempt = {
  readonly run: RunId;
  readonly key: string;
  readonly number: number;
  readonly endedAtMs: number;
};

export type NightSummary = {
  readonly sinceMs: number;
  readonly nowMs: number;
  readonly landed: Keys;
  readonly inReview: Keys;
  readonly needsYou: Keys;
  /** Attempts that failed, by cause; the most first. */
  readonly failed: readonly Cause[];
  /** Attempts that did not count. */
  readonly spared: readonly Cause[];
  readonly cost: CostSum;
  /** Milliseconds by use, and when. */
  readonly slots: SlotUses;
  readonly stretches: readonly SlotStretch[];
  readonly asleepMs: number;
};

export function summarizeNight(input: NightInput): NightSummary {
  const { sinceMs, nowMs, rows, usage, sleeps } = input;
  const moved = new Set(
    input.transitions.flatMap((event) =>
      event.kind === "moved" && event.atMs >= sinceMs && event.from !== null ? [event.key] : [],
    ),
  );
  const all = [...rows];
  const keysIn = (group: TaskRow["group"]) =>
    all.filter((row) => row.group === group && moved.has(row.key)).map(({ key }) => key);
  const ended = attemptsSince(input);
  return {
    sinceMs,
    nowMs,
    landed: keysIn("done"),
    inReview: keysIn("in_review"),
    needsYou: all.filter(({ group }) => group === "needs_attention").map(({ key }) => key),
    failed: byCause(ended.filter(({ isFailure }) => isFailure)),
    spared: byCause(ended.filter(({ spared }) => spared !== null)),
    // The ledger is kept by the hour: the hour in which the time begins counts as a whole.
    cost: sumUsage(usage.filter(({ hourMs }) => hourMs > sinceMs - HOUR_MS)),
    slots: slotHours({ ...input, fromMs: sinceMs, toMs: nowMs }),
    stretches: slotStretches({ ...input, fromMs: sinceMs, toMs: nowMs }),
    asleepMs: asleepWithin(sleeps, sinceMs, nowMs),
  };
}

type Ended = EndedAttempt & {
  readonly words: string;
  readonly isFailure: boolean;
  readonly spared: AttemptSpared | null;
};

function attemptsSince({ runs, sinceMs, nowMs }: NightInput): readonly Ended[] {
  return runs.flatMap(({ id, key, attempts }) =>
    attempts
      .filter(({ endedAtMs }) => endedAtMs >= sinceMs && endedAtMs <= nowMs)
      .map((attempt): Ended => {
        const { end, number, endedAtMs, spared = null } = attempt;
        const isFailure = spared === null && end.kind !== "stopped" && !isClean(end);
        const words = shortened(endWords(describeAttempt(attempt)));
        return { run: id, key, number, endedAtMs, words, isFailure, spared };
      }),
  );
}

function isClean(end: Run["attempts"][number]["end"]): boolean {
  return end.kind === "exited" && end.code === 0 && end.unfinished === undefined;
}

/** The first line says what, or what the next one has; the rest is on the run's page. */
function shortened(words: string): string {
  const [first = "", second = ""] = words.split("\n").filter((each) => each.trim() !== "");
  const line = first.trimEnd().endsWith(":") ? `${first.trimEnd()} ${second.trim()}` : first;
  return line.length <= CAUSE_MAX ? line : `${line.slice(0, CAUSE_MAX - 1)}…`;
}

const CAUSE_MAX = 80;

function byCause(ended: readonly Ended[]): readonly Cause[] {
  return [...Map.groupBy(ended, ({ words }) => words)]
    .map(([words, found]) => ({
      words,
      keys: [...new Set(found.map(({ key }) => key))],
      attempts: found.length,
      ended: found
        .map(({ run, key, number, endedAtMs }) => ({ run, key, number, endedAtMs }))
        .sort((a, b) => b.endedAtMs - a.endedAtMs),
    }))
    .sort((a, b) => b.attempts - a.attempts || (a.words < b.words ? -1 : 1));
}
