// Opens what the commands of runs need: everything behind RunsWorld, and where a command must know the tasks as they are
// now, a cycle before it.

import { randomUUID } from "node:crypto";
import { type ReadSnapshot, readSnapshot } from "../../app/one-shot/read-snapshot.ts";
import { runOnce } from "../../app/one-shot/run-once.ts";
import type { RunsContext } from "../../app/runs/change/runs-context.ts";
import type { RunId } from "../../core/contract/run.ts";
import type { Store } from "../../ports/store/store.ts";
import type { Log } from "../../ports/system/log.ts";
import type { CommandContext, RepositoryContext } from "../contract/command.ts";
import { withProgress } from "../print/progress.ts";
import { noteStale } from "../print/snapshot-head.ts";
import { terminalText } from "../print/terminal-text.ts";
import { openRepositoryContext } from "./open-repository.ts";
import { openRunner } from "./open-runner.ts";

/** What fails is told by the command itself; a log beside it would say it twice, in another voice. */
const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** The world of runs over a store that is open already. */
export async function openRuns(
  { world, root, settings }: RepositoryContext,
  { store, log = SILENT }: { readonly store: Store; readonly log?: Log },
): Promise<RunsContext> {
  const [workers, slots, worktrees, runFiles, reader, committed, programs] = await Promise.all([
    world.openWorkers(root),
    world.openWorkerSlots(root),
    world.openWorktrees(root, () => settings.now().config.worktree),
    world.openRunFiles(root),
    world.openTreeReader(root),
    world.openCommittedFiles(root),
    world.openPrograms(root),
  ]);
  return {
    clock: world.clock,
    store,
    workers,
    slots,
    worktrees,
    runFiles,
    reader,
    committed,
    programs,
    runCommand: world.runCommand,
    log,
    // What is about to start goes by the settings, and the trust, of this moment.
    get config() {
      return settings.now().config;
    },
    untrusted: () => settings.now().untrusted.map(({ key }) => key),
    environment: world.environment,
    root,
    newRunId: () => randomUUID() as RunId,
  };
}

export type OpenedRuns = RepositoryContext & { readonly runs: RunsContext };

/** For a command that acts on runs as the store has them. */
export function withRuns<T>(command: CommandContext, work: (opened: OpenedRuns) => Promise<T>): Promise<T> {
  return withStore(command, async (context) => work({ ...context, runs: await openRuns(context, context) }));
}

export type OpenedStore = RepositoryContext & { readonly store: Store };

/** For a command that needs the store alone: workers call these often, also while it is busy. */
export async function withStore<T>(
  command: CommandContext,
  work: (opened: OpenedStore) => Promise<T>,
): Promise<T> {
  const context = await openRepositoryContext(command);
  const store = await context.world.openStoreLater(context.root);
  try {
    if (namesTask(command) && (await store.readPublished()) === null) await readFirst(context);
    return await work({ ...context, store });
  } finally {
    for (const notice of store.notices) context.output.note(terminalText(notice));
    await store.close();
  }
}

/** Names are looked up in the snapshot. */
function namesTask({ arguments: names, flags }: CommandContext): boolean {
  return names.length > 0 || flags["task"] !== undefined;
}

/** The first snapshot of a repository, where nobody has made one yet. */
async function readFirst(context: RepositoryContext): Promise<void> {
  const { runnerWorld, close } = await openRunner(context, { watches: false });
  try {
    await withProgress(context.output, "Reading the tasks for the first time", (onProgress) =>
      runOnce(runnerWorld, { files: "when_published", signal: context.signal, onProgress }),
    );
  } finally {
    await close();
  }
}

export type FreshRuns = OpenedRuns &
  ReadSnapshot & {
    /** After another cycle: for a command that changed something and goes on with it. */
    readAgain(): Promise<ReadSnapshot>;
  };

/** For a command that acts on tasks: after a cycle, so that a file written a moment ago is known. */
export async function withFreshRuns<T>(
  command: CommandContext,
  work: (opened: FreshRuns) => Promise<T>,
): Promise<T> {
  const context = await openRepositoryContext(command);
  const { runnerWorld, close } = await openRunner(context, { watches: false });
  try {
    const readAgain = () =>
      withProgress(context.output, "Reading the tasks", () =>
        readSnapshot(runnerWorld, { fresh: true, signal: context.signal }),
      );
    const read = await readAgain();
    noteStale(context.output, read.freshness);
    const runs = await openRuns(context, { store: runnerWorld.store });
    return await work({ ...context, ...read, runs, readAgain });
  } finally {
    await close();
  }
}
