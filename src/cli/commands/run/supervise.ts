// `tasks supervise`: the process beside each worker, started by the process that starts a run. It prints nothing, since its
// streams lead nowhere: what it has to say is in the run and in its log.

import { existsSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";
import { holdIfUnparsed } from "../../../app/runs/start/kind-holds.ts";
import { chooseAgent, planAgent } from "../../../app/runs/start/plan-agent.ts";
import { superviseRun, type Taken, type WorkerPlan } from "../../../app/runs/start/supervise-run.ts";
import type { Spending } from "../../../app/runs/turns/spending.ts";
import { type OutagesContext, outagesOf } from "../../../app/runs/turns/watches/outages-of.ts";
import type { Config } from "../../../config/schema.ts";
import type { WorkerSettings } from "../../../core/agent/contract/agent-kind.ts";
import { accountOf } from "../../../core/agent/workers/account.ts";
import type { Run, RunId } from "../../../core/contract/run.ts";
import { parsePrice } from "../../../core/costs/prices.ts";
import { MINUTE_MS } from "../../../core/values/durations.ts";
import { untrustedRefusal } from "../../../core/worker/untrusted-settings.ts";
import { PROOF_VARIABLE, workerVariables } from "../../../core/worker/worker-environment.ts";
import type { AgentMachine } from "../../../ports/runs/agent-machine.ts";
import type { RunFiles } from "../../../ports/runs/run-files.ts";
import type { WorkerSlots } from "../../../ports/runs/worker-slots.ts";
import type { Workers } from "../../../ports/runs/workers.ts";
import type { Store } from "../../../ports/store/store.ts";
import type { Command, CommandContext } from "../../contract/command.ts";
import { usage } from "../../contract/errors.ts";
import { flag, REPO } from "../../contract/flags.ts";
import { loadSettings } from "../../repository/open-repository.ts";

export const command: Command = {
  insideRun: "allowed",
  handlesSignals: true,
  description: "Started by tasks itself, once for each attempt of a run; refused for any other.",
  flags: [REPO, flag("--run <id>", "the run"), flag("--epoch <number>", "the hand-over it belongs to")],
  examples: [
    { line: "tasks supervise --run 7f3a… --epoch 2 --repo ~/work/app", does: "what tasks itself starts" },
  ],
  run: supervise,
};

/** Supervises one attempt of a run until its end is saved. */
async function supervise(context: CommandContext): Promise<void> {
  const { system } = context;
  const { run, epoch, asked } = readRequest(context);
  await system.keepHeapSmall();
  const root = await system.findRepository(asked);
  // Everything is loaded now: the program may be replaced by a newer one while the worker runs.
  const [store, workers, slots, launcher, runFiles, machine, freeMemory, newProof, programs] =
    await Promise.all([
      system.openStoreLater(root),
      system.openWorkers(root),
      system.openWorkerSlots(root),
      system.openWorkerLauncher(root),
      system.openRunFiles(root),
      system.openAgentMachine(root),
      system.openMemoryFreer(),
      system.openProofMaker(),
      system.openPrograms(root),
    ]);
  const { clock, onNudge } = system;
  try {
    const repositoryExists = () => existsSync(root);
    const { newSession } = machine;
    const parts = { clock, store, workers, launcher, newProof, newSession, onNudge, freeMemory };
    const plan = (started: Run, taken: Taken) =>
      planWorker({ context, root, store, runFiles, workers, slots, machine }, started, taken);
    await superviseRun({ ...parts, files: runFiles, repositoryExists }, { run, epoch, plan });
    const readConfig = async () => (await loadSettings(context, root)).atStart.config;
    await holdIfUnparsed({ store, runFiles, programs, clock, readConfig }, run);
  } finally {
    giveBackSlot({ slots, workers }, run);
    await store.close();
  }
}

type Request = { readonly run: RunId; readonly epoch: number; readonly asked: string };

function readRequest({ flags }: CommandContext): Request {
  const { run, epoch, repo } = flags;
  const number = Number(epoch);
  if (typeof run !== "string" || typeof repo !== "string" || !Number.isSafeInteger(number)) {
    throw usage(
      "A supervisor needs a run, its epoch and its repository.",
      "tasks starts it itself: `tasks kickoff` starts a worker with its supervisor.",
    );
  }
  return { run: run as RunId, epoch: number, asked: repo };
}

type SlotHolder = { readonly workers: Pick<Workers, "self">; readonly slots: WorkerSlots };

type PlanContext = SlotHolder & {
  readonly context: CommandContext;
  readonly root: string;
  readonly store: Pick<Store, "readRow" | "writeUsage" | "readUsage"> & OutagesContext["store"];
  readonly runFiles: RunFiles;
  readonly machine: AgentMachine;
};

/** How long a worker that waits keeps its slot. */
function keepSlotOf({
  worker,
}: Pick<Config, "worker">): Extract<WorkerPlan, { kind: "planned" }>["keepSlot"] {
  return { questionMs: worker.ask_hold_min * MINUTE_MS, waitMs: worker.wait_hold_min * MINUTE_MS };
}

/** Uses the settings of this moment; if they are invalid by now, the run fails with the reason. */
async function planWorker(
  { context, root, store, runFiles, workers, slots, machine }: PlanContext,
  run: Run,
  { proof, said }: Taken,
): Promise<WorkerPlan> {
  const { config, untrusted } = (await loadSettings(context, root)).atStart;
  const distrust = untrustedRefusal(untrusted.map(({ key }) => key));
  if (distrust !== null) return failed(`${distrust.message} ${distrust.hint}`);
  const { port_base: portBase, ports_per_run: portsPerRun } = config.worker;
  if (run.worktree === null) return failed("it has no worktree");
  const prompt = await runFiles.readPrompt(run.id);
  if (prompt === null) return failed("its prompt is gone");
  const row = await store.readRow(run.key);
  if (row === null) return failed("the newest snapshot has no such task");
  const chosen = chooseAgent(config, run, row.worker);
  if (chosen.kind === "failed") return chosen;
  if (!takeOverSlot({ slots, workers }, run, portsPerRun))
    return failed("another worker has taken its ports");
  const checkout = isAbsolute(run.worktree) ? run.worktree : join(root, run.worktree);
  const worktree = await context.system.servedFolder(root, checkout);
  const programFolder = await runFiles.programFolder();
  const variables = {
    TASKS_REPO: root,
    [PROOF_VARIABLE]: proof,
    ...workerVariables(run, { worktree, portBase, portsPerRun }),
  };
  const planned = planAgent(machine, chosen, {
    run,
    said,
    prompt,
    promptFile: runFiles.promptFile(run.id),
    slug: row.slug,
    taskFile: join(root, row.file),
    worktree,
    tasksMcp: { command: join(programFolder, "tasks"), args: ["mcp"] },
    runVariables: variables,
  });
  if (planned.kind === "failed") return planned;
  return {
    kind: "planned",
    stopGraceMs: config.worker.stop_grace_s * 1000,
    agent: planned.plan,
    keepSlot: keepSlotOf(config),
    memory: await context.system.openWorkerMemory(),
    outages: outagesOf({
      ...{ clock: context.system.clock, store, host: workers.self().host },
      account: accountOf(chosen.settings, workers.self().host),
      credentials: (await context.system.openCredentials()).stamp(chosen.settings.kind),
      resumesAfterLimit: config.dispatch.resume_after_limit,
    }),
    spending: spendingOf({
      context,
      root,
      store,
      config,
      host: workers.self().host,
      worker: chosen.settings,
      slug: basename(run.worktree),
    }),
    start: {
      run: run.id,
      epoch: run.epoch,
      heading: heading(run, context.system.clock.wallMs()),
      folder: worktree,
      programFolder,
      variables,
      secrets: await context.system.readCopiedSecrets(worktree, config.worktree.copy),
      logMaxBytes: config.worker.log_max_mb * 1024 * 1024,
    },
  };
}

type SpendingFacts = Pick<PlanContext, "context" | "root" | "store"> & {
  readonly config: Config;
  readonly host: string;
  readonly worker: WorkerSettings;
  /** The name of its worktree. */
  readonly slug: string;
};

/** The worktree is looked at only where a budget needs it. */
function spendingOf({ context, root, store, config, host, worker, slug }: SpendingFacts): Spending {
  const { system } = context;
  const { at_limit: atLimit, ...limits } = config.budget;
  return {
    ledger: store,
    account: accountOf(worker, host),
    prices: config.costs.prices.flatMap((line) => parsePrice(line) ?? []),
    ...{ limits, atLimit, zone: system.zone },
    worktreeStamp: async () => {
      const worktrees = await system.openWorktrees(root, () => config.worktree);
      const found = await worktrees.inspect(slug, AbortSignal.timeout(STAMP_TIMEOUT_MS)).catch(() => null);
      return found && JSON.stringify([found.head, found.changedFiles, found.diff]);
    },
  };
}

/** Of git in a large worktree. */
const STAMP_TIMEOUT_MS = 20_000;

/** False when another worker has its ports. Where slots cannot be used, as at the claim, it continues without one. */
function takeOverSlot({ slots, workers }: SlotHolder, { id, firstPort }: Run, ports: number): boolean {
  if (firstPort === null) return true;
  try {
    return slots.adopt({ run: id, holder: workers.self(), firstPort, ports });
  } catch {
    return true; // No one reads what a supervisor says: a worker without a slot is better than none.
  }
}

/** A failure costs nothing: the slot is free once this process is gone. */
function giveBackSlot({ slots, workers }: SlotHolder, run: RunId): void {
  try {
    slots.release({ run, holder: workers.self() });
  } catch {
    // The process is about to end.
  }
}

/** The first attempt needs no heading. */
function heading({ attempt }: Run, nowMs: number): string | null {
  if (attempt < 2) return null;
  return `[tasks: attempt ${attempt}, ${new Date(nowMs).toISOString().slice(0, 19)}Z]`;
}

function failed(detail: string): WorkerPlan {
  return { kind: "failed", detail };
}
