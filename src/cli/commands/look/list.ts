// `tasks list`: the tasks by group, as the page shows them.

import { type ReadSnapshot, readSnapshot } from "../../../app/one-shot/read-snapshot.ts";
import type { Freshness, Snapshot } from "../../../core/contract/snapshot.ts";
import { skippedFiles } from "../../../core/problems/skipped-files.ts";
import type { CommandContext, Flags, RepositoryContext } from "../../contract/command.ts";
import { readLimit } from "../../contract/read-limit.ts";
import { withProgress } from "../../print/progress.ts";
import { noteFreshness, snapshotHead } from "../../print/snapshot-head.ts";
import { taskListLines } from "../../print/task-list.ts";
import { jsonText, terminalText } from "../../print/terminal-text.ts";
import { chooseOwner, requestedOwner } from "../../repository/choose-owner.ts";
import { openRepositoryContext } from "../../repository/open-repository.ts";
import { openRunner } from "../../repository/open-runner.ts";
import { type TaskPage, taskPage } from "./task-page.ts";

/** What an agent reads in one go, and a person in two screens (P14). */
const DEFAULT_LIMIT = 50;

/** Prints one page of the list; what was cut and how to go on is said on stderr, and in JSON as `next`. */
export async function list(command: CommandContext): Promise<void> {
  const limit = readLimit(command.flags, DEFAULT_LIMIT);
  const context = await openRepositoryContext(command);
  const { output, flags, world } = context;
  const { snapshot: everyones, freshness } = await readNewest(context);
  const snapshot = chooseOwner(everyones, requestedOwner(context.loaded));
  const page = taskPage(snapshot, {
    group: textFlag(flags, "group"),
    after: textFlag(flags, "after"),
    limit,
  });
  noteFreshness(output, snapshot, freshness);
  if (flags["format"] === "json") {
    output.result(jsonText(listRecord(snapshot, freshness, page)));
    return;
  }
  const nowMs = world.clock.wallMs();
  output.result(snapshotHead(snapshot, freshness, nowMs));
  const layout = { nowMs, style: output.resultStyle, columns: output.resultColumns };
  for (const line of taskListLines(page.groups, layout)) output.result(line);
  const skipped = skippedFiles(snapshot.problems);
  if (page.total === 0) output.result(skipped.length === 0 ? "\nNo tasks." : "\nNo tasks that are read:");
  for (const { message, hint } of skipped) {
    const line = terminalText(`${message} ${hint}`);
    if (page.total === 0) output.result(`  ${line}`);
    else output.note(line);
  }
  if (page.next !== null) {
    output.note(
      `\n${page.shown} of ${page.total} tasks are shown; go on with --after ${terminalText(page.next)}`,
    );
  }
}

async function readNewest(context: RepositoryContext): Promise<ReadSnapshot> {
  const { runnerWorld, close } = await openRunner(context, { watches: false });
  try {
    return await withProgress(context.output, "Reading the tasks", () =>
      readSnapshot(runnerWorld, { fresh: true, signal: context.signal }),
    );
  } finally {
    await close();
  }
}

/** The keys of /status.json, for the tasks of this page only. */
function listRecord(snapshot: Snapshot, freshness: Freshness, page: TaskPage): object {
  const { schema_version, repository, owner, seq, epoch, counts, summary } = snapshot;
  const tasks = page.groups.flatMap(({ rows }) => rows);
  const cut = { total: page.total, shown: page.shown, next: page.next };
  return { schema_version, repository, owner, seq, epoch, counts, summary, freshness, ...cut, tasks };
}

function textFlag(flags: Flags, name: string): string | null {
  const typed = flags[name];
  return typeof typed === "string" ? typed : null;
}
