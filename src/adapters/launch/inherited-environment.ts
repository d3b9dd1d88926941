// The environment of supervisors and workers: what a run inherits (core/worker/worker-environment.ts), without our
// setting for glibc, plus variables that identify their run.

import { delimiter } from "node:path";
import { type Environment, inheritedByRun } from "../../core/worker/worker-environment.ts";
import type { SupervisorLaunch, WorkerStart } from "../../ports/runs/workers.ts";
import { MALLOC_SETTINGS } from "./runner-process.ts";

/** The variables identify it as the run's supervisor. */
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

/** With our program's folder first on the PATH. */
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
