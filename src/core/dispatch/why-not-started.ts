// What keeps one task from being started, whatever the others do: it is not in the queue, or it waits for a person.

import { budgetText } from "../budget/budget-words.ts";
import { isUsedUp } from "../budget/judge-budget.ts";
import { isDue } from "../contract/run.ts";
import type { Dispatch, RunView } from "../contract/run-view.ts";
import type { TaskRow } from "../contract/snapshot.ts";
import { unreadableProblem, whyNotStarted } from "../problems/unreadable-file.ts";
import type { SlotUse } from "../records/slot-time.ts";
import { listed } from "../text/listed.ts";
import { workerFor } from "./fallback.ts";

export type Hold = {
  /** Of its row. */
  readonly reason: string;
  /** What a free slot counts as while this task waits. */
  readonly use: SlotUse;
};

/** It may be in the queue. */
export function isCandidate({ base_group: group, run }: TaskRow): boolean {
  return group === "ready" || run?.state === "queued";
}

/** What keeps a task out of the queue, beside the time of a retry. */
export function whyBarred(row: TaskRow, dispatch: Dispatch): Hold | null {
  const { run, dependencies } = row;
  const unreadable = unreadableProblem(row.problems);
  if (unreadable !== null) return hold("blocked", whyNotStarted(unreadable));
  const open = dependencies
    .filter(({ state }) => state !== "finished")
    .map(({ key, reference }) => key ?? reference);
  if (run?.state === "queued") return open.length > 0 ? hold("waiting", `waits for ${listed(open)}`) : null;
  if (run !== null) return NEXT_ATTEMPT;
  const stopped = Object.hasOwn(dispatch.stopped, row.key) ? dispatch.stopped[row.key] : undefined;
  if (stopped !== undefined)
    return hold("blocked", `stopped by ${stopped.by}; not started automatically until you kick it off`);
  if (!dispatch.automatic) return hold("not_automatic", "automatic start is off");
  const obstacle = Object.hasOwn(dispatch.barred, row.key) ? dispatch.barred[row.key] : undefined;
  if (obstacle !== undefined) return hold("blocked", `cannot be started: ${obstacle}`);
  const signal = row.signals.find(({ code }) => BARRING.has(code));
  return signal === undefined ? null : hold("blocked", `not started automatically: ${signal.sentence}`);
}

export const hold = (use: SlotUse, reason: string): Hold => ({ use, reason });

export const NEXT_ATTEMPT = hold("waiting", "waits for its next attempt");

/** A queued run whose next attempt has a time, which has not come. */
export function isNotDue({ run }: Pick<TaskRow, "run">, nowMs: number): boolean {
  return run?.state === "queued" && !isDue(timesOf(run), nowMs);
}

function timesOf({ not_before: notBefore, since, held }: RunView) {
  const notBeforeMs = notBefore === null ? null : Date.parse(notBefore);
  return { notBeforeMs, sinceMs: Date.parse(since), held };
}

/** Signals of a task whose file is unreliable: only a person may start it. */
const BARRING: ReadonlySet<string> = new Set(["invalid_task", "unknown_owner", "dependency_cycle"]);

/** What keeps it waiting until a person does something. */
export function whyBlocked(row: TaskRow, dispatch: Dispatch): Hold | null {
  const { pause, untrusted, held } = dispatch;
  if (untrusted.length > 0) return hold("blocked", "settings of this repository wait for `tasks trust`");
  if (pause !== null) return hold("paused", `starts are paused by ${pause.by}`);
  if (!dispatch.configured) return hold("blocked", "no worker is configured");
  const budget = row.run?.budget ?? null;
  if (budget !== null && isUsedUp(budget))
    return hold("budget", `its budget is used up: ${budgetText(budget)}`);
  const { worker: name } = workerFor(row, dispatch);
  return Object.hasOwn(held, name) ? hold("blocked", `its worker waits: ${held[name]}`) : null;
}
