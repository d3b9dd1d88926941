// The person of the night: answers some questions and raises some budgets, each after the time that the plan gives them.

import { answerQuestion } from "../../src/app/runs/requests/message-worker.ts";
import { raiseRunBudget } from "../../src/app/runs/requests/raise-budget.ts";
import { hasEnded, type Run } from "../../src/core/contract/run.ts";
import { openQuestion } from "../../src/core/run/open-question.ts";
import type { NightWorld } from "./night-world.ts";
import type { Step } from "./planned-tasks.ts";

const NAME = "dave";

/** What they would have done by now. */
export async function actAsPerson(world: NightWorld): Promise<void> {
  if (world.isOff) return;
  for (const run of await world.booted.store.readOpenRuns()) {
    await answer(world, run);
    await raise(world, run);
  }
}

async function answer(world: NightWorld, run: Run): Promise<void> {
  const question = openQuestion(run);
  if (question === null) return;
  const asks = (step: Step) => step.kind === "ask" && step.text === question.text;
  const { steps } = world.taskOf(run.key);
  const step = steps.find(asks) ?? steps.find(({ kind }) => kind === "loop");
  if (step?.kind !== "ask" && step?.kind !== "loop") {
    world.recorder.wrong(`${run.key}: it asks what none of its steps does: ${question.text}`);
    return;
  }
  if (step.answerMs === null || world.time.clock.wallMs() < question.askedAtMs + step.answerMs) return;
  const text = step.kind === "ask" ? (step.choices[0] ?? "") : "Continue";
  await answerQuestion(world.booted.runs, run, { text, by: NAME, number: question.number });
}

async function raise(world: NightWorld, run: Run): Promise<void> {
  const { reached } = run.budget;
  if (reached === null || !hasEnded(run)) return;
  const step = world.taskOf(run.key).steps.find(({ kind }) => kind === "burn");
  if (step?.kind !== "burn") {
    world.recorder.wrong(`${run.key}: it was stopped for its budget, which none of its steps uses up`);
    return;
  }
  if (step.raiseMs === null || world.time.clock.wallMs() < reached.atMs + step.raiseMs) return;
  const raised = await raiseRunBudget(world.booted.runs, run, { by: NAME });
  if (raised.kind === "refused")
    world.recorder.wrong(`${run.key}: its budget cannot be raised: ${raised.message}`);
  else world.notes.raised(run.key);
}
