// Supervisors and the processes they leave behind, for the runner and the command line.

import { hostname } from "node:os";
import { resolve } from "node:path";
import process from "node:process";
import type { ProcessIdentity, Run } from "../../core/contract/run.ts";
import type { Environment } from "../../core/worker/worker-environment.ts";
import type { SupervisorLaunch, Workers, WorkingProcess } from "../../ports/runs/workers.ts";
import { launchDetached } from "../exec/launch-detached.ts";
import { endProcesses } from "../process-table/end-processes.ts";
import { inheritedMark } from "../process-table/inherited-mark.ts";
import type { ProcessSystem } from "../process-table/process-facts.ts";
import {
  endedWithHost,
  identifyProcess,
  knownProcess,
  probeProcess,
} from "../process-table/process-identity.ts";
import { createFamilyFinder } from "../process-table/run-family.ts";
import { signalProcess } from "../process-table/signal-process.ts";
import { systemProcesses } from "../process-table/system-processes.ts";
import { supervisorEnvironment } from "./inherited-environment.ts";

export type WorkersSettings = {
  /** Absolute: the repository. */
  readonly root: string;
  /** This program's script, and Node's arguments before it. */
  readonly entry: string;
  readonly nodeArguments: readonly string[];
  /** Of this process. */
  readonly environment: Environment;
  /** A supervisor's working folder: one that remains when the repository is deleted. */
  readonly folder: string;
};

/** Processes of a dead supervisor may finish a write: nothing reads their output any more. */
const REMAINS_GRACE_MS = 1_000;

export function createWorkers(settings: WorkersSettings, system: ProcessSystem = systemProcesses()): Workers {
  let self: ProcessIdentity | null = null;
  return {
    self: () => {
      self ??= identifyProcess(process.pid, system);
      return self;
    },
    see: (identity) => probeProcess(identity, system),
    endedWithHost: (identity) => endedWithHost(identity, system),
    launchSupervisor: (launch) =>
      launchDetached({
        command: supervisorCommand(settings, launch),
        folder: settings.folder,
        environment: supervisorEnvironment(settings.environment, launch),
        mark: inheritedMark(launch.run, launch.epoch),
      }),
    nudge: (supervisor) =>
      probeProcess(supervisor, system) === "alive" && signalProcess(supervisor.pid, "SIGTERM"),
    endRemains: async ({ id, host, epoch, worker }) => {
      if (system.place === null || !isHere({ host, worker }, system)) return "unknown";
      const leader = worker === null ? null : knownProcess(worker, system);
      const known = leader === null ? [] : [leader];
      const find = createFamilyFinder({ run: id, epoch, known, group: null }, system);
      if (find().length === 0) return "nothing";
      return (await endProcesses(find, REMAINS_GRACE_MS)) ? "ended" : "left";
    },
    workingIn: (worktrees) => findWorkingIn(settings.root, worktrees, system),
  };
}

/** Without processes of a terminal: a person's shell in a worktree was not left by a worker. */
function findWorkingIn(
  root: string,
  worktrees: readonly string[],
  system: ProcessSystem,
): ReadonlyMap<string, readonly WorkingProcess[]> {
  const folders = new Map(worktrees.map((worktree) => [worktree, resolve(root, worktree)]));
  const users = system.readUsers([...new Set(folders.values())]);
  const nowMs = Date.now();
  const own = new Set(lineage(process.pid, system));
  return new Map(
    [...folders].map(([worktree, folder]) => {
      const others = (users.get(folder) ?? []).filter(
        ({ pid, hasTerminal }) => !hasTerminal && !own.has(pid),
      );
      const described = others.map(({ pid, name, ageMs }) => ({
        ...identifyProcess(pid, system),
        name,
        startedAtMs: nowMs - ageMs,
      }));
      return [worktree, described];
    }),
  );
}

/** A process and its ancestors: the caller may have been started from the folder. */
function lineage(pid: number, system: ProcessSystem): readonly number[] {
  const pids = [pid];
  for (let facts = system.read(pid); facts !== null && facts.parent > 1; facts = system.read(facts.parent))
    pids.push(facts.parent);
  return pids;
}

/** A known worker process decides; a host name may also be that of another container. */
function isHere({ host, worker }: Pick<Run, "host" | "worker">, system: ProcessSystem): boolean {
  if (worker !== null) return probeProcess(worker, system) !== "unknown";
  return host === null || host === hostname();
}

function supervisorCommand(
  { root, entry, nodeArguments }: WorkersSettings,
  { run, epoch }: SupervisorLaunch,
): readonly string[] {
  const words = ["supervise", "--run", run, "--epoch", String(epoch), "--repo", root];
  return [process.execPath, ...nodeArguments, entry, ...words];
}
