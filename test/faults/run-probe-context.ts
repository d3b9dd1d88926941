// A run probe on real files and processes: a temporary repository, a clock set by hand, and git as a test answers it.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { createRunProbe } from "../../src/adapters/run-probe/run-probe.ts";
import type { Run } from "../../src/core/contract/run.ts";
import type { Presence, RunObservation } from "../../src/core/run/observation.ts";
import type { WorktreeInspection, Worktrees } from "../../src/ports/git/worktrees.ts";
import type { RunProbe } from "../../src/ports/runs/run-probe.ts";
import type { Log } from "../../src/ports/system/log.ts";
import { createMemoryClock, type MemoryClock } from "../memory/memory-clock.ts";
import { temporaryFolder } from "../support/git-repository.ts";
import { sampleRun } from "../support/run-samples.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const HOST = "desk";

export type ProbeContext = {
  readonly root: string;
  readonly clock: MemoryClock;
  readonly probe: RunProbe;
  /** What was logged as a warning. */
  readonly warnings: readonly string[];
  write(path: string, text: string): void;
  /** Another probe on the same files, as a runner that takes over has it. */
  takeOver(): RunProbe;
  sight(run: Run, probe?: RunProbe): Promise<RunObservation>;
};

export type ProbeContextOptions = {
  readonly root?: string;
  readonly inspect?: Worktrees["inspect"];
  readonly presence?: (pid: number) => Presence;
};

/** Its clock starts at the machine's time, so that files written by a test are from about now. */
export function createProbeContext(options: ProbeContextOptions = {}): ProbeContext {
  const root = options.root ?? temporaryFolder("tasks-probe");
  const clock = createMemoryClock(Date.now());
  const warnings: string[] = [];
  const warn: Log["warn"] = ({ probe }, message) => warnings.push(`${message}${probe ? `: ${probe}` : ""}`);
  const create = () => {
    const probe = createRunProbe({
      root,
      stateFolder: join(root, ".tasks/task_manager"),
      workers: {
        self: () => ({ id: "runner", host: HOST, pid: process.pid }),
        see: ({ pid }) => options.presence?.(pid) ?? "alive",
      },
      worktrees: { inspect: options.inspect ?? (async () => null) },
      clock,
      log: { info: warn, warn, error: warn },
      lookCloserMs: 5 * MINUTE_MS,
    });
    onTestFinished(() => probe.stop());
    return probe;
  };
  const probe = create();
  return {
    root,
    clock,
    probe,
    warnings,
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    takeOver: create,
    async sight(run, by = probe) {
      const observation = (await by.look([run])).get(run.id);
      if (observation === undefined) throw new Error(`Nothing was seen of the run ${run.id}.`);
      return observation;
    },
  };
}

/** A run of task `a` whose worker is at work on this host. */
export function runningRun(changes: Partial<Run> = {}): Run {
  return sampleRun({
    state: "running",
    attempt: 1,
    host: HOST,
    holder: { id: "supervisor", host: HOST, pid: 11 },
    worker: { id: "worker", host: HOST, pid: 12 },
    ...changes,
  });
}

export function worktreeFacts(changes: Partial<WorktreeInspection> = {}): WorktreeInspection {
  return {
    slug: "a",
    worktree: ".worktrees/a",
    branch: "task/a",
    head: null,
    changedFiles: 0,
    editedAtMs: null,
    commits: 0,
    ownBranchCommits: null,
    merged: true,
    sizeBytes: null,
    diff: null,
    ...changes,
  };
}
