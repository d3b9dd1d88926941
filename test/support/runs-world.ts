// A world for the use cases of runs: memory adapters, and processes that a test plays. A supervisor that is launched
// begins its run at once, unless a test says otherwise.

import { runOnce } from "../../src/app/one-shot/run-once.ts";
import { changeRun } from "../../src/app/runs/change/change-run.ts";
import type { RunsContext } from "../../src/app/runs/change/runs-context.ts";
import { kickoff } from "../../src/app/runs/requests/kickoff.ts";
import { startRun } from "../../src/app/runs/start/start-run.ts";
import type { Config } from "../../src/config/schema.ts";
import type { ProcessIdentity, Run, RunId } from "../../src/core/contract/run.ts";
import type { TaskRow } from "../../src/core/contract/snapshot.ts";
import type { Presence } from "../../src/core/run/observation.ts";
import { begin, end, nameWorker, type RunChange } from "../../src/core/run/run-transitions.ts";
import type { RunFiles } from "../../src/ports/runs/run-files.ts";
import type { WorkerSlots } from "../../src/ports/runs/worker-slots.ts";
import type { Remains, SupervisorLaunch, WorkingProcess } from "../../src/ports/runs/workers.ts";
import type { CommandRequest, CommandResult } from "../../src/ports/system/run-command.ts";
import { createMemoryWorktrees, type MemoryWorktrees } from "../memory/memory-worktrees.ts";
import { createTestWorld, type TestWorld, type TestWorldOptions } from "./app-world.ts";

export type PlayedWorkers = {
  /** By identity; everyone else is alive. */
  readonly presence: Map<string, Presence>;
  /** Hosts that were restarted: whatever ran there is gone. */
  readonly restarted: Set<string>;
  readonly launches: SupervisorLaunch[];
  readonly nudged: string[];
  /** What ending remains finds, and for which runs it was asked. */
  remains: Remains;
  readonly endedRemains: RunId[];
  /** Who works in a worktree. */
  readonly working: Map<string, readonly WorkingProcess[]>;
  /** What a launch does; by default the supervisor begins its run. */
  onLaunch: (launch: SupervisorLaunch) => Promise<void>;
};

export type RunsTestWorld = TestWorld & {
  readonly runs: RunsContext;
  readonly played: PlayedWorkers;
  readonly worktrees: MemoryWorktrees;
  readonly prompts: Map<RunId, string>;
  readonly commands: CommandRequest[];
  /** What hooks come to. */
  commandResult: Partial<CommandResult>;
  /** Null: git cannot tell. */
  isCommitted: boolean | null;
  readonly missingPrograms: Set<string>;
  /** Changes when every program is another version. */
  programStamp: number;
  /** The stamp of every kind's credentials. */
  credentials: string | null;
  /** Settings that wait for trust. */
  untrusted: readonly string[];
  /** One cycle; the rows that it published, by key. */
  refresh(): Promise<ReadonlyMap<string, TaskRow>>;
  open(key: string): Promise<Run | null>;
  /** The supervisor of a running run writes how its worker ended. */
  endWorker(key: string, code: number): Promise<Run>;
};

export const DISPATCHER: ProcessIdentity = { id: "linux:desk:1:1", host: "desk", pid: 1 };

export type RunsTestOptions = TestWorldOptions & {
  /** Changes to the worker's configuration; a program `agent` by default. */
  readonly worker?: Partial<Config["worker"]>;
  readonly self?: ProcessIdentity;
};

export function createRunsTestWorld(options: RunsTestOptions): RunsTestWorld {
  const made = createTestWorld(options);
  const { store, clock, log } = made.world;
  const config: Config = {
    ...made.world.config,
    worker: { ...made.world.config.worker, command: ["agent", "{prompt}"], ...options.worker },
  };
  Object.assign(made.world, { config });
  const worktrees = createMemoryWorktrees();
  const prompts = new Map<RunId, string>();
  const commands: CommandRequest[] = [];
  const missingPrograms = new Set<string>();
  let ids = 0;
  const self = options.self ?? DISPATCHER;
  const played: PlayedWorkers = {
    working: new Map(),
    presence: new Map(),
    restarted: new Set(),
    launches: [],
    nudged: [],
    remains: "nothing",
    endedRemains: [],
    onLaunch: ({ run, epoch }) => beginRun(made, run, epoch),
  };
  const runs: RunsContext = {
    clock,
    store,
    workers: {
      self: () => self,
      see: ({ id, host }) => (played.restarted.has(host) ? "gone" : (played.presence.get(id) ?? "alive")),
      endedWithHost: ({ host }) => played.restarted.has(host),
      launchSupervisor: async (launch) => {
        played.launches.push(launch);
        await played.onLaunch(launch);
      },
      nudge: ({ id }) => {
        played.nudged.push(id);
        return true;
      },
      endRemains: async ({ id }) => {
        played.endedRemains.push(id);
        return played.remains;
      },
      workingIn: (worktrees) =>
        new Map(worktrees.map((worktree) => [worktree, played.working.get(worktree) ?? []])),
    },
    worktrees,
    slots: playedSlots(),
    runFiles: playedFiles(prompts),
    reader: made.tree.reader,
    committed: { has: async () => world.isCommitted },
    credentials: { stamp: () => world.credentials },
    programs: {
      has: (program) => !missingPrograms.has(program),
      stamp: (program) => (missingPrograms.has(program) ? null : `${program} ${world.programStamp}`),
    },
    runCommand: async (request) => {
      commands.push(request);
      return { ...COMMAND_DONE, ...world.commandResult };
    },
    log,
    config,
    untrusted: () => world.untrusted,
    environment: { PATH: "/bin" },
    root: "/repository",
    newSession: () => "session-1",
    newRunId: () => {
      ids += 1;
      return `run-${ids}` as RunId;
    },
  };
  const world: RunsTestWorld = {
    ...made,
    runs,
    played,
    worktrees,
    prompts,
    commands,
    commandResult: {},
    isCommitted: true,
    missingPrograms,
    programStamp: 1,
    credentials: null,
    untrusted: [],
    refresh: async () => {
      await runOnce(made.world, { files: "when_published" });
      const { rows } = await store.readRows(0);
      return new Map(rows.map((row) => [row.key, row]));
    },
    open: (key) => store.readOpenRun(key),
    endWorker: async (key, code) => {
      const run = await store.readOpenRun(key);
      const exit = { kind: "exited", code } as const;
      const outcome = await changeRun(store, {
        id: run?.id ?? ("" as RunId),
        epoch: run?.epoch ?? 0,
        change: (now) => end(now, { end: exit, nowMs: clock.wallMs() }),
      });
      if (outcome.kind !== "changed") throw new Error(`No worker of ${key} to end: ${outcome.kind}`);
      return outcome.run;
    },
  };
  return world;
}

export function supervisorOf(run: RunId, epoch: number): ProcessIdentity {
  return { id: `linux:desk:supervisor:${run}:${epoch}`, host: "desk", pid: 2 };
}

/** What a supervisor does first: it begins the run, starts the worker and names it. */
export async function beginRun({ world }: Pick<TestWorld, "world">, id: RunId, epoch: number): Promise<void> {
  const nowMs = world.clock.wallMs();
  const worker = { id: `linux:desk:worker:${id}:${epoch}`, host: "desk", pid: 3 };
  const steps: readonly ((run: Run) => RunChange)[] = [
    (run) => begin(run, { supervisor: supervisorOf(id, epoch), nowMs }),
    (run) => nameWorker(run, { worker }),
  ];
  for (const change of steps) await changeRun(world.store, { id, epoch, change });
}

const COMMAND_DONE: CommandResult = {
  ok: true,
  ending: "exited",
  exitCode: 0,
  signalName: null,
  stdout: "",
  stderr: "",
  durationMs: 1,
  message: "",
};

/** A machine of its own: there is always room. */
function playedSlots(): WorkerSlots {
  let claimed = 0;
  return {
    claim: ({ portBase, ports }) => {
      claimed += 1;
      return { kind: "claimed", firstPort: portBase + (claimed - 1) * ports };
    },
    adopt: () => true,
    release: () => {},
    claimLaunch: () => 0,
    countElsewhere: () => 0,
  };
}

function playedFiles(prompts: Map<RunId, string>): RunFiles {
  return {
    writePrompt: async (id, text) => {
      prompts.set(id, text);
      return `/state/${id}/prompt.md`;
    },
    promptFile: (id) => `/state/${id}/prompt.md`,
    readPrompt: async (id) => prompts.get(id) ?? null,
    readLog: async () => null,
    readEvents: async () => null,
    readActivity: async () => null,
    programFolder: async () => "/state/bin",
    reserveOutbox: () => {},
    keepStatement: () => {},
    readStatements: async () => [],
    dropStatement: () => {},
    list: async () => [...prompts.keys()].map((id) => ({ id, changedAtMs: 0 })),
    remove: async (id) => {
      const text = prompts.get(id);
      return text !== undefined && prompts.delete(id) ? [{ name: "prompt.md", bytes: text.length }] : [];
    },
  };
}

/** Kicks a task off and starts its worker; the run as it is then. */
export async function startWorkerOf(world: RunsTestWorld, key: string): Promise<Run> {
  const { runs } = world;
  if ((await runs.store.readOpenRun(key)) === null) await kickoff(runs, [key], { by: "dave", note: null });
  const queued = await runs.store.readOpenRun(key);
  if (queued === null) throw new Error(`${key} could not be queued.`);
  const started = await startRun(runs, queued, new AbortController().signal);
  if (started.kind !== "started") throw new Error(`${key} could not be started: ${JSON.stringify(started)}`);
  return started.run;
}
