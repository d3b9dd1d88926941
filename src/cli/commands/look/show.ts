import { assertNever } from "../../../core/values/assert-never.ts";
import type { TreeRead } from "../../../ports/tree/tree-reader.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { FORMAT, REPO, TASK_ARGUMENT } from "../../contract/flags.ts";
import { asJson, printLines } from "../../contract/print-result.ts";
import { noteStale } from "../../print/snapshot-head.ts";
import { taskFactLines } from "../../print/task-facts.ts";
import { terminalBlock } from "../../print/terminal-text.ts";
import { findTask } from "../../repository/find-task.ts";
import { openRepository } from "../../repository/open-repository.ts";

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
  const text = bodyOf(file);
  const lines = text.split("\n");
  const layout = { nowMs: system.clock.wallMs(), style: output.resultStyle, milestone };
  printLines(opened, { freshness, task: row, text: file.kind === "text" ? text : null }, [
    ...taskFactLines(row, layout),
    `\n${terminalBlock(lines.slice(0, TEXT_LINES_MAX).join("\n"))}`,
  ]);
  if (lines.length > TEXT_LINES_MAX && !asJson(opened))
    output.note(`${TEXT_LINES_MAX} of ${lines.length} lines are shown; the rest is in ${row.file}`);
}

/** The text below the front matter, or a sentence that says why there is none. */
function bodyOf(file: TreeRead): string {
  switch (file.kind) {
    case "text":
      return file.text.replace(/^\uFEFF?---\r?\n[\s\S]*?\n---\r?(\n|$)/, "").trim();
    case "missing":
      return "The file has been deleted since the snapshot.";
    case "refused":
      return `The file is not shown: ${REFUSALS[file.reason]}.`;
    default:
      return assertNever(file);
  }
}

const REFUSALS = {
  outside: "it lies outside tasks/",
  link: "it is a link, and links are not followed",
  too_large: "it is too large",
  not_a_file: "it is not an ordinary file",
  unreadable: "it cannot be read",
} as const;
