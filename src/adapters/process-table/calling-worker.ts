// Whether this process was started by a run's worker, directly or through others: see ports/runs/calling-worker.ts.

import process from "node:process";
import type { RunId } from "../../core/contract/run.ts";
import type { Environment } from "../../core/worker/worker-environment.ts";
import type { CallingWorker } from "../../ports/runs/calling-worker.ts";
import { runBits } from "./inherited-mark.ts";
import type { ProcessSystem } from "./process-facts.ts";
import { systemProcesses } from "./system-processes.ts";

/** Deeper process trees are loops in a table that changed while it was read. */
const ANCESTORS_MAX = 64;

/** A file lock limit set by an administrator is a small number; a run's bits are 44 bits of a hash. */
const RUN_BITS_MIN = 1n << 20n;

/** Null for a person. Variables come first because they name the task; a mark or a parent only names the run. */
export function findCallingWorker(
  environment: Environment,
  { pid = process.pid, system = systemProcesses() }: { pid?: number; system?: ProcessSystem } = {},
): CallingWorker | null {
  const run = environment["TASKS_RUN"];
  if (run) return fromVariables(environment, run as RunId);
  const inherited = system.readInherited(pid);
  if (inherited !== null && inherited.run >= RUN_BITS_MIN)
    return { slug: null, by: "inherited", isOf: (id) => runBits(id) === inherited.run };
  const above = runAbove(pid, system);
  return above === null ? null : { slug: null, by: "parent", isOf: (id) => id === above };
}

function fromVariables(environment: Environment, run: RunId): CallingWorker {
  const slug = environment["TASKS_SLUG"] || null;
  return { slug, by: "environment", isOf: (id) => id === run };
}

/** The run of the nearest ancestor that has one: a worker, or its supervisor. */
function runAbove(pid: number, system: ProcessSystem): RunId | null {
  let current = system.read(pid)?.parent ?? 0;
  for (let steps = 0; steps < ANCESTORS_MAX && current > 1; steps += 1) {
    const run = system.readMarks([current]).get(current)?.run;
    if (run !== undefined) return run as RunId;
    current = system.read(current)?.parent ?? 0;
  }
  return null;
}
