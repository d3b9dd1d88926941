// Opens what the commands that edit task files need: the tasks as they are now, and a writer. What was written is on the
// next load of a page and in the next command's answer (F11).

import type { ReadSnapshot } from "../../app/one-shot/read-snapshot.ts";
import type { Edited } from "../../app/tasks/create-task.ts";
import type { Store } from "../../ports/store/store.ts";
import type { TaskWriter } from "../../ports/tree/task-writer.ts";
import type { CommandContext, RepositoryContext } from "../contract/command.ts";
import { asJson, printResult } from "../contract/print-result.ts";
import { noteStale } from "../print/snapshot-head.ts";
import { terminalText } from "../print/terminal-text.ts";
import { awaitRunner } from "./await-runner.ts";
import { openRepository } from "./open-repository.ts";
import { readTasks, withRunner } from "./open-runner.ts";

export type OpenedEdit = RepositoryContext &
  Pick<ReadSnapshot, "snapshot"> & { readonly store: Store; readonly writer: TaskWriter };

/** Runs `work` on the tasks as they are, and makes what it wrote visible. */
export async function withEdit<Made extends Edited>(
  command: CommandContext,
  work: (opened: OpenedEdit) => Promise<Made>,
): Promise<Made> {
  const context = await openRepository(command);
  return await withRunner(context, async (runner) => {
    const { store } = runner;
    const { snapshot } = await readTasks(context, runner);
    const writer = await context.system.openTaskWriter(context.root);
    const made = await work({ ...context, snapshot, store, writer });
    if (made.changed.length > 0 && !(await awaitRunner(context, store)))
      noteStale(context.output, (await readTasks(context, runner)).freshness);
    return made;
  });
}

/** The same for a command: prints the file, which can be opened or committed next; on stderr what changed, after `done`. */
export async function editTask(
  command: CommandContext,
  done: string,
  work: (opened: OpenedEdit) => Promise<Edited>,
): Promise<void> {
  const { task, file, changed } = await withEdit(command, work);
  printResult(command, { task, file, changed }, file);
  if (asJson(command)) return;
  const names = changed.map(terminalText).join(", ");
  command.output.note(changed.length === 0 ? "Nothing to change; nothing was written." : `${done}: ${names}`);
}
