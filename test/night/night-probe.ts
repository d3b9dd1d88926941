// What the runner can see of a run on this machine.

import type { Run } from "../../src/core/contract/run.ts";
import { isObserved, type RunObservation } from "../../src/core/run/observation.ts";
import type { RunProbe } from "../../src/ports/runs/run-probe.ts";
import type { NightWorld } from "./night-world.ts";

type Seen = Pick<NightWorld, "machine" | "disk" | "time">;

export function nightProbe(world: Seen): RunProbe {
  return {
    look: async (runs) => new Map(runs.filter(isObserved).map((run) => [run.id, observe(world, run)])),
    stop() {},
  };
}

function observe({ machine, disk, time }: Seen, run: Run): RunObservation {
  const see = (identity: Run["worker"]) =>
    identity === null ? "unknown" : machine.isAlive(identity) ? "alive" : "gone";
  return {
    atMs: time.clock.wallMs(),
    holder: see(run.holder),
    worker: see(run.worker),
    log: null,
    worktree: null,
    processor: null,
    activity: disk.activities.get(run.id) ?? null,
    worktreeExists: run.worktree === null ? null : true,
    drifted: false,
    leftRunning: [],
  };
}
