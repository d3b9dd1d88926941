// `tasks show`: one task, as its page shows it, with the text of its file.

import { assertNever } from "../../../core/values/assert-never.ts";
import type { TreeRead } from "../../../ports/tree/tree-reader.ts";
import type { CommandContext } from "../../contract/command.ts";
import { noteStale } from "../../print/snapshot-head.ts";
import { taskFactLines } from "../../print/task-facts.ts";
import { jsonText, terminalBlock } from "../../print/terminal-text.ts";
import { findTask } from "../../repository/find-task.ts";
import { openRepositoryContext } from "../../repository/open-repository.ts";

/** Longer than any task that somebody wrote by hand; what is beyond can be read in the file itself (P14). */
const TEXT_LINES_MAX = 400;

/** Prints facts, then the file's text below its front matter. */
export async function show(command: CommandContext): Promise<void> {
  const context = await openRepositoryContext(command);
  const { output, world, flags, argument } = context;
  const { row, milestone, file, freshness } = await findTask(context, argument ?? "");
  noteStale(output, freshness);
  const text = bodyOf(file);
  if (flags["format"] === "json") {
    output.result(jsonText({ freshness, task: row, text: file.kind === "text" ? text : null }));
    return;
  }
  const layout = { nowMs: world.clock.wallMs(), style: output.resultStyle, milestone };
  for (const line of taskFactLines(row, layout)) output.result(line);
  const lines = text.split("\n");
  output.result(`\n${terminalBlock(lines.slice(0, TEXT_LINES_MAX).join("\n"))}`);
  if (lines.length > TEXT_LINES_MAX) {
    output.note(`${TEXT_LINES_MAX} of ${lines.length} lines are shown; the rest is in ${row.file}`);
  }
}

/** The text below the front matter, or a sentence that says why there is none. */
function bodyOf(file: TreeRead): string {
  switch (file.kind) {
    case "text":
      return file.text.replace(/^\uFEFF?---\r?\n[\s\S]*?\n---\r?(\n|$)/, "").trim();
    case "missing":
      return "The file is gone since the snapshot.";
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
  unreadable: "the system would not let it be read",
} as const;
