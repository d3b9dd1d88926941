// `tasks why`: which rule put a task into its group, which ones before it did not match, and what they looked at.

import type { CommandContext } from "../../contract/command.ts";
import { explanationLines } from "../../print/explanation.ts";
import { noteStale } from "../../print/snapshot-head.ts";
import { jsonText } from "../../print/terminal-text.ts";
import { explainTask } from "../../repository/find-task.ts";
import { openRepositoryContext } from "../../repository/open-repository.ts";

/** Prints the rules in order, up to the one that matched, and the facts with their ages. */
export async function why(command: CommandContext): Promise<void> {
  const context = await openRepositoryContext(command);
  const { output, world, flags, argument } = context;
  const { row, freshness, explanation } = await explainTask(context, argument ?? "");
  noteStale(output, freshness);
  if (flags["format"] === "json") {
    output.result(jsonText({ freshness, ...explanation }));
    return;
  }
  const layout = { nowMs: world.clock.wallMs(), style: output.resultStyle };
  for (const line of explanationLines(row, explanation, layout)) output.result(line);
}
