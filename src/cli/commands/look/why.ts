import type { Command, CommandContext } from "../../contract/command.ts";
import { FORMAT, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { printLines } from "../../contract/print-result.ts";
import { explanationLines } from "../../print/explanation.ts";
import { noteStale } from "../../print/snapshot-head.ts";
import { explainTask } from "../../repository/find-task.ts";
import { openRepository } from "../../repository/open-repository.ts";

export const command: Command = {
  insideRun: "allowed",
  arguments: [TASK_ARGUMENT],
  description:
    "Prints the rule that matched, the rules before it that did not, and the facts they looked at.",
  flags: [REPO, FORMAT],
  examples: [{ line: "tasks why cut-ci-time-below-six-minutes", does: "why it is not ready" }],
  run: why,
};

async function why(context: CommandContext): Promise<void> {
  const opened = await openRepository(context);
  const { output, system, argument } = opened;
  const { row, freshness, explanation } = await explainTask(opened, argument ?? "");
  noteStale(output, freshness);
  const layout = { nowMs: system.clock.wallMs(), style: output.resultStyle };
  printLines(opened, { freshness, ...explanation }, explanationLines(row, explanation, layout));
}
