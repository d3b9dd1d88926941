// What a worker finds in its environment: which run it is, so that `tasks report` and its kin need no arguments.

import type { Run } from "../contract/run.ts";

/**
 * Shows that a worker is the one it says it is (attempt-proof.ts). Not called a secret, key or token, though it is one:
 * agents take variables with such names out of what their commands inherit.
 */
export const PROOF_VARIABLE = "TASKS_RUN_PROOF";

/** Every variable a supervisor sets, in the order of the docs. */
export const WORKER_VARIABLES = [
  "TASKS_SLUG",
  "TASKS_RUN",
  "TASKS_EPOCH",
  PROOF_VARIABLE,
  "TASKS_WORKTREE",
  "TASKS_PORT_BASE",
] as const;
type WorkerVariable = (typeof WORKER_VARIABLES)[number];

export type WorkerSurroundings = {
  /** Absolute. */
  readonly worktree: string;
  /** First port of the first block, and how many a block has. */
  readonly portBase: number;
  readonly portsPerRun: number;
};

/** The variables of a run, beside TASKS_REPO and the proof, which only a worker has. */
export function workerVariables(
  { key, id, epoch, portBlock, firstPort }: Pick<Run, "key" | "id" | "epoch" | "portBlock" | "firstPort">,
  { worktree, portBase, portsPerRun }: WorkerSurroundings,
): Readonly<Record<Exclude<WorkerVariable, typeof PROOF_VARIABLE>, string>> {
  return {
    TASKS_SLUG: key,
    TASKS_RUN: id,
    TASKS_EPOCH: String(epoch),
    TASKS_WORKTREE: worktree,
    TASKS_PORT_BASE: String(firstPort ?? portBase + (portBlock ?? 0) * portsPerRun),
  };
}
