// The probes of one run. Each remembers what it saw; one that fails does not affect the others.

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
  /** Null if there is no worktree, or it cannot be probed. */
  readonly worktree: WorktreeObservation | null;
};

export type ProbeSet = {
  /** Never throws. */
  probe(run: Run, look: RunLook): Promise<ProbeResults>;
};

/** `usedMs`: processor time of this run's worker and its descendants. */
export type RunLook = SharedLook & { readonly usedMs: number | null };

export type SharedLook = {
  readonly moment: Moment;
  /** The folder in an absolute worktree that corresponds to the repository. Throws what the disk throws. */
  twinOf(worktree: string): string;
};

type Parts = { readonly root: string; readonly stateFolder: string; readonly log: Log };

export function createProbeSet(
  { root, stateFolder, log }: Parts,
  { id, key }: Pick<Run, "id" | "key">,
): ProbeSet {
  const output = createLogProbe(join(stateFolder, "runs", id));
  const processor = createProcessorProbe();
  const worktreeProbe = createWorktreeProbe(root);
  const drift = createDriftProbe(root, key);
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

  return {
    async probe(run, { usedMs, moment, twinOf }) {
      const worktree = await attempt("worktree", () => worktreeProbe.look(run.worktree, moment));
      const folder = worktree?.folder ?? null;
      return {
        log: await attempt("log", () => output.look(run.attempt, moment)),
        processor: processor.look(run.worker?.id ?? null, usedMs, moment),
        worktree,
        drifted: folder !== null && (await attempt("drift", () => drift.look(twinOf(folder)))) === true,
      };
    },
  };
}
