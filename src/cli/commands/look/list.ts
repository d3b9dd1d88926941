import type { Freshness, Snapshot } from "../../../core/contract/snapshot.ts";
import { skippedFiles } from "../../../core/problems/skipped-files.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { readLimit, textFlag } from "../../contract/flag-values.ts";
import { AFTER, FORMAT, LIMIT, OWNER, REPO } from "../../contract/flags.ts";
import { asJson } from "../../contract/print-result.ts";
import { noteFreshness, snapshotHead } from "../../print/snapshot-head.ts";
import { taskListLines } from "../../print/task-list.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { chooseOwner, requestedOwner } from "../../repository/choose-owner.ts";
import { openRepository } from "../../repository/open-repository.ts";
import { readTasks, withRunner } from "../../repository/open-runner.ts";
import { type TaskPage, taskPage } from "./task-page.ts";

export const command: Command = {
  insideRun: "allowed",
  description: "Prints tasks in the order of the page, each with the reason for its group.",
  flags: [
    REPO,
    OWNER,
    FORMAT,
    { usage: "--group <group>", description: 'only this group, such as ready or "needs you"' },
    LIMIT,
    AFTER,
  ],
  examples: [
    { line: "tasks list --group ready --owner dave", does: "what dave could start now" },
    { line: "tasks list --group needs_attention --format json", does: "what needs a person, for a program" },
  ],
  run: list,
};

/** Prints one page of the list; what was cut and how to continue is said on stderr, and in JSON as `next`. */
async function list(context: CommandContext): Promise<void> {
  const limit = readLimit(context.flags);
  const opened = await openRepository(context);
  const { output, flags, system } = opened;
  const { snapshot: everyones, freshness } = await withRunner(opened, (runner) => readTasks(opened, runner));
  const snapshot = chooseOwner(everyones, requestedOwner(opened.loaded));
  const page = taskPage(snapshot, {
    group: textFlag(flags, "group"),
    after: textFlag(flags, "after"),
    limit,
  });
  noteFreshness(output, snapshot, freshness);
  if (asJson(opened)) {
    output.result(jsonText(listRecord(snapshot, freshness, page)));
    return;
  }
  const nowMs = system.clock.wallMs();
  output.result(snapshotHead(snapshot, freshness, nowMs));
  const layout = { nowMs, style: output.resultStyle, columns: output.resultColumns };
  for (const line of taskListLines(page.groups, layout)) output.result(line);
  const skipped = skippedFiles(snapshot.problems);
  if (page.total === 0) output.result(skipped.length === 0 ? "\nNo tasks." : "\nNo tasks could be read:");
  for (const { message, hint } of skipped) {
    const line = terminalText(`${message} ${hint}`);
    if (page.total === 0) output.result(`  ${line}`);
    else output.note(line);
  }
  if (page.next !== null) {
    output.note(
      `\n${page.shown} of ${page.total} tasks are shown; continue with --after ${terminalText(page.next)}`,
    );
  }
}

/** The keys of /status.json, for the tasks of this page only. */
function listRecord(snapshot: Snapshot, freshness: Freshness, page: TaskPage): object {
  const { schema_version, repository, owner, seq, epoch, counts, summary } = snapshot;
  const tasks = page.groups.flatMap(({ rows }) => rows);
  const cut = { total: page.total, shown: page.shown, next: page.next };
  return { schema_version, repository, owner, seq, epoch, counts, summary, freshness, ...cut, tasks };
}
