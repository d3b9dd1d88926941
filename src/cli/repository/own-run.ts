// The run that a worker's command is about: its supervisor has put it into the environment. A person names the task.

import { isAbsolute } from "node:path";
import { type OwnRun, ownRunOfTask, type StatementResult } from "../../app/runs/worker/own-run.ts";
import type { RunId } from "../../core/contract/run.ts";
import { UserError } from "../../core/contract/user-error.ts";
import type { KeptStatement } from "../../core/run/worker-statement.ts";
import { hideValues } from "../../core/text/redact-secrets.ts";
import { PROOF_VARIABLE } from "../../core/worker/worker-environment.ts";
import { accepted, usage } from "../contract/errors.ts";
import { textFlag } from "../contract/flag-values.ts";
import { printResult } from "../contract/print-result.ts";
import type { System } from "../contract/system.ts";
import { terminalText } from "../print/terminal-text.ts";
import { resolveKey } from "./find-task.ts";
import type { OpenedStore } from "./open-runs.ts";

/** `--task`, else TASKS_RUN and TASKS_EPOCH with the proof. Throws UserError `usage` without either. */
export async function findOwnRun({ flags, system, store }: OpenedStore): Promise<OwnRun> {
  const task = textFlag(flags, "task");
  if (task !== null) return accepted(await ownRunOfTask(store, await resolveKey(store, task)));
  const own = await runOfEnvironment(system);
  if (own !== null) return own;
  throw usage(
    "Which run is this about? TASKS_RUN and TASKS_EPOCH are not set.",
    "A worker has them from its supervisor; by hand, name the task with --task.",
  );
}

/** The run of a worker that is known to be one. Throws UserError `person_needed` when its environment does not name it. */
export async function findWorkersRun({ system }: Pick<OpenedStore, "system">): Promise<OwnRun> {
  const own = await runOfEnvironment(system);
  if (own !== null) return own;
  throw new UserError({
    code: "person_needed",
    message:
      "A worker proposes tasks for its run, and TASKS_RUN and TASKS_EPOCH are not set. Nothing was done.",
    hint: "A worker passes its environment on to the programs it starts; a person works in the repository itself.",
  });
}

/** From TASKS_RUN and TASKS_EPOCH, with the hash of the proof; null without them. */
export async function runOfEnvironment({
  environment,
  hashOfProof,
}: Pick<System, "environment" | "hashOfProof">): Promise<OwnRun | null> {
  const { TASKS_RUN: id, TASKS_EPOCH: epoch } = environment;
  if (id === undefined || id === "" || !/^[1-9]\d{0,9}$/.test(epoch ?? "")) return null;
  const proof = environment[PROOF_VARIABLE];
  return { id: id as RunId, epoch: Number(epoch), proofHash: proof ? await hashOfProof(proof) : null };
}

/** Keeps a statement that the store cannot take now beside the run, where the run's supervisor finds it. */
function keeper({ system, root }: Pick<OpenedStore, "system" | "root">) {
  return async (id: RunId, statement: KeptStatement): Promise<void> => {
    (await system.openRunFiles(root)).keepStatement(id, statement);
  };
}

/** What a statement needs. The secrets of the worker's environment are left out of its words before (main.ts). */
export async function speaking(opened: OpenedStore) {
  const { system, store } = opened;
  return { clock: system.clock, store, keep: keeper(opened), clean: await wordsCleaner(opened) };
}

/** Takes out the values of the files that were copied into the worker's worktree. */
async function wordsCleaner({ system, loaded }: OpenedStore): Promise<(text: string) => string> {
  const folder = system.environment["TASKS_WORKTREE"] ?? "";
  const secrets = isAbsolute(folder)
    ? await system.readCopiedSecrets(folder, loaded.config.worktree.copy)
    : [];
  return (text) => hideValues(text, secrets);
}

type Kept = Extract<StatementResult, { kind: "kept" }>;

export function noteKept({ output }: OpenedStore, { why }: Kept): void {
  output.note(terminalText(why));
  output.note("Your statement is kept with the run, and saved as soon as the store can be used again.");
}

/** The worker can continue as if it were saved; people see it later. */
export function printKept(opened: OpenedStore, kept: Kept): void {
  noteKept(opened, kept);
  printResult(opened, { kept: true }, "kept");
}
