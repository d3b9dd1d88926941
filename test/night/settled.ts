// What must be true once a night's work is over, whatever went wrong in between: each task is ready for review, or says what it
// needs; what failed through no fault of a task's does not count against it.

import type { Run } from "../../src/core/contract/run.ts";
import type { ServedSnapshot, TaskRow } from "../../src/core/contract/snapshot.ts";
import { hasToAct } from "./night-person.ts";
import type { NightWorld } from "./night-world.ts";
import type { PlannedTask } from "./planned-tasks.ts";

export async function isSettled(world: NightWorld): Promise<boolean> {
  const { plan, booted } = world;
  const rows = await Promise.all(plan.tasks.map(({ slug }) => booted.store.readRow(slug)));
  if (await hasToAct(world)) return false;
  return rows.every((row) => row?.group === "in_review" || row?.group === "needs_attention");
}

/** Each broken promise as a sentence. */
export async function afterwards(world: NightWorld, status: ServedSnapshot): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const task of world.plan.tasks) {
    const run = await world.booted.store.readOpenRun(task.slug);
    const row = status.tasks.find(({ key }) => key === task.slug);
    const found = run === null || row === undefined ? ["it has no run"] : ofTask(world, { task, run, row });
    wrong.push(...found.map((what) => `${task.slug}: ${what}`));
  }
  return wrong;
}

type Settled = { readonly task: PlannedTask; readonly run: Run; readonly row: TaskRow };

function ofTask(world: NightWorld, settled: Settled): readonly string[] {
  const { task, run, row } = settled;
  const wrong: string[] = [];
  if ((row.group !== "in_review" && row.group !== "needs_attention") || row.reason === "")
    wrong.push(`in the morning it is ${row.group}: ${row.reason}`);
  const counted = run.attempts.filter(({ spared, end }) => !spared && isFailure(end)).length;
  const own = world.recorder.failuresOf(task.slug);
  if (counted > own) wrong.push(`${counted} attempts failed, ${own} by its own fault`);
  return [...wrong, ...ofSpecial(world, settled)];
}

function isFailure(end: Run["attempts"][number]["end"]): boolean {
  if (end.kind === "exited") return end.code !== 0 || end.unfinished !== undefined;
  return end.kind === "signalled" || end.kind === "not_started" || end.kind === "lost";
}

/** What a worker did that someone or something must have stopped. */
function ofSpecial({ recorder, notes }: NightWorld, { task, run, row }: Settled): readonly string[] {
  // Its set-up failed three times for it alone: it never came so far.
  if (run.state === "failed" && recorder.failuresOf(task.slug) >= run.failuresInRow) return [];
  const isFinished = recorder.finished.has(task.slug);
  const needsPerson = (code: string) =>
    row.group === "needs_attention" && row.signals.some((signal) => signal.code === code);
  return task.steps.flatMap((step): readonly string[] => {
    switch (step.kind) {
      case "loop":
        if (step.answerMs !== null)
          return isFinished ? [] : ["its loop was answered, and it never continued"];
        return needsPerson("needs_answer") && run.question?.text.includes("repeat") === true
          ? []
          : [`it loops, and its row says ${row.reason}`];
      case "burn":
        if (step.raiseMs !== null) return isFinished ? [] : ["its budget was raised, and it never continued"];
        return needsPerson("budget_reached") ? [] : [`its budget is used up, and its row says ${row.reason}`];
      case "ask":
        if (step.answerMs === null && step.fallback === null)
          return needsPerson("needs_answer") ? [] : [`it asks, and its row says ${row.reason}`];
        if (!isFinished) return ["its question was answered, and it never continued"];
        return notes.decidedAlone.has(task.slug) === row.reason.includes('decided alone: "eu"')
          ? []
          : [`it decided ${run.decidedAlone.length} times alone, and its row says ${row.reason}`];
      default:
        return [];
    }
  });
}
