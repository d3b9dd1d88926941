// Opens what the commands that edit task files need: the tasks as they are now, and who may write. Afterwards what was
// written is on the next load of a page and in the next command's answer (F11).

import { type ReadSnapshot, readSnapshot } from "../../app/one-shot/read-snapshot.ts";
import type { Store } from "../../ports/store/store.ts";
import type { TaskWriter } from "../../ports/tree/task-writer.ts";
import type { CommandContext, RepositoryContext } from "../contract/command.ts";
import { withProgress } from "../print/progress.ts";
import { noteStale } from "../print/snapshot-head.ts";
import { jsonText, terminalText } from "../print/terminal-text.ts";
import { awaitRunner } from "./await-runner.ts";
import { openRepositoryContext } from "./open-repository.ts";
import { openRunner } from "./open-runner.ts";

export type OpenedEdit = RepositoryContext &
  Pick<ReadSnapshot, "snapshot"> & { readonly store: Store; readonly writer: TaskWriter };

export type Edited = {
  /** The task's key. */
  readonly task: string;
  readonly file: string;
  /** Names of the keys and gates that say something else now. */
  readonly changed: readonly string[];
};

/** Runs `work` on the tasks as they are, and then lets everybody see what it wrote. */
export async function withEdit(
  command: CommandContext,
  work: (opened: OpenedEdit) => Promise<Edited>,
): Promise<Edited> {
  const context = await openRepositoryContext(command);
  const { runnerWorld, close } = await openRunner(context, { watches: false });
  const { store } = runnerWorld;
  const read = () =>
    withProgress(context.output, "Reading the tasks", () =>
      readSnapshot(runnerWorld, { fresh: true, signal: context.signal }),
    );
  try {
    const { snapshot } = await read();
    const edited = await work({
      ...context,
      snapshot,
      store,
      writer: await context.world.openTaskWriter(context.root),
    });
    if (edited.changed.length > 0 && !(await awaitRunner(context, store))) {
      noteStale(context.output, (await read()).freshness);
    }
    return edited;
  } finally {
    await close();
  }
}

/** The file, which can be opened or committed next; what changed goes beside it. */
export function printEdited(
  { output, flags }: CommandContext,
  { task, file, changed }: Edited,
  done: string,
): void {
  if (flags["format"] === "json") {
    output.result(jsonText({ task, file, changed }));
    return;
  }
  output.result(terminalText(file));
  const names = changed.map(terminalText).join(", ");
  output.note(changed.length === 0 ? "It said so already; nothing was written." : `${done}: ${names}`);
}
