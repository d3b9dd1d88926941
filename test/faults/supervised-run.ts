// A repository with one task whose run is about to be supervised: what a dispatcher leaves behind, with a fixture
// program as the worker. Everything else is real. Whatever works for it is ended, by pid, when the test ends.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { createWorkers } from "../../src/adapters/launch/workers.ts";
import { systemProcesses } from "../../src/adapters/process-table/system-processes.ts";
import { createRunFiles } from "../../src/adapters/run-log/run-files.ts";
import { openSqliteStore } from "../../src/adapters/sqlite/sqlite-store.ts";
import { changeRun } from "../../src/app/runs/change/change-run.ts";
import type { ProcessIdentity, Run, RunId } from "../../src/core/contract/run.ts";
import { prepare, type RunChange, take } from "../../src/core/run/run-transitions.ts";
import type { RunFiles } from "../../src/ports/runs/run-files.ts";
import type { Workers } from "../../src/ports/runs/workers.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { acted, queued } from "../contract/store-run-samples.ts";
import { holder, publication, row } from "../contract/store-samples.ts";
import { taskPath, taskText } from "../support/app-world.ts";
import { temporaryFolder } from "../support/git-repository.ts";
import { TASKS_ENTRY } from "../support/program.ts";
import { eventually } from "../support/served-tree.ts";
import { ownHome, trustRepository } from "../support/trust.ts";

export type FixtureWorker =
  | "quick"
  | "busy"
  | "chatty"
  | "waiting"
  | "asking"
  | "nothing"
  | "crash"
  | "streaming"
  | "ten-children";

export type SupervisedRun = {
  readonly id: RunId;
  readonly root: string;
  readonly worktree: string;
  readonly store: Store;
  readonly workers: Workers;
  readonly files: RunFiles;
  /** What its supervisors find in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Starts its supervisor, under the run's epoch unless another one is given. */
  launch(epoch?: number): Promise<void>;
  run(): Promise<Run>;
  change(change: (run: Run) => RunChange): Promise<void>;
  /** Waits until the run is so. */
  until(isSo: (run: Run) => boolean): Promise<Run>;
  /** Waits for a worker at work; both processes have been named. */
  atWork(): Promise<{ readonly supervisor: ProcessIdentity; readonly worker: ProcessIdentity }>;
  /** Of the worker's output. */
  lines(): Promise<readonly string[]>;
  /** Pids that `ten-children` printed. */
  family(): Promise<readonly number[]>;
  /** Processes that carry the run. */
  marked(): readonly number[];
};

export type SupervisedRunOptions = {
  readonly worker: FixtureWorker | readonly string[];
  /** Lines of tasks/config.yaml below `worker:`. */
  readonly settings?: readonly string[];
  /** Its kind; `claude` starts the fixture as if it were that program. */
  readonly kind?: "command" | "claude";
  /** A sandbox of the user's that precedes the command. */
  readonly wrap?: readonly string[];
};

/** The task's key, and the name of its worktree. */
const KEY = "a";
let runs = 0;

/** Taken by this process as its dispatcher, and prepared: epoch 2. */
export async function createSupervisedRun(options: SupervisedRunOptions): Promise<SupervisedRun> {
  const root = temporaryFolder("tasks-supervised");
  const { worker, kind = "command" } = options;
  const worktree = join(root, ".worktrees", KEY);
  mkdirSync(worktree, { recursive: true });
  mkdirSync(join(root, "tasks/workstreams/infra/tasks"), { recursive: true });
  writeFileSync(join(root, taskPath(KEY)), taskText());
  const command = typeof worker === "string" ? [process.execPath, fixture(worker)] : worker;
  writeFileSync(join(root, "tasks/config.yaml"), configText(root, command, options));

  await trustRepository(root);
  const environment = { PATH: process.env["PATH"] ?? "", HOME: root, ...ownHome() };
  const stateFolder = join(root, ".tasks/task_manager");
  const store = await openSqliteStore({ file: join(stateFolder, "store.sqlite"), nowMs: Date.now });
  const workers = createWorkers({ root, entry: TASKS_ENTRY, nodeArguments: [], environment, folder: "/" });
  const program = { node: process.execPath, nodeArguments: [], entry: TASKS_ENTRY };
  const files = createRunFiles({ stateFolder, program, nowMs: Date.now });
  runs += 1;
  const id = `fault-${process.pid}-${runs}-${Date.now()}` as RunId;
  await insertTaken(store, workers, id, kind);
  await files.writePrompt(id, "Do it.\n");

  const marked = () => markedWith(id);
  const read = async (): Promise<Run> => {
    const run = await store.readRun(id);
    if (run === null) throw new Error("the run is gone");
    return run;
  };
  const until = (isSo: (run: Run) => boolean) => eventually(read, isSo, 30_000);
  onTestFinished(async () => {
    await endAll(marked);
    await store.close();
  });
  const readLines = async () => (await files.readLog(id, { lines: 1000 }))?.lines ?? [];
  return {
    id,
    root,
    worktree,
    store,
    workers,
    files,
    environment,
    launch: (epoch = 2) => workers.launchSupervisor({ run: id, epoch }),
    run: read,
    change: async (change) => {
      const outcome = await changeRun(store, { id, epoch: null, change });
      if (outcome.kind !== "changed") throw new Error(`It was not changed: ${JSON.stringify(outcome)}`);
    },
    until,
    atWork: async () => {
      const run = await until(({ state, worker: named }) => state === "running" && named !== null);
      if (run.holder === null || run.worker === null) throw new Error("no worker runs");
      return { supervisor: run.holder, worker: run.worker };
    },
    lines: readLines,
    family: async () => {
      const [line = ""] = await eventually(readLines, (printed) => printed.length > 0);
      return JSON.parse(line) as number[];
    },
    marked,
  };
}

function configText(
  root: string,
  command: readonly string[],
  { settings = [], kind = "command", wrap = [] }: SupervisedRunOptions,
): string {
  const worker = kind === "command" ? [`command: ${JSON.stringify(command)}`, ...settings] : settings;
  const lines = ["worker:", "  stop_grace_s: 0.5", ...worker.map((line) => `  ${line}`)];
  if (kind === "command") return `${lines.join("\n")}\n`;
  const program = join(root, "agent");
  const words = command.map((word) => `'${word}'`).join(" ");
  writeFileSync(program, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  const entry = { kind, program, wrap };
  return `${lines.join("\n")}\nworkers:\n  default: agent\n  agent: ${JSON.stringify(entry)}\n`;
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/workers/${name}.mjs`, import.meta.url));
}

async function insertTaken(
  store: Store,
  workers: Workers,
  id: RunId,
  kind: "command" | "claude",
): Promise<void> {
  const { lease } = await store.claimLease({ holder: holder("test"), termMs: 1_000, nowMs: Date.now() });
  await store.publish(publication(lease.epoch, { changedRows: [row(KEY)] }));
  await store.insertRun({ run: queued(KEY, { id }), action: acted("kickoff", KEY) });
  const ground = {
    worktree: `.worktrees/${KEY}`,
    branch: `task/${KEY}`,
    baseCommit: null,
    taskHash: null,
    uncommitted: false,
    workerName: "node",
    agent: { name: "agent", kind, program: null, version: null },
    session: kind === "claude" ? { kind, id: "5e55", isStarted: false } : null,
  };
  const changes: ((run: Run) => RunChange)[] = [
    (run) => take(run, { dispatcher: workers.self(), nowMs: Date.now() }),
    (run) => prepare(run, ground),
  ];
  for (const change of changes) await changeRun(store, { id, epoch: null, change });
}

export function markedWith(id: string): readonly number[] {
  const system = systemProcesses();
  const alive = system.readAll().flatMap(({ pid, isDead }) => (isDead ? [] : [pid]));
  const marks = system.readMarks(alive);
  return alive.filter((pid) => marks.get(pid)?.run === id);
}

export function isAlive(pid: number): boolean {
  const facts = systemProcesses().read(pid);
  return facts !== null && !facts.isDead;
}

export function kill(pid: number, name: NodeJS.Signals = "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended.
  }
}

async function endAll(find: () => readonly number[]): Promise<void> {
  await eventually(
    () => {
      const pids = find();
      for (const pid of pids) kill(pid);
      return pids;
    },
    (pids) => pids.length === 0,
  );
}
