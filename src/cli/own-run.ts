// The run that a command of a worker is about: its supervisor has put it into the environment. Whoever works by hand
// names the task.

import { type OwnRun, ownRunOfTask } from "../app/runs/own-run.ts";
import { UserError } from "../core/errors.ts";
import type { RunId } from "../core/run/run.ts";
import { PROOF_VARIABLE } from "../core/run/worker-environment.ts";
import { refused } from "./refused.ts";
import { resolveKey } from "./resolve-task.ts";
import type { OpenedStore } from "./run-world.ts";
import { textFlag } from "./text-flag.ts";

/** `--task`, else TASKS_RUN and TASKS_EPOCH with the proof. Throws UserError `usage` without either. */
export async function findOwnRun({ flags, world, store }: OpenedStore): Promise<OwnRun> {
  const task = textFlag(flags, "task");
  if (task !== null) {
    const found = await ownRunOfTask(store, await resolveKey(store, task));
    if (found.kind === "refused") throw refused(found);
    return found;
  }
  const { TASKS_RUN: id, TASKS_EPOCH: epoch } = world.environment;
  if (id === undefined || id === "" || !/^[1-9]\d{0,9}$/.test(epoch ?? "")) throw noRun();
  const proof = world.environment[PROOF_VARIABLE];
  return { id: id as RunId, epoch: Number(epoch), proofHash: proof ? await world.hashOfProof(proof) : null };
}

function noRun(): UserError {
  return new UserError({
    code: "usage",
    message: "Nothing says which run this is about: TASKS_RUN and TASKS_EPOCH are not set.",
    hint: "A worker has them from its supervisor; by hand, name the task with --task.",
  });
}
