// The person of the night: answers some questions and raises some budgets, each after the time that the plan gives them.

import { answerQuestion } from "../../src/app/runs/requests/message-worker.ts";
import { raiseRunBudget } from "../../src/app/runs/requests/raise-budget.ts";
import { hasEnded, type Run } from "../../src/core/contract/run.ts";
import { openQuestion } from "../../src/core/run/open-question.ts";
import type { NightWorld } from "./night-world.ts";
import type { AskStep, LoopStep, PlannedTask } from "./planned-tasks.ts";

const NAME = "dave";

/** What they would have done by now. */
export async function actAsPerson(world: NightWorld): Promise<void> {
  if (world.isOff) return;
  for (const run of await world.booted.store.readOpenRuns()) {
    await answer(world, run);
    await raise(world, run);
  }
}

/** Whether anything is left that they will do, or that is decided without them. */
export async function hasToAct(world: NightWorld): Promise<boolean> {
  const runs = await world.booted.store.readOpenRuns();
  return runs.some((run) => {
    const task = world.taskOf(run.key);
    const step = askedBy(task, run);
    const question = openQuestion(run);
    if (question !== null) return question.fallback !== null || step?.answerMs != null;
    return run.budget.reached !== null && raiseMs(task) !== null;
  });
}

async function answer(world: NightWorld, run: Run): Promise<void> {
  const question = openQuestion(run);
  if (question === null) return;
  const step = askedBy(world.taskOf(run.key), run);
  if (step === null) {
    world.recorder.wrong(`${run.key}: it asks what none of its steps does: ${question.text}`);
    return;
  }
  if (step.answerMs === null || world.time.clock.wallMs() < question.askedAtMs + step.answerMs) return;
  const text = step.kind === "ask" ? (step.choices[0] ?? "") : "Continue";
  await answerQuestion(world.booted.runs, run, { text, by: NAME, number: question.number });
}

/** What asks the question that is open. */
function askedBy({ steps }: PlannedTask, run: Run): AskStep | LoopStep | null {
  const text = openQuestion(run)?.text;
  const asks = steps.find((step) => step.kind === "ask" && step.text === text);
  const step = asks ?? steps.find(({ kind }) => kind === "loop");
  return step?.kind === "ask" || step?.kind === "loop" ? step : null;
}

function raiseMs({ steps }: PlannedTask): number | null {
  const step = steps.find(({ kind }) => kind === "burn");
  return step?.kind === "burn" ? step.raiseMs : null;
}

async function raise(world: NightWorld, run: Run): Promise<void> {
  const { reached } = run.budget;
  if (reached === null || !hasEnded(run)) return;
  if (!world.taskOf(run.key).steps.some(({ kind }) => kind === "burn"))
    world.recorder.wrong(`${run.key}: it was stopped for its budget, which none of its steps uses up`);
  const afterMs = raiseMs(world.taskOf(run.key));
  if (afterMs === null || world.time.clock.wallMs() < reached.atMs + afterMs) return;
  const raised = await raiseRunBudget(world.booted.runs, run, { by: NAME });
  if (raised.kind === "refused")
    world.recorder.wrong(`${run.key}: its budget cannot be raised: ${raised.message}`);
  else world.notes.raised(run.key);
}
