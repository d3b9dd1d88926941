// The run that a command of a worker is about: its supervisor has put it into the environment. Whoever works by hand
// names the task.

import { type OwnRun, ownRunOfTask } from "../../app/runs/worker/own-run.ts";
import type { RunId } from "../../core/contract/run.ts";
import { UserError } from "../../core/contract/user-error.ts";
import { PROOF_VARIABLE } from "../../core/worker/worker-environment.ts";
import { textFlag } from "../contract/flag-values.ts";
import { refused } from "../contract/refused.ts";
import type { OpenedStore } from "./open-runs.ts";
import { resolveKey } from "./resolve-task.ts";

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
