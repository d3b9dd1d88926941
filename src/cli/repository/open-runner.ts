// Opens everything a cycle needs, for the commands that run cycles themselves.

import { basename } from "node:path";
import type { RunnerContext } from "../../app/cycle/cycle-context.ts";
import { startSettingsOf } from "../../app/cycle/start-settings.ts";
import type { WorkerSlots } from "../../ports/runs/worker-slots.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Log } from "../../ports/system/log.ts";
import type { RepositoryContext } from "../contract/command.ts";
import { terminalText } from "../print/terminal-text.ts";
import { lazyHosts } from "./lazy-hosts.ts";
import { lazyRunProbe } from "./lazy-run-witness.ts";

export type OpenedRunner = { readonly runnerWorld: RunnerContext; close(): Promise<void> };

/** The name people see; the root of a file system has none. */
export const repositoryName = (root: string): string => basename(root) || root;

const MINUTE_MS = 60_000;
/** Cycles for page loads come tens of times a second; a start claims its place by a look of its own. */
const ELSEWHERE_KNOWN_FOR_MS = 1_000;

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

type RunnerWorldWish = {
  /** For a process that stays; one that runs a single cycle scans. */
  readonly watches: boolean;
  /** For a kept runner: while the store cannot be used, its server shows why there is no update. */
  readonly outlivesStore?: boolean;
};

export async function openRunner(
  { world, root, loaded, settings, output }: RepositoryContext,
  { watches, outlivesStore = false }: RunnerWorldWish,
): Promise<OpenedRunner> {
  const { config } = loaded;
  const isAskedFor = loaded.origins.get("server.log_level")?.kind !== "default";
  const store = await (outlivesStore ? world.openStoreLater(root) : world.openStore(root));
  const [slots, files, watch, git, log, snapshotFiles, holder, witness, freeMemory] = await Promise.all([
    world.openWorkerSlots(root),
    world.openTreeFiles(root),
    watches ? world.openTreeWatch(root, config.watch) : null,
    world.openGit(root),
    // What fails in one cycle is told by its error; a log beside it would say it twice, in another voice.
    watches || isAskedFor ? world.openLog(config.server.log_level) : SILENT,
    world.openSnapshotFiles(root),
    world.describeHolder(),
    world.openProcessProbe(),
    watches ? world.openMemoryFreer() : () => {},
  ]);
  const runWitness = lazyRunProbe(() =>
    world.openRunProbe(root, {
      worktrees: () => settings.now().config.worktree,
      lookCloserMs: config.thresholds.look_closer_minutes * MINUTE_MS,
      log,
    }),
  );
  const hosts = lazyHosts(() => world.openPullRequestHosts(root, () => settings.now().config.github));
  const owners = config.owner === null ? [] : [config.owner];
  const { clock } = world;
  const elsewhere = counterOfElsewhere(slots, clock);
  const name = repositoryName(root);
  return {
    runnerWorld: {
      clock,
      store,
      files,
      watch,
      git,
      runWitness,
      hosts,
      log,
      config,
      startSettings: () => startSettingsOf(settings.now(), elsewhere()),
      repositoryName: name,
      version: world.version,
      holder,
      witness,
      snapshotFiles,
      freeMemory,
      owners,
    },
    close: async () => {
      runWitness.stop();
      // A process that stays passes these on as they come; of one cycle they are the last word.
      if (!watches) for (const notice of store.notices) output.note(terminalText(notice));
      await store.close();
    },
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
      count = 0; // What starts then says so in its log (app/runs/machine-slot.ts).
    }
    return count;
  };
}
