// Probes runs: the adapter of the port RunProbe. A probe costs a few stats per run and one pass over the machine's
// processes; only what changed is read, and git is asked in the background (inspections.ts).

import { join } from "node:path";
import { isLive, type ProcessIdentity, type Run } from "../../core/contract/run.ts";
import { type CheckedOut, isObserved, type RunObservation } from "../../core/run/observation.ts";
import { nameWorktree } from "../../core/worker/worktree-name.ts";
import type { Worktrees } from "../../ports/git/worktrees.ts";
import type { RunProbe } from "../../ports/runs/run-probe.ts";
import type { Workers } from "../../ports/runs/workers.ts";
import type { Clock } from "../../ports/system/clock.ts";
import type { Log } from "../../ports/system/log.ts";
import { createServedFolderFinder } from "../git/facts/git-folder.ts";
import { readProcessorTimes } from "../process-table/processor-times.ts";
import { createActivityProbe } from "./activity-probe.ts";
import { createDriftProbe } from "./drift-probe.ts";
import { type Inspection, type InspectionRequest, Inspections } from "./inspections.ts";
import { createLogProbe } from "./log-probe.ts";
import type { Moment } from "./moment.ts";
import { createProcessorProbe } from "./processor-probe.ts";
import { createWorktreeProbe, type WorktreeObservation } from "./worktree-probe.ts";

export type RunProbeParts = {
  /** Absolute: the repository. */
  readonly root: string;
  /** Absolute: `.tasks/task_manager` in it. */
  readonly stateFolder: string;
  readonly workers: Pick<Workers, "self" | "see">;
  readonly worktrees: Pick<Worktrees, "inspect">;
  readonly clock: Clock;
  readonly log: Log;
  /** After this long without any other sign of progress, git is asked what changed: thresholds.look_closer_minutes. */
  readonly lookCloserMs: number;
};

export function createRunProbe(parts: RunProbeParts): RunProbe {
  const inspections = new Inspections(parts);
  let probesById = new Map<string, ProbeSet>();
  return {
    async look(runs) {
      const { clock, workers } = parts;
      const moment = { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs() };
      const { host } = workers.self();
      const observed = runs.filter(isObserved);
      const mine = observed.filter((run) => run.host === null || run.host === host);
      // Drops the memory of runs that are over.
      probesById = new Map(mine.map((run) => [run.id, probesById.get(run.id) ?? createProbeSet(parts, run)]));
      const observations = new Map<string, RunObservation>(observed.map((run) => [run.id, unseen(moment)]));
      const requests: InspectionRequest[] = [];
      for (const seen of await probeEach(parts, mine, probesById, shareProbe(parts, moment))) {
        const inspection = inspections.latest(seen.run.id, moment);
        observations.set(seen.run.id, compose(seen, inspection, moment));
        requests.push(...inspectionFor(seen, moment, parts.lookCloserMs));
      }
      inspections.request(requests);
      return observations;
    },
    stop: () => inspections.stop(),
  };
}

/** The repository's folder is looked up at most once per probe, when the first worktree needs it. */
function shareProbe({ root }: RunProbeParts, moment: Moment): SharedLook {
  let find: ((worktree: string) => string) | null = null;
  return {
    moment,
    twinOf(worktree) {
      find ??= createServedFolderFinder(root);
      return find(worktree);
    },
  };
}

type Seen = ProbeResults & Pick<RunObservation, "holder" | "worker" | "leftRunning"> & { readonly run: Run };

async function probeEach(
  { workers }: RunProbeParts,
  runs: readonly Run[],
  probesById: ReadonlyMap<string, ProbeSet>,
  shared: SharedLook,
): Promise<readonly Seen[]> {
  const see = (identity: ProcessIdentity | null) => (identity === null ? "unknown" : workers.see(identity));
  const checked = runs.map((run) => ({
    run,
    holder: see(run.holder),
    worker: see(run.worker),
    leftRunning: run.leftRunning.filter((left) => workers.see(left) === "alive"),
  }));
  const table = checked.some(({ worker }) => worker === "alive") ? readProcessorTimes() : null;
  const seen: Seen[] = [];
  for (const each of checked) {
    const { run, worker } = each;
    const usedMs = run.worker !== null && worker === "alive" ? (table?.usedMs(run.worker.pid) ?? null) : null;
    const results = await probesById.get(run.id)?.(run, { ...shared, usedMs });
    if (results !== undefined) seen.push({ ...each, ...results });
  }
  return seen;
}

function compose(
  { run, worktree, ...others }: Seen,
  inspection: Inspection | null,
  { wallMs }: Moment,
): RunObservation {
  return {
    ...others,
    atMs: wallMs,
    worktree: worktree?.folder
      ? describeWorktree(worktree, inspection, { own: run.branch, nowMs: wallMs })
      : null,
    worktreeExists: worktree === null ? null : worktree.folder !== null,
  };
}

function describeWorktree(
  worktree: WorktreeObservation,
  inspection: Inspection | null,
  { own, nowMs }: { readonly own: string | null; readonly nowMs: number },
): RunObservation["worktree"] {
  const isOutdated = worktree.head !== null && inspection !== null && inspection.head !== worktree.head;
  return {
    lookedAtMs: inspection?.lookedAtMs ?? nowMs,
    changedAtMs: latestOf(worktree.changedAtMs, inspection?.changedAtMs ?? null),
    changedFiles: inspection?.changedFiles ?? null,
    // Counted before HEAD moved, the number may be too low.
    commits: isOutdated ? null : (inspection?.commits ?? null),
    head: worktree.head ?? inspection?.head ?? null,
    branch: worktree.branch,
    checkedOut: checkedOut(worktree, own, isOutdated ? null : inspection),
    diff: inspection?.diff ?? null,
  };
}

/** A run's branch is known once its worktree is prepared. */
function checkedOut(
  { head, branch }: WorktreeObservation,
  own: string | null,
  inspection: Inspection | null,
): CheckedOut | null {
  if (head === null || own === null || branch === own) return null;
  return { branch, ownCommits: inspection?.ownBranchCommits ?? null };
}

/** None for a worktree that was made elsewhere: the Worktrees port does not know it. */
function inspectionFor(seen: Seen, { wallMs }: Moment, lookCloserMs: number): readonly InspectionRequest[] {
  const { run, worktree: observed, log, processor, activity } = seen;
  const { id, key, worktree } = run;
  const name = nameWorktree(key);
  const isOurs = name.kind === "named" && name.worktree === worktree;
  if (worktree === null || !isOurs || observed === null || observed.folder === null) return [];
  // A start in the future was recorded before the clock was set back.
  const startedAtMs = run.startedAtMs !== null && run.startedAtMs <= wallMs ? run.startedAtMs : null;
  const movedAtMs = latestOf(startedAtMs, log?.changedAtMs, processor?.busyAtMs, observed.changedAtMs);
  // An agent that edits moves neither HEAD nor the index.
  const moves = observed.moves + (activity?.writes ?? 0);
  const isStill = isLive(run) && wallMs - (movedAtMs ?? 0) >= lookCloserMs;
  return [{ id, slug: key, worktree, moves, isStill, isOver: !isLive(run) }];
}

function latestOf(...times: readonly (number | null | undefined)[]): number | null {
  const known = times.filter((time) => time !== null && time !== undefined);
  return known.length === 0 ? null : Math.max(...known);
}

/** For a run on another host. */
function unseen({ wallMs }: Moment): RunObservation {
  return {
    atMs: wallMs,
    holder: "unknown",
    worker: "unknown",
    log: null,
    worktree: null,
    processor: null,
    activity: null,
    worktreeExists: null,
    drifted: false,
    leftRunning: [],
  };
}

type ProbeResults = Pick<RunObservation, "log" | "processor" | "activity" | "drifted"> & {
  /** Null if there is no worktree, or it cannot be probed. */
  readonly worktree: WorktreeObservation | null;
};

/** The probes of one run. Each remembers what it saw; one that fails does not affect the others. Never throws. */
type ProbeSet = (run: Run, look: RunLook) => Promise<ProbeResults>;

/** `usedMs`: processor time of this run's worker and its descendants. */
type RunLook = SharedLook & { readonly usedMs: number | null };

type SharedLook = {
  readonly moment: Moment;
  /** The folder in an absolute worktree that corresponds to the repository. Throws what the disk throws. */
  twinOf(worktree: string): string;
};

function createProbeSet(
  { root, stateFolder, log }: RunProbeParts,
  { id, key }: Pick<Run, "id" | "key">,
): ProbeSet {
  const folder = join(stateFolder, "runs", id);
  const probeLog = createLogProbe(folder);
  const probeActivity = createActivityProbe(folder);
  const probeProcessor = createProcessorProbe();
  const probeWorktree = createWorktreeProbe(root);
  const probeDrift = createDriftProbe(root, key);
  const failing = new Set<string>();

  /** A failing probe is logged once, until it works again. */
  async function attempt<Seen>(probe: string, look: () => Seen | Promise<Seen>): Promise<Seen | null> {
    try {
      const seen = await look();
      failing.delete(probe);
      return seen;
    } catch (error) {
      if (!failing.has(probe)) log.warn({ error, run: id, probe }, "a run could not be probed");
      failing.add(probe);
      return null;
    }
  }

  return async (run, { usedMs, moment, twinOf }) => {
    const worktree = await attempt("worktree", () => probeWorktree(run.worktree, moment));
    const checkout = worktree?.folder ?? null;
    return {
      log: await attempt("log", () => probeLog(run.attempt, moment)),
      processor: probeProcessor(run.worker?.id ?? null, usedMs, moment),
      activity: await attempt("activity", probeActivity),
      worktree,
      drifted: checkout !== null && (await attempt("drift", () => probeDrift(twinOf(checkout)))) === true,
    };
  };
}
