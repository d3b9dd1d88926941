// Opens everything that a cycle needs, for the commands that run cycles themselves, and reads tasks after one.

import { basename } from "node:path";
import type { RunnerContext } from "../../app/cycle/cycle-context.ts";
import { startSettingsOf } from "../../app/cycle/start-settings.ts";
import { type ReadOptions, type ReadSnapshot, readSnapshot } from "../../app/one-shot/read-snapshot.ts";
import { runOnce } from "../../app/one-shot/run-once.ts";
import { createDiskMeter } from "../../app/room/disk-meter.ts";
import { createRoomMeter } from "../../app/room/room-meter.ts";
import { MINUTE_MS } from "../../core/values/durations.ts";
import type { WorkerSlots } from "../../ports/runs/worker-slots.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { DiskUse } from "../../ports/system/disk-use.ts";
import type { Log } from "../../ports/system/log.ts";
import type { RepositoryContext } from "../contract/command.ts";
import { withProgress } from "../print/progress.ts";
import { terminalText } from "../print/terminal-text.ts";

export type OpenedRunner = { readonly runner: RunnerContext; close(): Promise<void> };

/** The name that people see; the root of a file system has none. */
export const repositoryName = (root: string): string => basename(root) || root;

/** Cycles for page loads come tens of times a second; a start counts again before it claims a slot. */
const ELSEWHERE_KNOWN_FOR_MS = 1_000;

/** For a command that reports failures itself; a log would repeat them in other words. */
export const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

type RunnerOptions = {
  /** For a process that stays; one that runs a single cycle scans. */
  readonly watches: boolean;
  /** For a runner of a server: while the store cannot be used, the server shows why there is no update. */
  readonly outlivesStore?: boolean;
};

export async function openRunner(
  { system, root, loaded, settings, output }: RepositoryContext,
  { watches, outlivesStore = false }: RunnerOptions,
): Promise<OpenedRunner> {
  const { config } = loaded;
  const isLogAskedFor = loaded.origins.get("server.log_level")?.kind !== "default";
  const store = await (outlivesStore ? system.openStoreLater(root) : system.openStore(root));
  const [slots, files, watch, git, log, snapshotFiles, holder, processProbe, freeMemory, programs] =
    await Promise.all([
      system.openWorkerSlots(root),
      system.openTreeFiles(root),
      watches ? system.openTreeWatch(root, config.watch) : null,
      system.openGit(root),
      watches || isLogAskedFor ? system.openLog(config.server.log_level) : SILENT,
      system.openSnapshotFiles(root),
      system.describeHolder(),
      system.openProcessProbe(),
      watches ? system.openMemoryFreer() : () => {},
      system.openPrograms(root),
    ]);
  const { clock } = system;
  const elsewhere = counterOfElsewhere(slots, clock);
  const runProbe = openedOnFirstUse(() =>
    system.openRunProbe(root, {
      worktrees: () => settings.now().config.worktree,
      lookCloserMs: config.thresholds.look_closer_minutes * MINUTE_MS,
      log,
    }),
  );
  const hosts = openedOnFirstUse(() => system.openPullRequestHosts(root, () => settings.now().config.github));
  const diskUse = openedOnFirstUse(() => system.openDiskUse(root));
  const disk: DiskUse = {
    folders: async () => (await diskUse.get()).folders(),
    sizeOf: async (folder, signal) => (await diskUse.get()).sizeOf(folder, signal),
  };
  const machineRoom = openedOnFirstUse(() => system.openMachineRoom(root));
  return {
    runner: {
      clock,
      store,
      files,
      watch,
      git,
      runProbe: {
        look: async (runs) => (await runProbe.get()).look(runs),
        stop: () => void runProbe.opened()?.then((opened) => opened.stop()),
      },
      hosts: { find: async (signal) => (await hosts.get()).find(signal) },
      log,
      config,
      startSettings: () => startSettingsOf(settings.now(), elsewhere()),
      programStamp: programs.stamp,
      room: createRoomMeter({ measure: async () => (await machineRoom.get()).measure(), clock, log }),
      ...(watches ? { disk: createDiskMeter({ disk, clock, log }) } : {}),
      zone: system.zone,
      repositoryName: repositoryName(root),
      version: system.version,
      holder,
      processProbe,
      snapshotFiles,
      freeMemory,
      owners: config.owner === null ? [] : [config.owner],
    },
    close: async () => {
      void runProbe.opened()?.then((opened) => opened.stop());
      // A process that stays passes notices on as they come; a single cycle prints them at its end.
      if (!watches) for (const notice of store.notices) output.note(terminalText(notice));
      await store.close();
    },
  };
}

/** Most commands look at no run and at no pull request, and loading what does would cost a tenth of their time (P4). */
function openedOnFirstUse<T>(open: () => Promise<T>) {
  let opened: Promise<T> | undefined;
  return {
    get: (): Promise<T> => {
      opened ??= open();
      return opened;
    },
    opened: (): Promise<T> | undefined => opened,
  };
}

/** Where the user's own folder cannot be used, repositories know only their own workers. */
function counterOfElsewhere(slots: WorkerSlots, { monotonicMs }: Clock): () => number {
  let count = 0;
  let countedMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (monotonicMs() - countedMs < ELSEWHERE_KNOWN_FOR_MS) return count;
    countedMs = monotonicMs();
    try {
      count = slots.countElsewhere();
    } catch {
      count = 0; // A start then logs it (app/runs/start/start-run.ts).
    }
    return count;
  };
}

/** Runs `work` with what single cycles need. */
export async function withRunner<T>(
  context: RepositoryContext,
  work: (runner: RunnerContext) => Promise<T>,
): Promise<T> {
  const { runner, close } = await openRunner(context, { watches: false });
  try {
    return await work(runner);
  } finally {
    await close();
  }
}

/** The tasks after a cycle, so that a file written a moment ago is known. */
export function readTasks(
  { output, signal }: RepositoryContext,
  runner: RunnerContext,
  { doing = "Reading the tasks", ...options }: Pick<ReadOptions, "syncs"> & { readonly doing?: string } = {},
): Promise<ReadSnapshot> {
  return withProgress(output, doing, () => readSnapshot(runner, { ...options, fresh: true, signal }));
}

/** Publishes the first snapshot of a repository that has none yet. */
export async function publishFirst(
  { output, signal }: RepositoryContext,
  runner: RunnerContext,
): Promise<void> {
  if ((await runner.store.readPublished()) !== null) return;
  await withProgress(output, "Reading the tasks for the first time", (onProgress) =>
    runOnce(runner, { files: "when_published", signal, onProgress }),
  );
}
