// What supervisors and workers find in their environment: that of whoever started them, without what belongs to an outer
// run, to npm or to a channel of Node's, and without our own secret.

import { delimiter } from "node:path";
import { WORKER_VARIABLES } from "../../core/run/worker-environment.ts";
import type { SupervisorLaunch, WorkerStart } from "../../ports/workers.ts";
import { LARGE_PIECES_GO_BACK } from "./runner-process.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A run inside a run (an agent that works on this very program) is one of its own. */
const OF_AN_OUTER_RUN = ["TASKS_REPO", "TASKS_SUPERVISOR", ...WORKER_VARIABLES];
/** The token that gives access to the pages is no business of a worker. */
const SECRETS = ["TASKS_TOKEN"];
/** Node takes these for a channel to its parent, which is not there. */
const CHANNELS = ["NODE_CHANNEL_FD", "NODE_CHANNEL_SERIALIZATION_MODE", "NODE_UNIQUE_ID"];
/** `npm run` tells its scripts about itself; npm in the worktree would take it for being asked the same. */
const OF_NPM = /^(?:npm_|INIT_CWD$)/i;

const DROPPED = new Set([...OF_AN_OUTER_RUN, ...SECRETS, ...CHANNELS]);

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
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || DROPPED.has(name) || OF_NPM.test(name)) continue;
    if (LARGE_PIECES_GO_BACK[name] === value) continue;
    kept[name] = value;
  }
  return kept;
}
