// Opens what the commands of runs need: everything behind RunsWorld, after a cycle where a command must know the tasks as
// they are now.

import { randomUUID } from "node:crypto";
import type { ReadSnapshot } from "../../app/one-shot/read-snapshot.ts";
import type { RunsContext } from "../../app/runs/change/runs-context.ts";
import type { RunId } from "../../core/contract/run.ts";
import type { Store } from "../../ports/store/store.ts";
import type { Log } from "../../ports/system/log.ts";
import type { CommandContext, RepositoryContext } from "../contract/command.ts";
import { noteStale } from "../print/snapshot-head.ts";
import { terminalText } from "../print/terminal-text.ts";
import { openRepository } from "./open-repository.ts";
import { publishFirst, readTasks, SILENT, withRunner } from "./open-runner.ts";

/** What use cases of runs need, over a store that is open already. */
export async function openRuns(
  { system, root, settings }: RepositoryContext,
  { store, log = SILENT }: { readonly store: Store; readonly log?: Log },
): Promise<RunsContext> {
  const [workers, slots, worktrees, runFiles, reader, committed, programs, credentials] = await Promise.all([
    system.openWorkers(root),
    system.openWorkerSlots(root),
    system.openWorktrees(root, () => settings.now().config.worktree),
    system.openRunFiles(root),
    system.openTreeReader(root),
    system.openCommittedFiles(root),
    system.openPrograms(root),
    system.openCredentials(),
  ]);
  return {
    clock: system.clock,
    zone: system.zone,
    store,
    workers,
    slots,
    worktrees,
    runFiles,
    reader,
    committed,
    programs,
    credentials,
    runCommand: system.runCommand,
    log,
    // A start uses the settings, and the trust, of its moment.
    get config() {
      return settings.now().config;
    },
    untrusted: () => settings.now().untrusted.map(({ key }) => key),
    environment: system.environment,
    root,
    newRunId: () => randomUUID() as RunId,
    newSession: () => randomUUID(),
  };
}

export type OpenedRuns = RepositoryContext & { readonly runs: RunsContext };

/** For a command that acts on runs as the store has them. */
export function withRuns<T>(command: CommandContext, work: (opened: OpenedRuns) => Promise<T>): Promise<T> {
  return withStore(command, async (context) => work({ ...context, runs: await openRuns(context, context) }));
}

export type OpenedStore = RepositoryContext & { readonly store: Store };

/** For a command that needs only the store: workers call these often, also while it is busy. */
export async function withStore<T>(
  command: CommandContext,
  work: (opened: OpenedStore) => Promise<T>,
): Promise<T> {
  const context = await openRepository(command);
  const store = await context.system.openStoreLater(context.root);
  try {
    if (namesTask(command) && (await store.readPublished()) === null)
      await withRunner(context, (runner) => publishFirst(context, runner));
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

export type FreshRuns = OpenedRuns &
  ReadSnapshot & {
    /** After another cycle: for a command that continues after it changed something. */
    readAgain(): Promise<ReadSnapshot>;
  };

/** For a command that acts on tasks: after a cycle. */
export async function withFreshRuns<T>(
  command: CommandContext,
  work: (opened: FreshRuns) => Promise<T>,
): Promise<T> {
  const context = await openRepository(command);
  return await withRunner(context, async (runner) => {
    const readAgain = () => readTasks(context, runner);
    const read = await readAgain();
    noteStale(context.output, read.freshness);
    const runs = await openRuns(context, { store: runner.store });
    return await work({ ...context, ...read, runs, readAgain });
  });
}
