import type { Command, CommandContext } from "../../contract/command.ts";
import { FORMAT, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { asJson, printLines } from "../../contract/print-result.ts";
import { noteStale } from "../../print/snapshot-head.ts";
import { taskFactLines } from "../../print/task-facts.ts";
import { terminalBlock } from "../../print/terminal-text.ts";
import { findTask } from "../../repository/find-task.ts";
import { openRepository } from "../../repository/open-repository.ts";
import { taskBody } from "../../repository/task-body.ts";

/** Longer than any task written by hand; the rest can be read in the file itself (P14). */
const TEXT_LINES_MAX = 400;

export const command: Command = {
  insideRun: "allowed",
  arguments: [TASK_ARGUMENT],
  description: "Prints what the task's page shows, from the newest snapshot and from its one file.",
  flags: [REPO, FORMAT],
  examples: [{ line: "tasks show add-strict-owner-validation", does: "one task" }],
  run: show,
};

async function show(context: CommandContext): Promise<void> {
  const opened = await openRepository(context);
  const { output, system, argument } = opened;
  const { row, milestone, file, freshness } = await findTask(opened, argument ?? "");
  noteStale(output, freshness);
  const text = taskBody(file);
  const lines = text.split("\n");
  const layout = { nowMs: system.clock.wallMs(), style: output.resultStyle, milestone };
  printLines(opened, { freshness, task: row, text: file.kind === "text" ? text : null }, [
    ...taskFactLines(row, layout),
    `\n${terminalBlock(lines.slice(0, TEXT_LINES_MAX).join("\n"))}`,
  ]);
  if (lines.length > TEXT_LINES_MAX && !asJson(opened))
    output.note(`${TEXT_LINES_MAX} of ${lines.length} lines are shown; the rest is in ${row.file}`);
}
