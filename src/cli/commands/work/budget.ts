import { raiseRunBudget } from "../../../app/runs/requests/raise-budget.ts";
import { actorOf } from "../../contract/actor.ts";
import type { Command } from "../../contract/command.ts";
import { accepted, usage } from "../../contract/errors.ts";
import { AS, FORMAT, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { printResult } from "../../contract/print-result.ts";
import { awaitRunner } from "../../repository/await-runner.ts";
import { requireOpenRun } from "../../repository/find-task.ts";
import { type OpenedRuns, withRuns } from "../../repository/open-runs.ts";

export const command: Command = {
  insideRun: "refused",
  arguments: [{ name: "raise", required: true, description: "the word raise" }, TASK_ARGUMENT],
  description:
    "Gives a run another whole budget, as the settings have it (`budget.run_usd` and the others). A run that was stopped for it continues in its session.",
  flags: [REPO, AS, FORMAT],
  examples: [{ line: "tasks budget raise fix-ci", does: "as much again as it had" }],
  run: (context) => withRuns(context, raise),
};

async function raise(opened: OpenedRuns): Promise<void> {
  const { runs, arguments: words } = opened;
  const [verb, name] = words;
  if (verb !== "raise" || name === undefined)
    throw usage("`tasks budget` raises the budget of a run.", "tasks budget raise fix-ci");
  const run = await requireOpenRun(runs.store, name);
  const { run: raised } = accepted(await raiseRunBudget(runs, run, { by: actorOf(opened) }));
  await awaitRunner(opened, runs.store);
  const { raises } = raised.budget;
  printResult(
    opened,
    { task: run.key, run: raised.id, raises },
    `${run.key}: its budget was raised; it is ${raises + 1} times what the settings say`,
  );
}
