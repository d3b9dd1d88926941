// Supervisors as processes of the machine: the real supervision of a run, wired as `tasks supervise` wires it.

import { chooseAgent, planAgent } from "../../src/app/runs/start/plan-agent.ts";
import { superviseRun, type Taken, type WorkerPlan } from "../../src/app/runs/start/supervise-run.ts";
import { outagesOf } from "../../src/app/runs/turns/watches/outages-of.ts";
import { accountOf } from "../../src/core/agent/workers/account.ts";
import type { ProcessIdentity, Run } from "../../src/core/contract/run.ts";
import { MINUTE_MS } from "../../src/core/values/durations.ts";
import { PROOF_VARIABLE, workerVariables } from "../../src/core/worker/worker-environment.ts";
import type { AgentMachine } from "../../src/ports/runs/agent-machine.ts";
import type { WorkerSlots } from "../../src/ports/runs/worker-slots.ts";
import type { SupervisorLaunch, WorkerStart } from "../../src/ports/runs/workers.ts";
import type { Store } from "../../src/ports/store/store.ts";
import { ACCOUNTS } from "./night-config.ts";
import type { NightWorld } from "./night-world.ts";
import { ScriptedWorker } from "./scripted-worker.ts";

const ROOT = "/repository";

export class NightSupervisors {
  readonly slots: WorkerSlots;
  readonly #world: NightWorld;
  readonly #store: Store;
  #proofs = 0;
  #sessions = 0;

  constructor(world: NightWorld, store: Store) {
    this.#world = world;
    this.#store = store;
    this.slots = world.machine.slots(world.time.clock.wallMs);
  }

  async launch({ run, epoch }: SupervisorLaunch): Promise<void> {
    const { machine } = this.#world;
    const self = machine.newIdentity();
    machine.begin(self);
    void this.#supervise(self, { run, epoch }).finally(() => {
      this.slots.release({ run, holder: self });
      machine.end(self);
    });
  }

  async #supervise(self: ProcessIdentity, launch: SupervisorLaunch): Promise<void> {
    const { machine, disk } = this.#world;
    await superviseRun(
      {
        clock: this.#world.time.clock,
        store: this.#store,
        workers: machine.workersFor(self, () => Promise.reject(new Error("no supervisor starts one"))),
        launcher: {
          launch: (start) => this.#start(start),
          openEvents: ({ run }) => disk.eventsOf(run),
        },
        newProof: () => {
          this.#proofs += 1;
          const secret = `proof-${machine.boot}-${this.#proofs}`;
          return { secret, hash: hashOf(secret) };
        },
        newSession: () => this.#newSession(),
        files: disk,
        onNudge: (listener) => machine.onNudge(self, listener),
        freeMemory: () => {},
        repositoryExists: () => true,
      },
      { ...launch, plan: (run, taken) => this.#plan(self, run, taken) },
    );
  }

  async #plan(self: ProcessIdentity, run: Run, { proof, said }: Taken): Promise<WorkerPlan> {
    const { config, disk } = this.#world;
    const row = await this.#store.readRow(run.key);
    const prompt = await disk.readPrompt(run.id);
    if (row === null || prompt === null || run.worktree === null)
      return { kind: "failed", detail: "its task or its prompt is gone" };
    const chosen = chooseAgent(config, run, row.worker);
    if (chosen.kind === "failed") return chosen;
    const { port_base: portBase, ports_per_run: portsPerRun } = config.worker;
    const slot = { run: run.id, holder: self, firstPort: run.firstPort ?? portBase, ports: portsPerRun };
    if (!this.slots.adopt(slot)) return { kind: "failed", detail: "another worker has taken its ports" };
    const worktree = `${ROOT}/${run.worktree}`;
    const variables = {
      TASKS_REPO: ROOT,
      [PROOF_VARIABLE]: proof,
      ...workerVariables(run, { worktree, portBase, portsPerRun }),
    };
    const planned = planAgent(this.#agentMachine(), chosen, {
      run,
      said,
      prompt,
      promptFile: disk.promptFile(run.id),
      slug: row.slug,
      taskFile: `${ROOT}/${row.file}`,
      worktree,
      tasksMcp: { command: "tasks", args: ["mcp"] },
      runVariables: variables,
    });
    if (planned.kind === "failed") return planned;
    const account = accountOf(chosen.settings, self.host);
    const { at_limit: atLimit, ...limits } = config.budget;
    const start = { run: run.id, epoch: run.epoch, heading: null, folder: worktree, variables };
    return {
      kind: "planned",
      stopGraceMs: config.worker.stop_grace_s * 1000,
      agent: planned.plan,
      keepSlot: {
        questionMs: config.worker.ask_hold_min * MINUTE_MS,
        waitMs: config.worker.wait_hold_min * MINUTE_MS,
      },
      outages: outagesOf({
        ...{ clock: this.#world.time.clock, store: this.#store, host: self.host, account },
        credentials: this.#world.credentials.stamp(chosen.settings.kind),
        resumesAfterLimit: config.dispatch.resume_after_limit,
      }),
      spending: {
        ...{ ledger: this.#store, account, prices: [], limits, atLimit, zone: this.#world.plan.place.zone },
        worktreeStamp: async () => JSON.stringify(this.#world.grounds.get(run.key)),
      },
      start: { ...start, programFolder: "/state/bin", logMaxBytes: 1024 * 1024 },
    };
  }

  #start(start: WorkerStart): ScriptedWorker {
    const { machine, services, recorder, notes, grounds, disk } = this.#world;
    const identity = machine.newIdentity();
    const task = this.#world.taskOf(start.variables["TASKS_SLUG"] ?? "");
    const ground = grounds.get(task.slug) ?? { step: 0, changes: 0, answers: [] };
    const worker = new ScriptedWorker(
      {
        time: this.#world.time,
        store: this.#store,
        services,
        recorder,
        notes,
        task,
        ground,
        account: ACCOUNTS[task.worker],
        prompt: disk.promptOf(start.run) ?? "",
        hashOf,
        onGone: () => machine.end(identity),
      },
      start,
      identity,
    );
    machine.begin(identity, { id: start.run, epoch: start.epoch }, () => worker.kill());
    return worker;
  }

  #agentMachine(): AgentMachine {
    return {
      platform: "linux",
      arch: "x64",
      home: "/home/dave",
      findProgram: (program) => `/usr/bin/${program}`,
      isProgram: () => false,
      gitFolders: () => null,
      readVersion: async () => "2.1.332",
      newSession: () => this.#newSession(),
    };
  }

  #newSession(): string {
    this.#sessions += 1;
    return `session-${this.#world.machine.boot}-${this.#sessions}`;
  }
}

function hashOf(secret: string): string {
  return `hash of ${secret}`;
}
