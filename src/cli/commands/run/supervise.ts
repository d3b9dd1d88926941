// `tasks supervise`: the process beside each worker, started by whoever starts a run. It says nothing on its own
// streams, which lead nowhere: what there is to say stands in the run and in its log.

import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { superviseRun, type WorkerPlan } from "../../../app/runs/start/supervise-run.ts";
import type { Run, RunId } from "../../../core/contract/run.ts";
import { UserError } from "../../../core/contract/user-error.ts";
import { untrustedRefusal } from "../../../core/worker/untrusted-settings.ts";
import { findCommandProblem, workerCommand } from "../../../core/worker/worker-command.ts";
import { PROOF_VARIABLE, workerVariables } from "../../../core/worker/worker-environment.ts";
import type { RunFiles } from "../../../ports/runs/run-files.ts";
import type { WorkerSlots } from "../../../ports/runs/worker-slots.ts";
import type { Workers } from "../../../ports/runs/workers.ts";
import type { Store } from "../../../ports/store/store.ts";
import type { CommandContext } from "../../contract/command.ts";
import { loadSettings } from "../../repository/open-repository.ts";

/** Supervises one attempt of a run, to its end and beyond, until that is written down. */
export async function supervise(context: CommandContext): Promise<void> {
  const { world } = context;
  const { run, epoch, asked } = readOrder(context);
  await world.keepHeapSmall();
  const root = await world.findRepository(asked);
  // All that is ever needed is loaded now: the program may be replaced by a newer one while the worker works.
  const [store, workers, slots, launcher, runFiles, freeMemory, newProof] = await Promise.all([
    world.openStoreLater(root),
    world.openWorkers(root),
    world.openWorkerSlots(root),
    world.openWorkerLauncher(root),
    world.openRunFiles(root),
    world.openMemoryFreer(),
    world.openProofMaker(),
  ]);
  const { clock, onNudge } = world;
  try {
    await superviseRun(
      {
        clock,
        store,
        workers,
        launcher,
        newProof,
        files: runFiles,
        onNudge,
        freeMemory,
        repositoryExists: () => existsSync(root),
      },
      {
        run,
        epoch,
        plan: (begun, proof) => planWorker({ context, root, store, runFiles, workers, slots, proof }, begun),
      },
    );
  } finally {
    giveBackSlot({ slots, workers }, run);
    await store.close();
  }
}

type Order = { readonly run: RunId; readonly epoch: number; readonly asked: string };

function readOrder({ flags }: CommandContext): Order {
  const { run, epoch, repo } = flags;
  const number = Number(epoch);
  if (typeof run !== "string" || typeof repo !== "string" || !Number.isSafeInteger(number)) {
    throw new UserError({
      code: "usage",
      message: "A supervisor needs a run, its epoch and its repository.",
      hint: "It is started by tasks itself: `tasks kickoff` starts a worker, and this beside it.",
    });
  }
  return { run: run as RunId, epoch: number, asked: repo };
}

type PlanWorld = {
  readonly context: CommandContext;
  readonly root: string;
  readonly store: Pick<Store, "readRow">;
  readonly runFiles: RunFiles;
  readonly workers: Pick<Workers, "self">;
  readonly slots: WorkerSlots;
  readonly proof: string;
};

/** The settings are those of now, and may be wrong by now: then the run fails with the sentence that says how. */
async function planWorker(
  { context, root, store, runFiles, workers, slots, proof }: PlanWorld,
  run: Run,
): Promise<WorkerPlan> {
  const { config, untrusted } = (await loadSettings(context, root)).atStart;
  const distrust = untrustedRefusal(untrusted.map(({ key }) => key));
  if (distrust !== null) return failed(`${distrust.message} ${distrust.hint}`);
  const {
    command,
    port_base: portBase,
    ports_per_run: portsPerRun,
    log_max_mb,
    stop_grace_s,
  } = config.worker;
  const flaw = findCommandProblem(command);
  if (flaw !== null) return failed(`${flaw.message} ${flaw.hint}`);
  if (run.worktree === null) return failed("it has no worktree");
  const prompt = await runFiles.readPrompt(run.id);
  if (prompt === null) return failed("its prompt is gone");
  const row = await store.readRow(run.key);
  if (row === null) return failed("the newest snapshot has no such task");
  if (!takeOverSlot({ slots, workers }, run, portsPerRun))
    return failed("another worker has its ports by now");
  const checkout = isAbsolute(run.worktree) ? run.worktree : join(root, run.worktree);
  const worktree = await context.world.twinFolder(root, checkout);
  const values = {
    prompt,
    prompt_file: runFiles.promptFile(run.id),
    slug: row.slug,
    task_file: join(root, row.file),
    worktree,
  };
  return {
    kind: "planned",
    stopGraceMs: stop_grace_s * 1000,
    start: {
      run: run.id,
      epoch: run.epoch,
      heading: heading(run, context.world.clock.wallMs()),
      command: workerCommand(command, values),
      folder: worktree,
      programFolder: await runFiles.programFolder(),
      variables: {
        TASKS_REPO: root,
        [PROOF_VARIABLE]: proof,
        ...workerVariables(run, { worktree, portBase, portsPerRun }),
      },
      logMaxBytes: log_max_mb * 1024 * 1024,
    },
  };
}

type SlotHolder = Pick<PlanWorld, "slots" | "workers">;

/** False when another worker has its ports. Where the places cannot be used, as at the claim, it goes on without one. */
function takeOverSlot({ slots, workers }: SlotHolder, { id, firstPort }: Run, ports: number): boolean {
  if (firstPort === null) return true;
  try {
    return slots.adopt({ run: id, holder: workers.self(), firstPort, ports });
  } catch {
    return true; // Nobody reads what a supervisor says: a worker without a place is better than none.
  }
}

/** A failure costs nothing: the place is free once this process is gone. */
function giveBackSlot({ slots, workers }: SlotHolder, run: RunId): void {
  try {
    slots.release({ run, holder: workers.self() });
  } catch {
    // It is about to be gone.
  }
}

/** The output of the first attempt speaks for itself. */
function heading({ attempt }: Run, nowMs: number): string | null {
  if (attempt < 2) return null;
  return `[tasks: attempt ${attempt}, ${new Date(nowMs).toISOString().slice(0, 19)}Z]`;
}

function failed(detail: string): WorkerPlan {
  return { kind: "failed", detail };
}
