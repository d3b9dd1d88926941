// Everything that one run is looked at with. Each sense remembers what it saw; one that fails leaves the others alone.

import { join } from "node:path";
import type { Run } from "../../core/contract/run.ts";
import type { RunObservation } from "../../core/run/observation.ts";
import type { Log } from "../../ports/system/log.ts";
import { createDriftProbe } from "./drift-probe.ts";
import { createLogProbe } from "./log-probe.ts";
import type { Moment } from "./moment.ts";
import { createProcessorProbe } from "./processor-probe.ts";
import { createWorktreeProbe, type WorktreeObservation } from "./worktree-probe.ts";

export type ProbeResults = Pick<RunObservation, "log" | "processor" | "drifted"> & {
  /** Null where there is no worktree, or it cannot be looked at. */
  readonly glance: WorktreeObservation | null;
};

export type ProbeSet = {
  /** Never throws. */
  probe(run: Run, look: RunLook): Promise<ProbeResults>;
};

/** What runs that are looked at together share, and `usedMs`: processor time of this one's worker and its family. */
export type RunLook = SharedLook & { readonly usedMs: number | null };

export type SharedLook = {
  readonly moment: Moment;
  /** Of an absolute worktree, the folder that stands for the repository. Throws what the disk throws. */
  twinOf(worktree: string): string;
};

type Parts = { readonly root: string; readonly stateFolder: string; readonly log: Log };

export function createProbeSet(
  { root, stateFolder, log }: Parts,
  { id, key }: Pick<Run, "id" | "key">,
): ProbeSet {
  const output = createLogProbe(join(stateFolder, "runs", id));
  const processor = createProcessorProbe();
  const worktree = createWorktreeProbe(root);
  const drift = createDriftProbe(root, key);
  const failing = new Set<string>();

  /** A sense that fails says so once, until it works again. */
  async function attempt<Seen>(sense: string, look: () => Seen | Promise<Seen>): Promise<Seen | null> {
    try {
      const seen = await look();
      failing.delete(sense);
      return seen;
    } catch (error) {
      if (!failing.has(sense)) log.warn({ error, run: id, sense }, "a run could not be looked at");
      failing.add(sense);
      return null;
    }
  }

  return {
    async probe(run, { usedMs, moment, twinOf }) {
      const glance = await attempt("worktree", () => worktree.look(run.worktree, moment));
      const folder = glance?.folder ?? null;
      return {
        log: await attempt("log", () => output.look(run.attempt, moment)),
        processor: processor.look(run.worker?.id ?? null, usedMs, moment),
        glance,
        drifted: folder !== null && (await attempt("drift", () => drift.look(twinOf(folder)))) === true,
      };
    },
  };
}
