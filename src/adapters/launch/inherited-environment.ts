// What supervisors and workers find in their environment: what a run inherits (core/run/inherited-environment.ts),
// without our own setting for glibc, and with what says whose they are.

import { delimiter } from "node:path";
import { type Environment, inheritedByRun } from "../../core/worker/inherited-environment.ts";
import type { SupervisorLaunch, WorkerStart } from "../../ports/runs/workers.ts";
import { MALLOC_SETTINGS } from "./runner-process.ts";

/** Says whose supervisor it is, so that nobody takes it for something else, and it can be found as one of the run's. */
export function supervisorEnvironment(
  environment: Environment,
  { run, epoch }: SupervisorLaunch,
): Record<string, string> {
  return {
    ...inherit(environment),
    TASKS_SUPERVISOR: "1",
    TASKS_RUN: run,
    TASKS_EPOCH: String(epoch),
  };
}

/** With the folder of our program first on the PATH. */
export function workerEnvironment(
  environment: Environment,
  { variables, programFolder }: Pick<WorkerStart, "variables" | "programFolder">,
): Record<string, string> {
  const inherited = inherit(environment);
  // Windows calls it Path.
  const path = Object.keys(inherited).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const folders = [programFolder, inherited[path]].filter(Boolean);
  return { ...inherited, [path]: folders.join(delimiter), ...variables };
}

function inherit(environment: Environment): Record<string, string> {
  const kept = Object.entries(inheritedByRun(environment)).filter(
    ([name, value]) => MALLOC_SETTINGS[name] !== value,
  );
  return Object.fromEntries(kept);
}
