// Looks at runs: the adapter of the port RunWitness. A look costs a few stats per run and one pass over the processes of
// the machine; only what changed is read, and git is asked in the background (run-witness-inspections.ts).

import { isLive, type ProcessIdentity, type Run } from "../../core/contract/run.ts";
import { type CheckedOut, isObserved, type RunObservation } from "../../core/run/observation.ts";
import { nameWorktree } from "../../core/worker/worktree-name.ts";
import type { Worktrees } from "../../ports/git/worktrees.ts";
import type { RunProbe } from "../../ports/runs/run-probe.ts";
import type { Workers } from "../../ports/runs/workers.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Log } from "../../ports/system/log.ts";
import { createTwinFinder } from "../git/facts/twin-folder.ts";
import { readProcessorTimes } from "../process-table/processor-times.ts";
import { type Inspection, type InspectionRequest, Inspections } from "./inspections.ts";
import type { Moment } from "./moment.ts";
import { createProbeSet, type ProbeResults, type ProbeSet, type SharedLook } from "./probes.ts";
import type { WorktreeObservation } from "./worktree-probe.ts";

export type RunProbeParts = {
  /** Absolute: the repository. */
  readonly root: string;
  /** Absolute: the manager's own folder in it. */
  readonly stateFolder: string;
  readonly workers: Pick<Workers, "self" | "see">;
  readonly worktrees: Pick<Worktrees, "inspect">;
  readonly clock: Clock;
  readonly log: Log;
  /** After this long without any other witness git is asked what changed: thresholds.look_closer_minutes. */
  readonly lookCloserMs: number;
};

export function createRunProbe(parts: RunProbeParts): RunProbe {
  const inspections = new Inspections(parts);
  let sensesById = new Map<string, ProbeSet>();
  return {
    async look(runs) {
      const { clock, workers } = parts;
      const moment = { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
      const { host } = workers.self();
      const lookedAt = runs.filter(isObserved);
      const mine = lookedAt.filter((run) => run.host === null || run.host === host);
      // What was remembered of runs that are over goes with them.
      sensesById = new Map(mine.map((run) => [run.id, sensesById.get(run.id) ?? createProbeSet(parts, run)]));
      const sightings = new Map<string, RunObservation>(lookedAt.map((run) => [run.id, unseen(moment)]));
      const wishes: InspectionRequest[] = [];
      for (const seen of await perceiveEach(parts, mine, sensesById, shareLook(parts, moment))) {
        const inspection = inspections.latest(seen.run.id, moment);
        sightings.set(seen.run.id, compose(seen, inspection, moment));
        wishes.push(...wishFor(seen, moment, parts.lookCloserMs));
      }
      inspections.request(wishes);
      return sightings;
    },
    stop: () => inspections.stop(),
  };
}

/** Where the repository lies is looked up when the first worktree asks, and no more than once per look. */
function shareLook({ root }: RunProbeParts, moment: Moment): SharedLook {
  let find: ((worktree: string) => string) | null = null;
  return {
    moment,
    twinOf(worktree) {
      find ??= createTwinFinder(root);
      return find(worktree);
    },
  };
}

type Seen = ProbeResults & Pick<RunObservation, "holder" | "worker" | "leftRunning"> & { readonly run: Run };

async function perceiveEach(
  { workers }: RunProbeParts,
  runs: readonly Run[],
  sensesById: ReadonlyMap<string, ProbeSet>,
  shared: SharedLook,
): Promise<readonly Seen[]> {
  const see = (identity: ProcessIdentity | null) => (identity === null ? "unknown" : workers.see(identity));
  const met = runs.map((run) => ({
    run,
    holder: see(run.holder),
    worker: see(run.worker),
    leftRunning: run.leftRunning.filter((left) => workers.see(left) === "alive"),
  }));
  const table = met.some(({ worker }) => worker === "alive") ? readProcessorTimes() : null;
  const seen: Seen[] = [];
  for (const each of met) {
    const { run, worker } = each;
    const usedMs = run.worker !== null && worker === "alive" ? (table?.usedMs(run.worker.pid) ?? null) : null;
    const perceived = await sensesById.get(run.id)?.probe(run, { ...shared, usedMs });
    if (perceived !== undefined) seen.push({ ...each, ...perceived });
  }
  return seen;
}

function compose(
  { run, holder, worker, leftRunning, ...seen }: Seen,
  inspection: Inspection | null,
  { wallMs }: Moment,
): RunObservation {
  const { log, processor, drifted, glance } = seen;
  return {
    atMs: wallMs,
    holder,
    worker,
    log,
    worktree: glance?.folder ? witnessOf(glance, inspection, { own: run.branch, nowMs: wallMs }) : null,
    processor,
    worktreeExists: glance === null ? null : glance.folder !== null,
    drifted,
    leftRunning,
  };
}

function witnessOf(
  glance: WorktreeObservation,
  inspection: Inspection | null,
  { own, nowMs }: { readonly own: string | null; readonly nowMs: number },
): RunObservation["worktree"] {
  const isOutdated = glance.head !== null && inspection !== null && inspection.head !== glance.head;
  return {
    lookedAtMs: inspection?.lookedAtMs ?? nowMs,
    changedAtMs: latestOf(glance.changedAtMs, inspection?.changedAtMs ?? null),
    changedFiles: inspection?.changedFiles ?? null,
    // Counted before HEAD moved, it would tell a person that there is less than there is.
    commits: isOutdated ? null : (inspection?.commits ?? null),
    head: glance.head ?? inspection?.head ?? null,
    branch: glance.branch,
    checkedOut: checkedOut(glance, own, isOutdated ? null : inspection),
  };
}

/** A run's branch is known once its worktree was prepared. */
function checkedOut(
  { head, branch }: WorktreeObservation,
  own: string | null,
  inspection: Inspection | null,
): CheckedOut | null {
  if (head === null || own === null || branch === own) return null;
  return { branch, ownCommits: inspection?.ownBranchCommits ?? null };
}

/** A worktree that somebody made elsewhere is nothing that the port of worktrees knows. */
function wishFor(seen: Seen, { wallMs }: Moment, lookCloserMs: number): readonly InspectionRequest[] {
  const { run, glance, log, processor } = seen;
  const { id, key, worktree } = run;
  const name = nameWorktree(key);
  const isOurs = name.kind === "named" && name.worktree === worktree;
  if (worktree === null || !isOurs || glance === null || glance.folder === null) return [];
  // A start that lies ahead was noted before the clock was set back, and says nothing.
  const startedAtMs = run.startedAtMs !== null && run.startedAtMs <= wallMs ? run.startedAtMs : null;
  const movedAtMs = latestOf(startedAtMs, log?.changedAtMs, processor?.busyAtMs, glance.changedAtMs);
  const isStill = isLive(run) && wallMs - (movedAtMs ?? 0) >= lookCloserMs;
  return [{ id, slug: key, worktree, moves: glance.moves, isStill, isOver: !isLive(run) }];
}

function latestOf(...times: readonly (number | null | undefined)[]): number | null {
  const known = times.filter((time) => time !== null && time !== undefined);
  return known.length === 0 ? null : Math.max(...known);
}

/** Of a run on another host. */
function unseen({ wallMs }: Moment): RunObservation {
  return {
    atMs: wallMs,
    holder: "unknown",
    worker: "unknown",
    log: null,
    worktree: null,
    processor: null,
    worktreeExists: null,
    drifted: false,
    leftRunning: [],
  };
}
