// One machine: its processes, which all end when it is switched off, and its worker slots.

import type { ProcessIdentity, RunId } from "../../src/core/contract/run.ts";
import { nextLaunchMs } from "../../src/core/pause/spaced-start.ts";
import type { WorkerSlots } from "../../src/ports/runs/worker-slots.ts";
import type { Workers } from "../../src/ports/runs/workers.ts";

type Process = {
  readonly identity: ProcessIdentity;
  /** The run that it carries in its environment, with its hand-over. */
  readonly run: { readonly id: RunId; readonly epoch: number } | null;
  readonly onNudge: Set<() => void>;
  kill(): void;
};

export class NightMachine {
  boot = 1;
  readonly #processes = new Map<string, Process>();
  #pids = 100;

  newIdentity(): ProcessIdentity {
    this.#pids += 1;
    return { id: `linux:desk:boot-${this.boot}:${this.#pids}:1`, host: "desk", pid: this.#pids };
  }

  begin(identity: ProcessIdentity, run: Process["run"] = null, kill: () => void = () => {}): void {
    this.#processes.set(identity.id, { identity, run, kill, onNudge: new Set() });
  }

  end({ id }: ProcessIdentity): void {
    this.#processes.delete(id);
  }

  isAlive({ id }: ProcessIdentity): boolean {
    return this.#processes.has(id);
  }

  onNudge({ id }: ProcessIdentity, listener: () => void): () => void {
    const listeners = this.#processes.get(id)?.onNudge;
    listeners?.add(listener);
    return () => void listeners?.delete(listener);
  }

  /** Every process is gone, and says nothing. */
  switchOff(): void {
    this.#processes.clear();
    this.boot += 1;
  }

  /** As a process sees the others. */
  workersFor(self: ProcessIdentity, launchSupervisor: Workers["launchSupervisor"]): Workers {
    return {
      self: () => self,
      see: (identity) => (this.isAlive(identity) ? "alive" : "gone"),
      launchSupervisor,
      endedWithHost: ({ id }) => !id.includes(`:boot-${this.boot}:`),
      nudge: ({ id }) => {
        const found = this.#processes.get(id);
        for (const listener of found?.onNudge ?? []) listener();
        return found !== undefined;
      },
      endRemains: async ({ id, epoch }) => {
        const left = [...this.#processes.values()].filter(
          ({ run }) => run !== null && run.id === id && run.epoch <= epoch,
        );
        for (const process of left) process.kill();
        return left.length === 0 ? "nothing" : "ended";
      },
      workingIn: (worktrees) => new Map(worktrees.map((worktree) => [worktree, []])),
    };
  }

  /** `nowMs`: by the machine's own clock. */
  slots(nowMs: () => number): WorkerSlots {
    const launches = new Map<string, number>();
    const taken = new Map<RunId, { holder: ProcessIdentity; firstPort: number }>();
    const live = () => [...taken.values()].filter(({ holder }) => this.isAlive(holder));
    return {
      claim: ({ run, holder, limit, portBase, ports }) => {
        if (live().length >= limit) return { kind: "full" };
        const used = new Set(live().map(({ firstPort }) => firstPort));
        let firstPort = portBase;
        while (used.has(firstPort)) firstPort += ports;
        taken.set(run, { holder, firstPort });
        return { kind: "claimed", firstPort };
      },
      adopt: ({ run, holder, firstPort }) => {
        taken.set(run, { holder, firstPort });
        return true;
      },
      release: ({ run, holder }) => {
        if (taken.get(run)?.holder.id === holder.id) taken.delete(run);
      },
      claimLaunch: (account) => {
        const atMs = nextLaunchMs(launches.get(account) ?? null, nowMs());
        launches.set(account, atMs);
        return atMs;
      },
      countElsewhere: () => 0,
    };
  }
}
